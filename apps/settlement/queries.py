"""Reads of open items and allocations, for this room's pages and for documents that want their payment state."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, QuerySet

from apps.core import clock
from apps.core.errors import NotFound
from apps.parties.queries import get_customer_names, get_supplier_names
from apps.settlement.days import tenant_day
from apps.settlement.models import Allocation, OpenItem

PAYMENT_STATES = {
    "open": "Open", "partly_paid": "Partly paid", "overdue": "Overdue", "paid": "Paid", "none": "None",
}  # fmt: skip


@dataclass(frozen=True)
class Balance:
    """What a document comes to, what of it is open, and when the next part of that is due.

    The state is computed from postings and dates, never stored (books.md 25); `overdue` outdoes `partly_paid`.
    """

    total_minor: int = 0
    open_minor: int = 0
    due_date: date | None = None
    payment_state: str = "none"


def balances_of(
    *, source_kind: str, source_ids: Collection[UUID], today: date | None = None
) -> dict[UUID, Balance]:
    """Return the balance of each document in one query; one without items has the state `none`.

    `today` is the tenant's day unless given. Items of voided documents no longer count.
    """
    items = OpenItem.objects.filter(source_kind=source_kind, source_id__in=source_ids, closed_on=None)
    rows: dict[UUID, list[tuple[int, int, date]]] = {}
    for source_id, amount, left, due in items.values_list(
        "source_id", "amount_minor", "open_minor", "due_date"
    ):
        rows.setdefault(source_id, []).append((amount, left, due))
    day = today or (tenant_day(clock.now()) if rows else date.min)
    return {key: _balance(rows.get(key, []), day) for key in source_ids}


def sources_in_state(*, source_kind: str, state: str, today: date) -> QuerySet[OpenItem, UUID]:
    """Return the ids of the documents of a kind in a payment state, as a subquery for a list's filter.

    For `none`, leave out what any of the others returns: a document without items is not known here.
    """
    own = OpenItem.objects.filter(source_kind=source_kind, closed_on=None)
    others = own.filter(source_id=OuterRef("source_id")).order_by()
    is_open = Exists(others.filter(open_minor__gt=0))
    is_begun = Exists(others.filter(open_minor__lt=F("amount_minor")))
    is_late = Exists(others.filter(open_minor__gt=0, due_date__lt=today))
    if state == "overdue":
        found = own.filter(open_minor__gt=0, due_date__lt=today)
    elif state == "paid":
        found = own.filter(~is_open, open_minor=0)
    elif state == "partly_paid":
        found = own.filter(is_begun, ~is_late, open_minor__gt=0)
    elif state == "open":
        found = own.filter(~is_begun, ~is_late, open_minor__gt=0)
    else:
        found = own
    return found.order_by().values_list("source_id", flat=True)


def list_items_of(*, source_kind: str, source_id: UUID) -> list[OpenItem]:
    """Return the items of a document or payment, by position."""
    rows = OpenItem.objects.filter(source_kind=source_kind, source_id=source_id)
    return list(rows.order_by("position", "id"))


def list_allocations_of(item_ids: Collection[UUID]) -> list[Allocation]:
    """Return the allocations of items, those that were undone too, oldest first, with both items at hand."""
    charges = Allocation.objects.filter(charge_id__in=item_ids)
    credits = Allocation.objects.filter(credit_id__in=item_ids)
    found: dict[UUID, Allocation] = {row.id: row for row in [*charges, *credits]}
    ends = {key for row in found.values() for key in (row.charge_id, row.credit_id)}
    items: dict[UUID, Any] = OpenItem.objects.in_bulk(ends)
    for row in found.values():
        row.charge, row.credit = items[row.charge_id], items[row.credit_id]
    return sorted(found.values(), key=lambda row: (row.created_at, row.id))


def _balance(rows: list[tuple[int, int, date]], today: date) -> Balance:
    if not rows:
        return Balance()
    total, left = sum(row[0] for row in rows), sum(row[1] for row in rows)
    due = min((row[2] for row in rows if row[1]), default=max(row[2] for row in rows))
    if left == 0:
        state = "paid"
    elif due < today:
        state = "overdue"
    else:
        state = "open" if left == total else "partly_paid"
    return Balance(total, left, due, state)


def party_names(side: str, ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the names of customers or suppliers by id."""
    return get_customer_names(set(ids)) if side == "receivable" else get_supplier_names(set(ids))


def get_item(item_id: UUID) -> OpenItem:
    """Return an open item of the open tenant. Raises NotFound."""
    found = OpenItem.objects.filter(id=item_id).first()
    if found is None:
        raise NotFound("There is no such open item.")
    return found


def get_allocation(allocation_id: UUID) -> Allocation:
    """Return an allocation of the open tenant. Raises NotFound."""
    found = Allocation.objects.filter(id=allocation_id).first()
    if found is None:
        raise NotFound("There is no such allocation.")
    return found


def list_open_of(*, side: str, party_id: UUID, limit: int = 500) -> list[OpenItem]:
    """Return what is open of a party now, charges and credits, oldest due first."""
    party = {"customer_id": party_id} if side == "receivable" else {"supplier_id": party_id}
    found = OpenItem.objects.filter(**party, side=side, open_minor__gt=0, closed_on=None)
    return list(found.order_by("due_date", "id")[:limit])


def list_counterparts(item: OpenItem, limit: int = 100) -> list[OpenItem]:
    """Return what may settle an item, or be settled by it: the other direction, same party and currency."""
    is_customer = item.side == "receivable"
    party = {"customer_id": item.party_id} if is_customer else {"supplier_id": item.party_id}
    found = OpenItem.objects.filter(
        **party, side=item.side, currency=item.currency, open_minor__gt=0, closed_on=None
    ).exclude(direction=item.direction)
    return list(found.order_by("due_date", "id")[:limit])
