"""Posting and reversing a document that the caller has locked: the writes, in the order of locks."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from apps.core.errors import InputError
from apps.core.scope import Actor
from apps.documents.numbering import check_date_order, number_text, take_numbers
from apps.documents.queries import get_settings
from apps.invoices.checks import check_bookkeeper, check_buyer
from apps.invoices.models import Instalment, Invoice, TaxSubtotal
from apps.invoices.posting import (
    ENTRY_KIND,
    SIDE,
    Booked,
    Part,
    Posted,
    book,
    entry_of,
    find_rate,
    items_of,
)
from apps.invoices.transitions import InvalidTransition
from apps.ledger.operations import post_entry, reverse_entry
from apps.ledger.periods import check_open
from apps.ledger.posting import PeriodClosed
from apps.ledger.rates import Rate
from apps.settlement.errors import HasAllocations
from apps.settlement.inputs import AllocationInput
from apps.settlement.models import OpenItem
from apps.settlement.operations import allocate_all, close_source, open_items

POSTED = [
    "sequence", "number", "state", "posted_at", "book_currency", "rate", "rate_day", "rate_source", "book_net_minor",
    "book_tax_minor", "book_total_minor", "version",
]  # fmt: skip


def post_locked(connection: Any, invoice: Invoice, *, actor: Actor, now: datetime) -> None:
    """Give a locked draft its number and book it.

    Everything that can be refused or computed comes before the number, which holds the series' counter to the end.
    """
    check_bookkeeper()
    check_open(kind=ENTRY_KIND, day=invoice.issue_date, actor=actor)
    check_buyer(invoice)
    document = _as_posted(invoice)
    booked = book(
        document, find_rate(invoice.currency, invoice.issue_date, of_credited=_credited_rate(invoice))
    )
    keep_booked(invoice, booked)
    year = invoice.issue_date.year
    if get_settings().is_date_order_kept:
        check_date_order(connection, series=invoice.series, day=invoice.issue_date)
    invoice.sequence = take_numbers(
        connection, series=invoice.series, year=year, last_date=invoice.issue_date
    )
    invoice.number = number_text(invoice.series, year, invoice.sequence)
    invoice.state, invoice.posted_at = "posted", now
    invoice.version += 1
    invoice.save(update_fields=POSTED)
    document = _as_posted(invoice)
    post_entry(entry=entry_of(document, booked), actor=actor, now=now)
    open_items(items=items_of(document, booked), actor=actor, now=now)
    if invoice.prepaid_minor:
        _apply_prepaid(invoice, actor=actor, now=now)


def reverse_locked(invoice: Invoice, *, reason: str, actor: Actor, now: datetime) -> None:
    """Take a locked document out of the books on its own date. Raises InvalidTransition, PeriodClosed."""
    check_bookkeeper()
    day = invoice.issue_date
    try:
        check_open(kind=ENTRY_KIND, day=day, actor=actor)
    except PeriodClosed as error:
        cure = "Write a credit note dated in an open period instead."
        raise PeriodClosed(error.message, cure=cure, field=error.field, detail=error.detail) from None
    kind, key = invoice.kind, invoice.id
    try:
        close_source(source_kind=kind, source_id=key, on=day, reason=reason, actor=actor, now=now)
    except HasAllocations as error:
        raise InvalidTransition(
            error.message, code="is_allocated",
            cure="Undo its allocations first, or write a credit note."
            if invoice.kind == "invoice" else "Undo its allocations first.",
        ) from None  # fmt: skip
    reverse_entry(
        source_kind=kind, source_id=key, kind=ENTRY_KIND, entry_date=day, reason=reason, actor=actor, now=now
    )


def apply_items(invoice: Invoice, note: Invoice, *, on: date, actor: Actor, now: datetime) -> int:
    """Settle what is open of an invoice with what is open of a credit note; return how much that was.

    Raises InvalidTransition when one of them has nothing open.
    """
    check_bookkeeper()
    charges, credits = (
        list(
            OpenItem.objects.filter(
                source_kind=each.kind, source_id=each.id, closed_on=None, open_minor__gt=0
            )
            .order_by("due_date", "position")
            .values_list("id", "open_minor")
        )
        for each in (invoice, note)
    )
    made = pair_up(charges, credits)
    if not made:
        raise InvalidTransition(
            f"Nothing is open of {invoice.number if credits else note.number}.", code="nothing_open",
            cure="The rest of the credit note can be applied to other invoices, or refunded.",
        )  # fmt: skip
    allocate_all(allocations=made, allocated_on=on, actor=actor, now=now)
    return sum(each.amount_minor for each in made)


def keep_booked(invoice: Invoice, booked: Booked) -> None:
    """Store a document's rate and its totals in the book currency."""
    invoice.book_currency, invoice.rate = booked.currency, booked.rate.rate
    invoice.rate_day, invoice.rate_source = booked.rate.day, booked.rate.source
    invoice.book_net_minor, invoice.book_tax_minor = booked.net_minor, booked.tax_minor
    invoice.book_total_minor = booked.total_minor


def _as_posted(invoice: Invoice) -> Posted:
    taxes = TaxSubtotal.objects.filter(invoice=invoice).order_by("position")
    plan = Instalment.objects.filter(invoice=invoice).order_by("position")
    return Posted(
        id=invoice.id, kind=invoice.kind, number=invoice.number or "", customer_id=invoice.customer_id,
        issue_date=invoice.issue_date, due_date=invoice.due_date, currency=invoice.currency,
        net_minor=invoice.net_minor, tax_minor=invoice.tax_minor, rounding_minor=invoice.rounding_minor,
        parts=tuple(Part(x.category, x.rate, x.base_minor, x.tax_minor) for x in taxes),
        instalments=tuple((each.due_date, each.amount_minor) for each in plan),
        discount_percent=invoice.discount_percent, discount_until=invoice.discount_until,
    )  # fmt: skip


def _credited_rate(invoice: Invoice) -> Rate | None:
    """Return the rate of the invoice that a credit note takes back: what was booked is taken back as it was."""
    if invoice.credits_id is None:
        return None
    found = Invoice.objects.get(id=invoice.credits_id)
    if found.rate is None or found.currency != invoice.currency:
        return None
    return Rate(found.currency, found.rate_day or found.issue_date, found.rate, found.rate_source)


def _apply_prepaid(invoice: Invoice, *, actor: Actor, now: datetime) -> None:
    """Settle what was paid before from the customer's unapplied receipts, oldest first. Raises InputError."""
    held = OpenItem.objects.filter(
        side=SIDE, control="unapplied_receipts", customer_id=invoice.customer_id, currency=invoice.currency,
        direction="credit", closed_on=None, open_minor__gt=0,
    ).order_by("issue_date", "id")  # fmt: skip
    own = OpenItem.objects.filter(source_kind=invoice.kind, source_id=invoice.id).order_by("position")
    left, last = invoice.prepaid_minor, invoice.issue_date
    credits: list[tuple[UUID, int]] = []
    for receipt in held:
        part = min(receipt.open_minor, left)
        credits.append((receipt.id, part))
        left, last = left - part, max(last, receipt.issue_date)
        if not left:
            break
    if left:
        raise InputError(
            "The customer has not paid that much ahead.", code="prepaid_not_received", field="prepaid",
            cure="Record the payment first, or lower what is paid already.",
        )  # fmt: skip
    made = pair_up([(item.id, item.open_minor) for item in own], credits)
    allocate_all(allocations=made, allocated_on=last, actor=actor, now=now)


def pair_up(
    charges: Iterable[tuple[UUID, int]], credits: Iterable[tuple[UUID, int]]
) -> list[AllocationInput]:
    """Return allocations that use up credits on charges, both in the order given, as far as both go."""
    made: list[AllocationInput] = []
    waiting = iter(credits)
    credit, free = next(waiting, (None, 0))
    for charge, wanted in charges:
        left = wanted
        while left and credit is not None:
            part = min(left, free)
            if part:
                made.append(AllocationInput(charge_id=charge, credit_id=credit, amount_minor=part))
            left, free = left - part, free - part
            if not free:
                credit, free = next(waiting, (None, 0))
    return made
