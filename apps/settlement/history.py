"""No day of the past sees more settled than there was: reports of any day add up (books.md 39, 46).

An allocation that was undone on a day counted until then. What is allocated anew for a day before that, or a document
that is voided as of a day before that, would make the books of that day say more than the whole.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from django.db.models import Q

from apps.core.errors import InputError
from apps.settlement.errors import NotAllocatable
from apps.settlement.inputs import AllocationInput
from apps.settlement.models import Allocation, OpenItem


def check_earlier_days(items: Mapping[UUID, OpenItem], wanted: Sequence[AllocationInput], day: date) -> None:
    """Raise NotAllocatable when on some day from `day` on an item would be settled beyond its amount."""
    undone = _undone_after(items, day)
    if not undone:
        return
    asked: dict[UUID, int] = {}
    for each in wanted:
        asked[each.charge_id] = asked.get(each.charge_id, 0) + each.amount_minor + each.discount_minor
        asked[each.credit_id] = asked.get(each.credit_id, 0) + each.amount_minor
    for key, minor in asked.items():
        item, rows = items[key], [row for row in undone if key in (row.charge_id, row.credit_id)]
        if rows and minor > item.open_minor - _most_at_once(item, rows, day):
            until = max(row.undone_on for row in rows if row.undone_on)
            raise NotAllocatable(
                f"{item.number} was settled otherwise until {until}.",
                code="settled_until", field="allocated_on", cure="Allocate on that day or later.",
            )  # fmt: skip


def check_settled_days(items: Iterable[OpenItem], day: date) -> None:
    """Raise InputError when one of the items was still settled, in part, on or after a day that it is to close on."""
    undone = _undone_after({item.id: item for item in items}, day)
    if undone:
        until = max(row.undone_on for row in undone if row.undone_on)
        raise InputError(
            f"It was settled in part until {until}; it is void on that day or later.",
            code="settled_until", field="date",
        )  # fmt: skip


def _undone_after(items: Mapping[UUID, OpenItem], day: date) -> list[Allocation]:
    of_these = Q(charge_id__in=items) | Q(credit_id__in=items)
    return list(Allocation.objects.filter(of_these, undone_on__gt=day))


def _most_at_once(item: OpenItem, rows: Sequence[Allocation], day: date) -> int:
    """Return the most that undone allocations settled of an item on one day from `day` on."""
    days = {day, *(row.allocated_on for row in rows if row.allocated_on > day)}
    return max(
        sum(
            row.settled_minor if row.charge_id == item.id else row.amount_minor
            for row in rows
            if row.undone_on and row.allocated_on <= each < row.undone_on
        )
        for each in days
    )
