"""Open items for tests, in the open scope. They are not posted: the ledger has tests of its own."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from apps.core import clock
from apps.core.ids import new_id
from apps.core.scope import current_scope
from apps.settlement.inputs import ItemInput
from apps.settlement.models import (
    Allocation,
    DunningLetter,
    DunningLevel,
    DunningLine,
    DunningRun,
    DunningStop,
    OpenItem,
)
from apps.settlement.operations import allocate, open_items

DAY = date(2026, 3, 14)


def item_input(
    *,
    party_id: UUID,
    amount_minor: int = 10_000,
    direction: str = "charge",
    side: str = "receivable",
    issue_date: date = DAY,
    due_date: date | None = None,
    currency: str = "GBP",
    book_minor: int | None = None,
    rate: str = "1",
    source_kind: str = "",
    source_id: UUID | None = None,
    position: int = 1,
    number: str = "",
    discount_minor: int = 0,
    discount_until: date | None = None,
) -> ItemInput:
    """Return an item to open: by default a charge of 100.00 GBP to a customer."""
    key = new_id()
    kind = source_kind or ("invoice" if direction == "charge" else "payment")
    return ItemInput(
        id=key, side=side, party_id=party_id, source_kind=kind, source_id=source_id or key,
        number=number or f"{kind[:3].upper()}-{key.hex[-6:]}", direction=direction, issue_date=issue_date,
        due_date=due_date or issue_date, currency=currency, amount_minor=amount_minor,
        book_minor=amount_minor if book_minor is None else book_minor, rate=Decimal(rate), position=position,
        discount_minor=discount_minor, discount_until=discount_until,
    )  # fmt: skip


def open_these(*items: ItemInput) -> list[OpenItem]:
    """Open items and return them in order."""
    open_items(items=items, actor=current_scope().actor, now=clock.now())
    found = OpenItem.objects.in_bulk([item.id for item in items])
    return [found[item.id] for item in items]


def link(charge: OpenItem, credit: OpenItem, minor: int, *, on: date = DAY, discount: int = 0) -> Allocation:
    """Allocate so much of a credit to a charge."""
    return allocate(
        charge_id=charge.id, credit_id=credit.id, amount_minor=minor, discount_minor=discount, allocated_on=on,
        actor=current_scope().actor, now=clock.now(),
    )  # fmt: skip


def left(item: OpenItem) -> tuple[int, int]:
    """Return what is open on an item now: in its currency and in the book's."""
    found = OpenItem.objects.get(id=item.id)
    return found.open_minor, found.open_book_minor


def one_of_each(party_id: UUID) -> dict[str, UUID]:
    """Make one row of each table of settlement; return the keys by model."""
    charge, credit = open_these(
        item_input(party_id=party_id), item_input(party_id=party_id, direction="credit")
    )
    actor, now = current_scope().actor, clock.now()
    level = DunningLevel.objects.create(level=1, days=7, title="Reminder", text="Please pay.")
    stop = DunningStop.objects.create(customer_id=party_id, reason="Asked", created_at=now)
    run = DunningRun.objects.create(run_date=DAY, created_by=actor.id, created_at=now)
    letter = DunningLetter.objects.create(
        run=run, customer_id=party_id, level=1, letter_date=DAY, title="Reminder", text="Please pay."
    )
    row = DunningLine.objects.create(
        letter=letter, item=charge, level=1, letter_date=DAY, days_overdue=7, amount_minor=1
    )
    return {
        "OpenItem": charge.id, "Allocation": link(charge, credit, 1, on=now.date()).id, "DunningLevel": level.id,
        "DunningStop": stop.id, "DunningRun": run.id, "DunningLetter": letter.id, "DunningLine": row.id,
    }  # fmt: skip
