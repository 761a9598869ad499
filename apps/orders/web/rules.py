"""The page of the tenant's rules for orders."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from apps.core import clock
from apps.core.errors import DomainError
from apps.core.scope import current_scope
from apps.core.web.form_fields import NumberField, decimal_mark, place_error, read_version
from apps.orders.models import INVOICE_BASES
from apps.orders.operations import change_order_policy
from apps.orders.queries.policy import get_order_policy
from apps.tenancy.access import requires
from apps.tenancy.web.middleware import tenant_of


class RulesForm(forms.Form):
    """What a company decides about its orders."""

    invoice_basis = forms.ChoiceField(label="Invoice", choices=list(INVOICE_BASES.items()))
    checks_credit = forms.BooleanField(
        label="Hold orders over the customer's credit limit", required=False,
    )  # fmt: skip
    over_receipt_percent = NumberField(
        label="Receive more than ordered, %", max_digits=7, decimal_places=4, min_value=0, max_value=100
    )


@require_http_methods(["GET", "POST"])
@requires("members.manage")
def rules(request: HttpRequest) -> HttpResponse:
    """Show the rules, or change them; orders that are there keep the basis they were made with."""
    policy, problem = get_order_policy(), None
    initial = {name: getattr(policy, name) for name in RulesForm.base_fields}
    form = RulesForm(request.POST or None, initial=initial)
    form.fields["over_receipt_percent"].mark = decimal_mark(tenant_of(request).locale)  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        try:
            change_order_policy(
                **form.cleaned_data,
                version=read_version(request.POST),
                actor=current_scope().actor,
                now=clock.now(),
            )
        except DomainError as error:
            problem = place_error(form, error)
        else:
            messages.success(request, "Saved. It holds for new orders.")
            return redirect("orders:sales")
    status = problem.status if problem else 422 if form.errors else 200
    context = {"form": form, "record": policy, "back": reverse("orders:sales"), "problem": problem}
    return render(request, "orders/rules.html", context, status=status)
