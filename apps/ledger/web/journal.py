"""The page that writes an entry by hand. What was entered stays on the page until it is posted."""

import re
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from apps.core import clock
from apps.core.errors import DomainError, InputError
from apps.core.money import check_decimal, exponent, to_minor
from apps.core.scope import current_scope
from apps.core.web.form_fields import decimal_mark, place_error
from apps.ledger.entries import MAX_LINES, EntryLine
from apps.ledger.operations import post_by_hand
from apps.ledger.queries import book_currency
from apps.ledger.web.forms import BaseJournalLines, JournalForm, JournalLines
from apps.tenancy.access import requires
from apps.tenancy.web.middleware import tenant_of
from apps.tenancy.web.once import answer_once

_LINE_FIELD = re.compile(r"lines\[(\d+)\]\.(\w+)")
LARGEST = Decimal(10) ** 15


@require_http_methods(["GET", "POST"])
@requires("ledger.write")
def entry_create(request: HttpRequest) -> HttpResponse:
    """Show the form of an entry by hand, or post it."""
    tenant = tenant_of(request)
    options = {"mark": decimal_mark(tenant.locale)}
    if request.method == "GET":
        form = JournalForm(initial={"entry_date": clock.local_date(clock.now(), tenant.time_zone)})
        return _show(request, form, JournalLines(prefix="lines", form_kwargs=options), None)
    form, lines = JournalForm(request.POST), _sent_lines(request, options)
    problem: DomainError | None = None
    if all([form.is_valid(), lines.is_valid()]):
        try:
            address = answer_once(request, lambda: _post(form, lines))
        except DomainError as error:
            problem = _show_refusal(error, form, lines)
        else:
            messages.success(request, "The entry is posted.")
            return redirect(address)
    return _show(request, form, lines, problem)


def _post(form: JournalForm, lines: BaseJournalLines) -> str:
    given = form.cleaned_data
    entry = post_by_hand(
        entry_date=given["entry_date"], text=given["text"], lines=_inputs(lines), actor=current_scope().actor,
        now=clock.now(),
    )  # fmt: skip
    return reverse("ledger:entry_detail", args=[entry.id])


def _inputs(lines: BaseJournalLines) -> list[EntryLine]:
    currency = book_currency()
    return [
        EntryLine(
            # A suggestion may be taken over with the name behind the code.
            str(each["account"]).split(" ")[0], _minor(each["debit"], currency, position, "debit"),
            _minor(each["credit"], currency, position, "credit"), dimension=each["dimension"], text=each["text"],
        )
        for position, each in enumerate(line.cleaned_data for line in lines.entered())
    ]  # fmt: skip


def _minor(value: Decimal | None, currency: str, position: int, name: str) -> int:
    if value is None:
        return 0
    check_decimal(value, field=f"lines[{position}].{name}", maximum=LARGEST, places=exponent(currency))
    return to_minor(value, currency)


def _sent_lines(request: HttpRequest, options: dict[str, Any]) -> BaseJournalLines:
    number = request.POST.get("lines-TOTAL_FORMS", "")
    if number.isascii() and number.isdigit() and int(number[:9]) > MAX_LINES:
        raise InputError(
            f"An entry has at most {MAX_LINES:,} lines. Nothing was posted.", code="too_many_lines", field="lines",
            cure="Go back in the browser: what you entered is still there. Split the entry.",
        )  # fmt: skip
    return JournalLines(request.POST, prefix="lines", form_kwargs=options)


def _show_refusal(error: DomainError, form: JournalForm, lines: BaseJournalLines) -> DomainError:
    """Put a refusal at the field that it names; return it for the summary above the form."""
    named = _LINE_FIELD.fullmatch(error.field or "")
    if named is None:
        place_error(form, error)
        return error
    entered, position = lines.entered(), int(named[1])
    if position < len(entered) and named[2] in entered[position].fields:
        entered[position].add_error(named[2], error.message)
    return InputError(f"Line {position + 1}: {error.message}", cure=error.cure, code=error.code)


def _show(
    request: HttpRequest, form: JournalForm, lines: BaseJournalLines, problem: DomainError | None
) -> HttpResponse:
    has_errors = form.is_bound and not (form.is_valid() and lines.is_valid())
    currency = book_currency()
    return render(request, "ledger/entry_form.html", {
        "form": form, "lines": lines, "currency": currency, "decimals": exponent(currency), "problem": problem,
    }, status=problem.status if problem else 422 if has_errors else 200)  # fmt: skip
