"""What a document comes to while somebody writes it: the server's arithmetic over what can be read so far."""

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from apps.core.errors import DomainError
from apps.core.money import exponent
from apps.core.web.form_fields import decimal_mark
from apps.documents.arithmetic import Totals, document_totals
from apps.documents.entry import Adjustment, AdjustmentInput, PricedLine, price_line, spread_adjustment
from apps.documents.queries import get_settings
from apps.invoices.due import decide_due
from apps.invoices.web.entered import extra_of, line_of
from apps.invoices.web.forms import BaseLines, DraftForm
from apps.invoices.web.sets import sent_extras, sent_lines
from apps.parties.queries import find_customer
from apps.tenancy.access import requires
from apps.tenancy.web.middleware import tenant_of


@dataclass
class Running:
    """Totals so far; `nets` has one entry for each row of the form, None where it cannot be read."""

    currency: str
    nets: list[int | None] = field(default_factory=list)
    extras: list[Adjustment] = field(default_factory=list)
    totals: Totals | None = None
    due_date: date | None = None
    problem: str = ""


@require_POST
@requires("invoices.write")
def document_totals_fragment(request: HttpRequest) -> HttpResponse:
    """Show what the entered document comes to; nothing is written."""
    tenant = tenant_of(request)
    mark = decimal_mark(tenant.locale)
    currency = _currency(request.POST.get("currency", ""), tenant.currency)
    lines, extras = sent_lines(request, mark), sent_extras(request, mark)
    header = DraftForm(request.POST, mark=mark)
    running = _compute(currency, lines, extras, header)
    running.due_date = _due_date(header, request.POST.get("kind", "invoice"))
    return render(request, "invoices/_totals.html", {"running": running, "currency": currency})


def _compute(currency: str, lines: BaseLines, extras: BaseLines | None, header: DraftForm) -> Running:
    running = Running(currency)
    read = [_values(form) for form in extras.forms] if extras else []
    given = [(each["line"], extra_of(each)) for each in read if each is not None]
    priced: list[PricedLine] = []
    for form in lines.forms:
        own = [extra for number, extra in given if number == len(priced) + 1]
        line = _price(form, own, currency)
        running.nets.append(line.net_minor if line else None)
        priced += [line] if line else []
    try:
        running.extras = [
            part
            for number, extra in given
            if number is None
            for part in spread_adjustment(extra, priced, currency, place="")
        ]
        running.totals = document_totals(
            priced, running.extras, policy=get_settings().tax_rounding,
            prepaid_minor=_minor(header, "prepaid", currency),
            rounding_minor=_minor(header, "rounding", currency),
        )  # fmt: skip
    except DomainError as error:
        running.problem = error.message
    return running


def _price(form: Any, own: list[AdjustmentInput], currency: str) -> PricedLine | None:
    values = _values(form)
    if values is None:
        return None
    try:
        # Its words are for later; its amounts are wanted now.
        return price_line(replace(line_of(values, None), description="–", adjustments=tuple(own)), currency)
    except DomainError:
        return None


def _values(form: Any) -> dict[str, Any] | None:
    """Return what can be read of a row, with None or nothing for the rest; None for a row that is left out."""
    form.is_valid()
    read: dict[str, Any] = form.cleaned_data
    if not form.has_changed() or read.get("DELETE"):
        return None
    empty = {name: "" if hasattr(each, "strip") else None for name, each in form.fields.items()}
    values = {**empty, **read}
    values["description"] = values.get("description") or ""
    if "quantity" in form.fields and values.get("quantity") is None:
        return None
    return values


def _due_date(header: DraftForm, kind: str) -> date | None:
    """Return when the document would be due by its terms, as far as that can be told."""
    header.is_valid()
    given = header.cleaned_data
    customer = find_customer(given["customer"]) if given.get("customer") else None
    if customer is None or not given.get("issue_date"):
        return None
    try:
        due = decide_due(
            customer=customer, kind=kind, issue_date=given["issue_date"], terms=given.get("terms") or None,
            due_date=given.get("due_date"), instalments=None,
        )  # fmt: skip
    except DomainError:
        return None
    return due.due_date


def _minor(header: DraftForm, name: str, currency: str) -> int:
    header.is_valid()
    value: Decimal = header.cleaned_data.get(name) or Decimal(0)
    return int(value.scaleb(exponent(currency)))


def _currency(text: str, usual: str) -> str:
    try:
        exponent(text.upper())
    except DomainError:
        return usual
    return text.upper()
