"""Row locks, always in this order: the period (`ledger.periods`), items by id, allocations, then counters.

Items are locked FOR NO KEY UPDATE: a new allocation's foreign keys to the same item do not wait for it.
"""

from collections.abc import Iterable
from uuid import UUID

from apps.core.errors import NotFound
from apps.settlement.models import Allocation, OpenItem


def lock_items(ids: Iterable[UUID]) -> dict[UUID, OpenItem]:
    """Lock items against every other allocation, in the order of their ids. Raises NotFound when one is missing."""
    wanted = set(ids)
    rows = OpenItem.objects.select_for_update(no_key=True).filter(id__in=wanted).order_by("id")
    found = {row.id: row for row in rows}
    if len(found) != len(wanted):
        raise NotFound("There is no such open item.")
    return found


def lock_source(source_kind: str, source_id: UUID) -> list[OpenItem]:
    """Lock the items of a document or payment, in the order of their ids."""
    rows = OpenItem.objects.select_for_update(no_key=True)
    return list(rows.filter(source_kind=source_kind, source_id=source_id).order_by("id"))


def lock_allocation(allocation_id: UUID) -> Allocation:
    """Lock an allocation and, before it, both its items. Raises NotFound."""
    found = Allocation.objects.filter(id=allocation_id).first()
    if found is None:
        raise NotFound("There is no such allocation.")
    items = lock_items([found.charge_id, found.credit_id])
    # Django fetches no relation for it: both are at hand, locked.
    locked = Allocation.objects.select_for_update(no_key=True).get(id=allocation_id)
    locked.charge, locked.credit = items[found.charge_id], items[found.credit_id]
    return locked
