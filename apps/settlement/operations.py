"""Writes of open items and allocations. What is open is moved by the database from allocations alone."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from apps.core.db import note_reason, write
from apps.core.errors import InputError, StaleVersion
from apps.core.ids import new_id
from apps.core.money import exponent, from_minor
from apps.core.scope import Actor, current_tenant_id
from apps.core.text import clean_text
from apps.ledger.bulk import bulk_post_entries
from apps.ledger.operations import post_entry, reverse_entry
from apps.ledger.periods import check_all_open, check_open
from apps.settlement.arithmetic import book_share, share_of
from apps.settlement.discounts import check_discounts
from apps.settlement.errors import HasAllocations, NotAllocatable
from apps.settlement.history import check_earlier_days, check_settled_days
from apps.settlement.inputs import AllocationInput, ItemInput
from apps.settlement.locks import lock_allocation, lock_items, lock_source
from apps.settlement.models import DIRECTIONS, HOLDS, SIDES, Allocation, OpenItem
from apps.settlement.posting import (
    ALLOCATION,
    KIND,
    WRITE_OFF,
    allocation_entry,
    needs_entry,
    write_off_entry,
)

_INSERT_ITEMS = """
insert into settlement_openitem (
    tenant_id, id, side, direction, control, customer_id, supplier_id, source_kind, source_id, number, position,
    issue_date, due_date, currency, amount_minor, book_minor, rate, open_minor, open_book_minor,
    discount_until, discount_minor, hold, hold_reason, created_at, version
)
select %s, id, side, direction, control, customer_id, supplier_id, source_kind, source_id, number, position,
       issue_date, due_date, currency, amount_minor, book_minor, rate, amount_minor, book_minor,
       discount_until, discount_minor, '', '', %s, 1
from unnest(
    %s::uuid[], %s::text[], %s::text[], %s::text[], %s::uuid[], %s::uuid[], %s::text[], %s::uuid[], %s::text[],
    %s::int[], %s::date[], %s::date[], %s::text[], %s::bigint[], %s::bigint[], %s::numeric[], %s::date[], %s::bigint[]
) as given (
    id, side, direction, control, customer_id, supplier_id, source_kind, source_id, number, position,
    issue_date, due_date, currency, amount_minor, book_minor, rate, discount_until, discount_minor
)
"""


def open_items(*, items: Sequence[ItemInput], actor: Actor, now: datetime) -> None:
    """Write down what posted documents and payments leave open, in one statement. Raises InputError.

    The caller posts the entry to the ledger; the database refuses a position of a source that is there already.
    """
    if not items:
        return
    for item in items:
        _check_item(item)
    rows = (
        (i.id, i.side, i.direction, i.control, i.party_id if i.side == "receivable" else None,
         i.party_id if i.side == "payable" else None, i.source_kind, i.source_id, i.number, i.position,
         i.issue_date, i.due_date, i.currency, i.amount_minor, i.book_minor, i.rate, i.discount_until,
         i.discount_minor)
        for i in items
    )  # fmt: skip
    columns = [list(column) for column in zip(*rows, strict=True)]
    with write() as connection, connection.cursor() as cursor:
        cursor.execute(_INSERT_ITEMS, [current_tenant_id(), now, *columns])


def allocate(
    *,
    charge_id: UUID,
    credit_id: UUID,
    amount_minor: int,
    allocated_on: date,
    actor: Actor,
    now: datetime,
    discount_minor: int = 0,
) -> Allocation:
    """Settle a part of a charge with a part of a credit (books.md 38, 39). Raises NotFound, NotAllocatable.

    Posts the realised gain or loss and the discount where there are any (36).
    """
    wanted = AllocationInput(
        charge_id=charge_id, credit_id=credit_id, amount_minor=amount_minor, discount_minor=discount_minor
    )
    return allocate_all(allocations=[wanted], allocated_on=allocated_on, actor=actor, now=now)[0]


def allocate_all(
    *, allocations: Sequence[AllocationInput], allocated_on: date, actor: Actor, now: datetime
) -> list[Allocation]:
    """Settle many charges with many credits, all or none, on an open day (books.md 34).

    Raises NotFound, NotAllocatable, PeriodClosed.
    """
    if not allocations:
        return []
    with write():
        days = {each.on or allocated_on for each in allocations}
        check_all_open([(KIND, day) for day in sorted(days)])
        items = lock_items(key for each in allocations for key in (each.charge_id, each.credit_id))
        check_earlier_days(items, allocations, min(days))
        check_discounts(items, allocations)
        made = [
            _allocation(
                items[each.charge_id], items[each.credit_id], each, each.on or allocated_on, actor, now
            )
            for each in allocations
        ]
        Allocation.objects.bulk_create(made, batch_size=2000)
        entries = [allocation_entry(each) for each in made if needs_entry(each)]
        bulk_post_entries(entries=entries, actor=actor, now=now)
    return made


def undo_allocation(
    *, allocation_id: UUID, undone_on: date, reason: str, actor: Actor, now: datetime
) -> Allocation:
    """Give back exactly what an allocation took, on both sides (books.md 40).

    Undoing twice changes nothing (26). Undoing a write-off withdraws the write-off too. Raises NotFound, InputError,
    PeriodClosed.
    """
    reason = clean_text(reason, field="reason", limit=500)
    with write() as connection:
        check_open(kind=KIND, day=undone_on, actor=actor)
        found = lock_allocation(allocation_id)
        if found.undone_on is not None:
            return found
        if undone_on < found.allocated_on:
            raise InputError(
                f"It was allocated on {found.allocated_on}; it is undone on that day or later.",
                code="undone_before", field="undone_on",
            )  # fmt: skip
        note_reason(connection, reason)
        _mark_undone(found, undone_on, reason, actor, now)
        if needs_entry(found):
            _reverse(ALLOCATION, found.id, undone_on, reason, actor, now)
        for item in (found.charge, found.credit):
            if item.source_kind == WRITE_OFF:
                OpenItem.objects.filter(id=item.id).update(closed_on=undone_on)
                _reverse(WRITE_OFF, item.source_id, undone_on, reason, actor, now)
    return found


def write_off(
    *, item_id: UUID, amount_minor: int, written_off_on: date, reason: str, actor: Actor, now: datetime
) -> Allocation:
    """Give up a part of what is open on an item, with a reason, and post it.

    Raises NotFound, NotAllocatable, InputError, PeriodClosed.
    """
    reason = clean_text(reason, field="reason", limit=500)
    with write() as connection:
        check_open(kind=KIND, day=written_off_on, actor=actor)
        item = lock_items([item_id])[item_id]
        _check_part(item, amount_minor, "open")
        note_reason(connection, reason)
        counter = _counter_item(item, amount_minor, written_off_on)
        open_items(items=[counter], actor=actor, now=now)
        entry = write_off_entry(item, counter, reason)
        post_entry(entry=entry, actor=actor, now=now)
        is_charge = item.direction == "charge"
        return allocate(
            charge_id=item.id if is_charge else counter.id, credit_id=counter.id if is_charge else item.id,
            amount_minor=amount_minor, allocated_on=written_off_on, actor=actor, now=now,
        )  # fmt: skip


def close_source(
    *, source_kind: str, source_id: UUID, on: date, reason: str, actor: Actor, now: datetime
) -> None:
    """Let the items of a voided document count no more from a day on. Raises HasAllocations, InputError.

    The caller reverses the entry. Closing twice changes nothing.
    """
    with write() as connection:
        items = [item for item in lock_source(source_kind, source_id) if item.closed_on is None]
        for item in items:
            if item.open_minor != item.amount_minor:
                raise HasAllocations(f"{item.number} is allocated in part or in full.")
            if on < item.issue_date:
                raise InputError("That day lies before the document.", code="closed_before", field="date")
        check_settled_days(items, on)
        note_reason(connection, reason)
        OpenItem.objects.filter(id__in=[item.id for item in items]).update(closed_on=on)


def hold_item(
    *, item_id: UUID, hold: str, reason: str, actor: Actor, now: datetime, version: int | None = None
) -> OpenItem:
    """Mark an item as disputed, blocked for payment or without reminders, or free it. Raises NotFound, InputError."""
    if hold not in HOLDS:
        raise InputError(f"“{hold}” is not a kind of hold.", code="unknown_hold", field="hold")
    reason = clean_text(reason, field="reason", limit=500, required=bool(hold))
    with write() as connection:
        item = lock_items([item_id])[item_id]
        if version is not None and version != item.version:
            raise StaleVersion("Somebody changed this item after you opened it.")
        if (item.hold, item.hold_reason) != (hold, reason):
            note_reason(connection, reason)
            item.hold, item.hold_reason, item.version = hold, reason if hold else "", item.version + 1
            item.save(update_fields=["hold", "hold_reason", "version"])
    return item


def _check_item(item: ItemInput) -> None:
    exponent(item.currency)
    if item.side not in SIDES or item.direction not in DIRECTIONS:
        raise InputError(
            "An open item is a charge or a credit of one side.", code="unknown_side", field="side"
        )
    if item.amount_minor < 0 or item.book_minor < 0 or not 0 <= item.discount_minor <= item.amount_minor:
        raise InputError(
            "The amounts of an open item are not negative.", code="negative_amount", field="amount"
        )


def _allocation(
    charge: OpenItem, credit: OpenItem, wanted: AllocationInput, day: date, actor: Actor, now: datetime
) -> Allocation:
    """Check one allocation against both locked items and take it from them, in memory only."""
    _check_pair(charge, credit, day)
    settled = wanted.amount_minor + wanted.discount_minor
    _check_part(credit, wanted.amount_minor, "unapplied")
    _check_part(charge, settled, "open")
    if wanted.discount_minor < 0:
        raise InputError("A discount is not negative.", code="negative_amount", field="discount")
    share = share_of(charge, credit, wanted.amount_minor, wanted.discount_minor)
    charge.open_minor -= settled
    charge.open_book_minor -= share.charge_book_minor
    credit.open_minor -= wanted.amount_minor
    credit.open_book_minor -= share.credit_book_minor
    return Allocation(
        id=new_id(), charge=charge, credit=credit, amount_minor=wanted.amount_minor,
        discount_minor=wanted.discount_minor, charge_book_minor=share.charge_book_minor,
        credit_book_minor=share.credit_book_minor, discount_book_minor=share.discount_book_minor,
        allocated_on=day, created_by=actor.id, created_by_label=actor.label, created_at=now,
    )  # fmt: skip


def _check_pair(charge: OpenItem, credit: OpenItem, day: date) -> None:
    """Raise NotAllocatable unless the items belong to one party, currency and side (books.md 41)."""
    if charge.direction != "charge" or credit.direction != "credit":
        raise NotAllocatable("A credit settles a charge.", code="wrong_direction")
    if (charge.side, charge.party_id) != (credit.side, credit.party_id):
        raise NotAllocatable(
            f"{credit.number} belongs to somebody else than {charge.number}.", code="other_party"
        )
    if charge.currency != credit.currency:
        raise NotAllocatable(
            f"{credit.number} is in {credit.currency}, {charge.number} in {charge.currency}.",
            code="other_currency",
        )
    for item in (charge, credit):
        if item.closed_on is not None:
            raise NotAllocatable(f"{item.number} is void.", code="item_closed")
        if day < item.issue_date:
            raise NotAllocatable(
                f"{item.number} is dated {item.issue_date}; it is allocated on that day or later.",
                code="before_item", field="allocated_on",
            )  # fmt: skip


def _check_part(item: OpenItem, minor: int, word: str) -> None:
    if minor <= 0:
        raise InputError("The amount is above zero.", code="not_positive", field="amount")
    if minor > item.open_minor:
        raise NotAllocatable(
            f"Of {item.number} only {from_minor(item.open_minor, item.currency)} {item.currency} is {word}.",
            code="exceeds_open" if word == "open" else "exceeds_unapplied", field="amount",
            detail={"open_minor": item.open_minor},
        )  # fmt: skip


def _counter_item(item: OpenItem, minor: int, day: date) -> ItemInput:
    """Return the item that a write-off opens against another: same account, same share of its book amount."""
    key = new_id()
    return ItemInput(
        id=key, side=item.side, party_id=item.party_id, source_kind=WRITE_OFF, source_id=key, number=item.number,
        direction="credit" if item.direction == "charge" else "charge", issue_date=max(day, item.issue_date),
        due_date=max(day, item.issue_date), currency=item.currency, amount_minor=minor,
        book_minor=book_share(item, minor), rate=item.rate, on_control=item.control,
    )  # fmt: skip


def _reverse(source_kind: str, source_id: UUID, day: date, reason: str, actor: Actor, now: datetime) -> None:
    reverse_entry(
        source_kind=source_kind,
        source_id=source_id,
        kind=KIND,
        entry_date=day,
        reason=reason,
        actor=actor,
        now=now,
    )


def _mark_undone(found: Allocation, day: date, reason: str, actor: Actor, now: datetime) -> None:
    found.undone_on, found.undone_at, found.undone_reason = day, now, reason
    found.undone_by, found.undone_by_label = actor.id, actor.label
    found.save(update_fields=["undone_on", "undone_at", "undone_by", "undone_by_label", "undone_reason"])
