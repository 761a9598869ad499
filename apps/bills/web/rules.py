"""The page of the tenant's rules for bills."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from apps.bills.known import get_settings
from apps.bills.models import BillSettings
from apps.bills.operations import change_settings
from apps.bills.web.forms import RulesForm
from apps.core import clock
from apps.core.errors import DomainError, StaleVersion
from apps.core.money import from_minor, to_minor
from apps.core.scope import current_scope
from apps.core.web.form_fields import decimal_mark, place_error, read_version
from apps.ledger.queries import book_currency
from apps.tenancy.access import check_permission, may, requires
from apps.tenancy.web.middleware import tenant_of

SAME = ("match_basis", "price_percent", "quantity_percent", "quantity_units", "duplicate_days")


@require_http_methods(["GET", "POST"])
@requires("bills.read")
def bill_rules(request: HttpRequest) -> HttpResponse:
    """Show what the tenant lets pass, or change it."""
    settings, mark = get_settings(), decimal_mark(tenant_of(request).locale)
    form = RulesForm(request.POST or None, initial=_values(settings), mark=mark)
    problem: DomainError | None = None
    if request.method == "POST":
        check_permission("ledger.manage")
        if form.is_valid():
            try:
                change_settings(
                    changes=_changes(form.cleaned_data), version=read_version(request.POST),
                    actor=current_scope().actor, now=clock.now(),
                )  # fmt: skip
                messages.success(
                    request, "Saved. Drafts are judged by these rules when they are next matched."
                )
                return redirect("bills:rules")
            except StaleVersion as error:
                problem = error
            except DomainError as error:
                problem = place_error(form, error)
    status = problem.status if problem else 422 if form.errors else 200
    context = {
        "form": form, "record": settings, "back": reverse("bills:list"), "problem": problem,
        "may_change": may("ledger.manage"),
    }  # fmt: skip
    return render(request, "bills/rules.html", context, status=status)


def _values(settings: BillSettings) -> dict[str, Any]:
    currency = book_currency()
    return {
        **{name: getattr(settings, name) for name in SAME},
        "price_amount": from_minor(settings.price_minor, currency),
        "total_amount": from_minor(settings.total_minor, currency),
    }


def _changes(given: dict[str, Any]) -> dict[str, Any]:
    currency = book_currency()
    return {
        **{name: given[name] for name in SAME},
        "price_minor": to_minor(given["price_amount"], currency),
        "total_minor": to_minor(given["total_amount"], currency),
    }
