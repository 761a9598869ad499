"""How far documents are settled: computed by settlement from postings and dates, stored nowhere here (books.md 25)."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from apps.core import clock
from apps.invoices.models import Invoice
from apps.settlement.days import tenant_day
from apps.settlement.models import Allocation, OpenItem
from apps.settlement.queries import Balance, balances_of, list_allocations_of, list_items_of, sources_in_state

PAYMENT_LABELS: Final = {
    "open": "Open", "partly_paid": "Partly paid", "overdue": "Overdue", "paid": "Paid", "none": "–",
}  # fmt: skip
PAYMENT_FILTERS: Final = {name: PAYMENT_LABELS[name] for name in ("open", "partly_paid", "overdue", "paid")}


@dataclass(frozen=True)
class Settled:
    """One allocation, seen from a document: what settled it, or what it settled."""

    other_kind: str
    other_id: UUID
    other_number: str
    day: date
    amount_minor: int
    discount_minor: int
    undone_on: date | None


@dataclass(frozen=True)
class Part:
    """An instalment with what of it is open."""

    position: int
    due_date: date
    amount_minor: int
    open_minor: int
    is_overdue: bool


def list_balances(documents: Collection[Invoice]) -> dict[UUID, Balance]:
    """Return the balance of each document by id, in at most one query for each kind."""
    found: dict[UUID, Balance] = {}
    today = tenant_day(clock.now()) if documents else date.min
    for kind in ("invoice", "credit_note"):
        ids = [row.id for row in documents if row.kind == kind and row.state != "draft"]
        if ids:
            found |= {
                key: balance if kind == "invoice" else _of_credit(balance)
                for key, balance in balances_of(source_kind=kind, source_ids=ids, today=today).items()
            }
    return found


def attach_balances(documents: Collection[Invoice]) -> None:
    """Give each document of a page `payment_state` and `open_minor`; drafts and void ones have none."""
    found = list_balances(documents)
    for row in documents:
        balance = found.get(row.id, Balance())
        setattr(row, "payment_state", balance.payment_state)  # noqa: B010
        setattr(row, "open_minor", balance.open_minor)  # noqa: B010


def get_balance(kind: str, document_id: UUID) -> Balance:
    """Return one document's balance."""
    found = balances_of(source_kind=kind, source_ids=[document_id])[document_id]
    return found if kind == "invoice" else _of_credit(found)


def documents_in_state(state: str) -> QuerySet[OpenItem, UUID]:
    """Return the ids of the documents in a payment state, for a list's filter; overdue are invoices only."""
    today = tenant_day(clock.now())
    found = sources_in_state(source_kind="invoice", state=state, today=today)
    if state == "overdue":
        return found
    credits = sources_in_state(source_kind="credit_note", state=state, today=date.min)
    both = Q(source_id__in=found) | Q(source_id__in=credits)
    return OpenItem.objects.filter(both).values_list("source_id", flat=True)


def documents_due(first: date | None, last: date | None) -> QuerySet[OpenItem, UUID]:
    """Return the ids of invoices with something open that is due between two days."""
    found = OpenItem.objects.filter(source_kind="invoice", closed_on=None, open_minor__gt=0)
    if first:
        found = found.filter(due_date__gte=first)
    if last:
        found = found.filter(due_date__lte=last)
    return found.values_list("source_id", flat=True)


def list_parts(kind: str, document_id: UUID) -> tuple[list[Part], list[Settled]]:
    """Return a posted document's instalments with what is open, and what settled them, undone ones too."""
    items = list_items_of(source_kind=kind, source_id=document_id)
    today = tenant_day(clock.now())
    parts = [
        Part(
            x.position,
            x.due_date,
            x.amount_minor,
            x.open_minor,
            kind == "invoice" and x.open_minor > 0 and x.due_date < today,
        )
        for x in items
    ]
    own = {item.id for item in items}
    return parts, [_settled(row, own) for row in list_allocations_of(own)] if own else []


def _settled(row: Allocation, own: set[UUID]) -> Settled:
    other = row.credit if row.charge_id in own else row.charge
    return Settled(
        other.source_kind, other.source_id, other.number, row.allocated_on, row.amount_minor, row.discount_minor,
        row.undone_on,
    )  # fmt: skip


def _of_credit(balance: Balance) -> Balance:
    """A credit note is never overdue: it waits to be applied."""
    if balance.payment_state != "overdue":
        return balance
    state = "open" if balance.open_minor == balance.total_minor else "partly_paid"
    return replace(balance, payment_state=state)
