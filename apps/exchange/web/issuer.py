"""The page of who issues the company's documents, as it is printed on them."""

from dataclasses import asdict

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from apps.core import clock
from apps.core.errors import DomainError
from apps.core.scope import current_scope
from apps.core.web.form_fields import country_field, place_error, read_version
from apps.documents.issuer import change_issuer, get_issuer
from apps.tenancy.access import requires


class IssuerForm(forms.Form):
    """What is printed about the company."""

    name = forms.CharField(label="Legal name", max_length=300)
    country_code = country_field(label="Country")
    tax_id = forms.CharField(label="Tax id", max_length=64, required=False)
    registration_number = forms.CharField(label="Legal registration", max_length=64, required=False)
    street = forms.CharField(max_length=300, required=False)
    postal_code = forms.CharField(max_length=40, required=False)
    city = forms.CharField(max_length=100, required=False)
    region = forms.CharField(label="State or province", max_length=100, required=False)
    phone = forms.CharField(max_length=40, required=False)
    email = forms.EmailField(label="E-mail", max_length=320, required=False)
    bank_name = forms.CharField(label="Account holder", max_length=100, required=False)
    bank_account = forms.CharField(
        label="Account",
        max_length=64,
        required=False,
        help_text="IBAN or account number; invoices are paid to it.",
    )
    bank_code = forms.CharField(label="BIC", max_length=11, required=False)


@require_http_methods(["GET", "POST"])
@requires("ledger.manage")
def issuer_edit(request: HttpRequest) -> HttpResponse:
    """Show the form of the issuer, or write it down."""
    issuer = get_issuer()
    form = IssuerForm(request.POST or None, initial=asdict(issuer))
    problem: DomainError | None = None
    if request.method == "POST" and form.is_valid():
        try:
            change_issuer(
                details=form.cleaned_data, version=read_version(request.POST),
                actor=current_scope().actor, now=clock.now(),
            )  # fmt: skip
            messages.success(
                request, "Saved. Documents posted from now on say so; those rendered before stay."
            )
            return redirect("exchange:check")
        except DomainError as error:
            problem = place_error(form, error)
    context = {"form": form, "record": issuer, "back": reverse("exchange:check"), "problem": problem}
    status = problem.status if problem else 422 if form.errors else 200
    return render(request, "exchange/issuer.html", context, status=status)
