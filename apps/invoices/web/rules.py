"""How the company's documents are made: rounding of tax, order of dates, payment terms."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from apps.core import clock
from apps.core.errors import DomainError, NotFound
from apps.core.scope import current_scope
from apps.core.web.form_fields import NumberField, decimal_mark, place_error, read_version
from apps.documents.arithmetic import POLICIES
from apps.documents.models import PaymentTerms
from apps.documents.operations import change_settings, change_terms, create_terms
from apps.documents.queries import get_settings, list_terms, terms_of
from apps.documents.terms import Step, Terms
from apps.tenancy.access import check_permission, may, requires
from apps.tenancy.web.middleware import tenant_of
from apps.tenancy.web.once import OnceField, answer_once

MANAGES = "ledger.manage"


class RulesForm(forms.Form):
    """The settings of documents; documents that are there keep what they were made with."""

    tax_rounding = forms.ChoiceField(label="Tax is rounded", choices=list(POLICIES.items()))
    is_date_order_kept = forms.BooleanField(
        label="Numbers follow dates", required=False,
        help_text="No document is posted with a date before the last one of its series.",
    )  # fmt: skip
    default_terms = forms.ChoiceField(label="Payment terms", required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        known = [
            (each.code, f"{each.code} · {each.name}") for each in list_terms(active=True).order_by("code")
        ]
        self.fields["default_terms"].choices = [("", "30 days"), *known]  # type: ignore[attr-defined]


class TermsForm(forms.Form):
    """Payment terms; instalments are written as days and shares, one in a row."""

    code = forms.CharField(max_length=20)
    name = forms.CharField(max_length=100)
    days = forms.IntegerField(label="Days", min_value=0, max_value=3650, initial=30)
    is_end_of_month = forms.BooleanField(label="Then to the end of that month", required=False)
    discount_percent = NumberField(
        label="Discount % for paying early", max_digits=7, decimal_places=4, required=False
    )
    discount_days = forms.IntegerField(label="within days", min_value=0, max_value=3650, required=False)
    steps = forms.CharField(
        label="Instalments", required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Days and share in each row, as “30 50”. Empty: everything at once.",
    )  # fmt: skip
    once = OnceField()

    def __init__(self, *args: Any, mark: str = ".", **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["discount_percent"].mark = mark  # type: ignore[attr-defined]

    def clean_steps(self) -> tuple[Step, ...]:
        """Read the instalments."""
        steps = []
        for row in str(self.cleaned_data["steps"]).splitlines():
            parts = row.split()
            if not parts:
                continue
            try:
                days, share = parts
                steps.append(Step(int(days), Decimal(share)))
            except (ValueError, ArithmeticError):
                raise forms.ValidationError("Write days and share, as “30 50”.") from None
        return tuple(steps)

    def terms(self) -> Terms:
        """Return what was entered."""
        given = self.cleaned_data
        return Terms(
            given.get("code", ""), given["name"], given["days"], given["is_end_of_month"],
            given["discount_percent"] or Decimal(0), given["discount_days"] or 0, given["steps"],
        )  # fmt: skip


@require_http_methods(["GET", "POST"])
@requires("invoices.read")
def rules_page(request: HttpRequest) -> HttpResponse:
    """Show the rules and the payment terms, or change the rules."""
    settings = get_settings()
    if request.method == "GET":
        return _show_rules(request, RulesForm(initial=vars(settings)), None)
    check_permission(MANAGES)
    form, problem = RulesForm(request.POST), None
    if form.is_valid():
        try:
            change_settings(
                **form.cleaned_data, version=read_version(request.POST), actor=current_scope().actor, now=clock.now()
            )  # fmt: skip
        except DomainError as error:
            problem = place_error(form, error)
        else:
            messages.success(request, "Saved. It holds for documents made from now on.")
            return redirect("invoices:rules")
    return _show_rules(request, form, problem)


@require_http_methods(["GET", "POST"])
@requires(MANAGES)
def terms_create(request: HttpRequest) -> HttpResponse:
    """Show the form of new payment terms, or create them."""
    mark = decimal_mark(tenant_of(request).locale)
    form = TermsForm(request.POST or None, mark=mark)

    def write() -> str:
        create_terms(terms=form.terms(), actor=current_scope().actor, now=clock.now())
        return reverse("invoices:rules")

    return _save_terms(request, form, write, None)


@require_http_methods(["GET", "POST"])
@requires(MANAGES)
def terms_edit(request: HttpRequest, terms_id: UUID) -> HttpResponse:
    """Show the form of payment terms, or change them. Raises NotFound."""
    row = PaymentTerms.objects.filter(id=terms_id).first()
    if row is None:
        raise NotFound("There are no such payment terms.")
    mark = decimal_mark(tenant_of(request).locale)
    known = terms_of(row)
    steps = "\n".join(f"{step.days} {step.share.normalize():f}" for step in known.steps)
    form = TermsForm(request.POST or None, initial={**vars(known), "steps": steps}, mark=mark)
    form.fields["code"].disabled = True

    def write() -> str:
        version = read_version(request.POST)
        change_terms(
            terms_id=terms_id,
            terms=form.terms(),
            version=version,
            actor=current_scope().actor,
            now=clock.now(),
        )
        return reverse("invoices:rules")

    return _save_terms(request, form, write, row)


def _save_terms(
    request: HttpRequest, form: TermsForm, write: Any, record: PaymentTerms | None
) -> HttpResponse:
    problem = None
    if request.method == "POST" and form.is_valid():
        try:
            address = answer_once(request, write)
        except DomainError as error:
            problem = place_error(form, error)
        else:
            messages.success(request, "Saved.")
            return redirect(address)
    status = problem.status if problem else 422 if form.errors else 200
    context = {"form": form, "record": record, "back": reverse("invoices:rules"), "problem": problem}
    return render(request, "invoices/terms_form.html", context, status=status)


def _show_rules(request: HttpRequest, form: RulesForm, problem: DomainError | None) -> HttpResponse:
    status = problem.status if problem else 422 if form.is_bound and form.errors else 200
    return render(request, "invoices/rules.html", {
        "form": form, "settings": get_settings(),
        "terms": [(row, terms_of(row)) for row in list_terms().order_by("code")],
        "may_manage": may(MANAGES), "problem": problem,
    }, status=status)  # fmt: skip
