"""The form of a new payment: who, how much, when; then what it settles, proposed, before it is recorded."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from apps.core import clock
from apps.core.errors import DomainError, InputError
from apps.core.money import exponent, from_minor, to_minor
from apps.core.scope import current_scope
from apps.core.web.form_fields import decimal_mark, place_error
from apps.core.web.list_query import read_choice, read_id
from apps.ledger.queries import book_currency
from apps.parties.queries import find_customer, find_supplier, get_customer, get_supplier
from apps.payments.accounts import list_own_accounts
from apps.payments.inputs import PaymentInput
from apps.payments.operations import record_payment
from apps.payments.web.forms import PaymentForm
from apps.payments.web.parts import OfferedPart, offer, sent_parts
from apps.settlement.models import SIDES
from apps.settlement.web.acting import today_of
from apps.tenancy.access import check_permission, requires
from apps.tenancy.web.middleware import tenant_of
from apps.tenancy.web.once import answer_once


@require_http_methods(["GET", "POST"])
@requires("payments.write")
def payment_create(request: HttpRequest) -> HttpResponse:
    """Show the form of a new payment, what it would settle, or record it."""
    check_permission("payments.read")
    form = _form(request)
    problem: DomainError | None = None
    offered: list[OfferedPart] | None = None
    if request.method == "POST" and form.is_valid():
        try:
            given = _given(form.cleaned_data)
            if request.POST.get("then") == "record":
                return _record(request, given)
            offered = _offer(request, given)
        except DomainError as error:
            problem = place_error(form, error, {"rate": "currency", "customer": "party", "supplier": "party"})
            offered = _offer_again(request, form)
    status = problem.status if problem else 422 if form.errors else 200
    return render(request, "payments/form.html", {
        "form": form, "offered": offered, "problem": problem, "back": reverse("payments:list"),
    }, status=status)  # fmt: skip


def _form(request: HttpRequest) -> PaymentForm:
    side = read_choice(request.GET, "side", SIDES)
    initial: dict[str, Any] = {
        "payment_date": today_of(request), "currency": book_currency(),
        "kind": "payable-pay" if side == "payable" else "receivable-receive", "party": _party_code(request, side),
    }  # fmt: skip
    mark = decimal_mark(tenant_of(request).locale)
    return PaymentForm(request.POST or None, initial=initial, mark=mark, accounts=list_own_accounts())


def _party_code(request: HttpRequest, side: str) -> str:
    party_id = read_id(request.GET, "party")
    if party_id is None:
        return ""
    return (get_supplier(party_id) if side == "payable" else get_customer(party_id)).code


def _given(values: dict[str, Any]) -> PaymentInput:
    side, _, direction = values["kind"].partition("-")
    currency = values["currency"]
    booked = values["book_amount"]
    book = book_currency()
    return PaymentInput(
        direction=direction, side=side, party_id=_find(side, values["party"]), payment_date=values["payment_date"],
        currency=currency, amount_minor=_minor(values["amount"], currency, "amount"), method=values["method"],
        account=values["account"], reference=values["reference"], note=values["note"],
        book_minor=_minor(booked, book, "book_amount") if booked and currency != book else None,
    )  # fmt: skip


def _find(side: str, code: str) -> UUID:
    party: Any = find_customer(code.strip()) if side == "receivable" else find_supplier(code.strip())
    if party is None:
        what = "customer" if side == "receivable" else "supplier"
        raise InputError(f"There is no {what} with the code “{code}”.", code=f"unknown_{what}", field="party")
    found: UUID = party.id
    return found


def _minor(value: Any, currency: str, field: str) -> int:
    minor = to_minor(value, currency)
    if from_minor(minor, currency) != value:
        raise InputError(
            f"{currency} has {exponent(currency)} decimals.", code="too_many_decimals", field=field
        )
    return minor


def _offer(request: HttpRequest, given: PaymentInput) -> list[OfferedPart]:
    is_credit = (given.direction == "receive") == (given.side == "receivable")
    return offer(
        request, side=given.side, party_id=given.party_id, currency=given.currency,
        amount_minor=given.amount_minor, reference=given.reference, day=given.payment_date,
        direction="charge" if is_credit else "credit",
    )  # fmt: skip


def _offer_again(request: HttpRequest, form: PaymentForm) -> list[OfferedPart] | None:
    """Return the open items again after a refusal, as far as it is known whose they are."""
    try:
        return _offer(request, _given(form.cleaned_data)) if "then" in request.POST else None
    except (DomainError, KeyError):
        return None


def _record(request: HttpRequest, given: PaymentInput) -> HttpResponse:
    whole = replace(given, parts=sent_parts(request, given.currency))

    def work() -> str:
        made = record_payment(payment=whole, actor=current_scope().actor, now=clock.now())
        messages.success(request, f"Recorded and posted as {made.number}.")
        return reverse("payments:detail", args=[made.id])

    return redirect(answer_once(request, work))
