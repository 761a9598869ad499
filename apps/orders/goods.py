"""What orders do to stock, in stock's own words. Callers hold the lock of their order; each takes all lines at once.

A reservation belongs to the order's line by its position; every movement has a reference of its own.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Protocol
from uuid import UUID

from apps.catalog import stock
from apps.catalog.models import Lot
from apps.catalog.stock import Expecting, Receiving, Reference, Releasing, Reserving, Shipping
from apps.catalog.stock_queries import get_availability
from apps.core.clock import local_date
from apps.core.errors import DomainError
from apps.core.ids import new_id
from apps.core.scope import Actor
from apps.ledger.rates import get_rate
from apps.orders.models import (
    PurchaseLine,
    PurchaseOrder,
    Receipt,
    ReceiptLine,
    SalesLine,
    SalesOrder,
    SalesReturn,
    Shipment,
)
from apps.tenancy.models import Tenant

ZERO = Decimal(0)


class NoWarehouse(DomainError):
    """Goods need a place."""

    code = "no_warehouse"
    cure = "Name a warehouse, or make one the default under Stock."


class Pick(Protocol):
    """How much of a line leaves, and of which lot."""

    @property
    def line_id(self) -> UUID: ...
    @property
    def quantity(self) -> Decimal: ...
    @property
    def lot_id(self) -> UUID | None: ...


class Back(Pick, Protocol):
    """How much of a line came back, and what becomes of it."""

    @property
    def disposition(self) -> str: ...


class Came(Protocol):
    """What came of a line."""

    @property
    def line_id(self) -> UUID: ...
    @property
    def received(self) -> Decimal: ...
    @property
    def rejected(self) -> Decimal: ...
    @property
    def lot_number(self) -> str: ...
    @property
    def expires_on(self) -> object: ...


def reserve(
    order: SalesOrder, lines: Sequence[SalesLine], *, partly: bool, actor: Actor, now: datetime
) -> dict[UUID, Decimal]:
    """Reserve what is open of stocked lines; return how much by line. Raises InsufficientStock, NoWarehouse.

    With `partly` lines get what is available, the first lines first.
    """
    wanted = {line.id: line.open_quantity - line.reserved for line in lines if line.is_stocked}
    wanted = {key: quantity for key, quantity in wanted.items() if quantity > 0}
    if not wanted:
        return {}
    warehouse_id = _place(order)
    if partly:
        zone = Tenant.objects.values_list("time_zone", flat=True).get()
        chosen = [line for line in lines if line.id in wanted]
        wanted = _available(warehouse_id, chosen, wanted, local_date(now, zone))
        if not wanted:
            return {}
    event = new_id()
    stock.reserve(
        lines=[
            Reserving(
                product_id=_product(line), warehouse_id=warehouse_id, quantity=wanted[line.id],
                reference=Reference("sales_reserving", event, line.position), reservation=_reservation(order, line),
            )
            for line in lines if wanted.get(line.id)
        ],
        actor=actor, now=now,
    )  # fmt: skip
    return wanted


def release(order: SalesOrder, lines: Sequence[SalesLine], *, actor: Actor, now: datetime) -> None:
    """Give back everything that is kept for these lines."""
    event = new_id()
    wanted = [
        Releasing(product_id=_product(line), warehouse_id=_place(order), reservation=_reservation(order, line),
                  reference=Reference("sales_releasing", event, line.position))
        for line in lines if line.reserved
    ]  # fmt: skip
    if wanted:
        stock.release(lines=wanted, actor=actor, now=now)


def ship(
    order: SalesOrder, shipment: Shipment, lines: Mapping[UUID, SalesLine], picks: Sequence[Pick], *,
    actor: Actor, now: datetime,
) -> list[tuple[UUID, UUID | None, Decimal]]:  # fmt: skip
    """Send picks out of what is reserved; return (line, lot, quantity) of all that left. Raises InsufficientStock."""
    numbered = [(n, pick, lines[pick.line_id]) for n, pick in enumerate(picks, start=1)]
    stocked = [(n, pick, line) for n, pick, line in numbered if line.is_stocked]
    loose: list[tuple[UUID, UUID | None, Decimal]] = [
        (pick.line_id, None, pick.quantity) for pick in picks if not lines[pick.line_id].is_stocked
    ]
    if not stocked:
        return loose
    moved = stock.ship(
        lines=[
            Shipping(product_id=_product(line), warehouse_id=_place(order), quantity=pick.quantity,
                     reference=Reference("shipment", shipment.id, n), reservation=_reservation(order, line),
                     lot_id=pick.lot_id)
            for n, pick, line in stocked
        ],
        actor=actor, now=now,
    )  # fmt: skip
    by_number = {n: pick.line_id for n, pick, _ in stocked}
    return loose + [
        (by_number[each.reference.line], lot_id, -change) for each in moved for lot_id, change in each.lots
    ]


def take_back(
    order: SalesOrder, taken: SalesReturn, lines: Mapping[UUID, SalesLine], backs: Sequence[Back], *,
    actor: Actor, now: datetime,
) -> None:  # fmt: skip
    """Put what is restocked back to where it left, at the average cost; scrap moves nothing."""
    numbers = dict(
        Lot.objects.filter(id__in=[b.lot_id for b in backs if b.lot_id]).values_list("id", "number")
    )
    wanted = [
        Receiving(product_id=_product(lines[back.line_id]), warehouse_id=_place(order), quantity=back.quantity,
                  reference=Reference("sales_return", taken.id, n),
                  lot_number=numbers.get(back.lot_id, "") if back.lot_id else "")
        for n, back in enumerate(backs, start=1)
        if back.disposition == "restock" and lines[back.line_id].is_stocked
    ]  # fmt: skip
    if wanted:
        stock.receive(lines=wanted, kind="return", actor=actor, now=now)


def expect(order: PurchaseOrder, lines: Sequence[PurchaseLine], *, actor: Actor, now: datetime) -> None:
    """Announce what is still to come of an order."""
    wanted = _expecting(order, lines)
    if wanted:
        stock.expect(lines=wanted, actor=actor, now=now)


def expect_no_more(
    order: PurchaseOrder, lines: Sequence[PurchaseLine], *, actor: Actor, now: datetime
) -> None:
    """Take the announcement of what is still to come back."""
    wanted = _expecting(order, lines)
    if wanted:
        stock.unexpect(lines=wanted, actor=actor, now=now)


def receive(
    order: PurchaseOrder, receipt: Receipt, lines: Mapping[UUID, PurchaseLine], came: Sequence[Came], *,
    actor: Actor, now: datetime,
) -> list[UUID | None]:  # fmt: skip
    """Take in what was kept, at the order's price in the book currency; return the lot of each. Raises NoRate."""
    open_now = {key: line.open_quantity for key, line in lines.items()}
    rate = get_rate(currency=order.currency, day=receipt.received_on).rate
    wanted: list[Receiving] = []
    for n, each in enumerate(came, start=1):
        line, kept = lines[each.line_id], each.received - each.rejected
        if not line.is_stocked or kept == 0:
            continue
        fulfilled = min(kept, open_now[line.id])
        open_now[line.id] -= fulfilled
        wanted.append(Receiving(
            product_id=_product(line), warehouse_id=_place(order), quantity=kept, expected=fulfilled,
            reference=Reference("receipt", receipt.id, n), unit_cost=book_cost(line.unit_price, rate),
            lot_number=each.lot_number, expires_on=each.expires_on,  # type: ignore[arg-type]  # a date or None
        ))  # fmt: skip
    moved = stock.receive(lines=wanted, actor=actor, now=now) if wanted else []
    lots = {each.reference.line: each.lots[0][0] for each in moved if each.lots}
    return [lots.get(n) for n in range(1, len(came) + 1)]


def unreceive(
    order: PurchaseOrder, back: Receipt, lines: Mapping[UUID, PurchaseLine], facts: Sequence[ReceiptLine], *,
    actor: Actor, now: datetime,
) -> None:  # fmt: skip
    """Take out what a receipt brought, and announce again what is then still to come. Raises InsufficientStock."""
    wanted = [
        stock.Adjusting(product_id=_product(lines[fact.line_id]), warehouse_id=_place(order), lot_id=fact.lot_id,
                        quantity=fact.rejected - fact.received, reference=Reference("receipt", back.id, n))
        for n, fact in enumerate(facts, start=1)
        if lines[fact.line_id].is_stocked and fact.received != fact.rejected
    ]  # fmt: skip
    if wanted:
        stock.adjust(lines=wanted, reason=f"Receipt taken back: {back.note}", actor=actor, now=now)
    again: list[Expecting] = []
    for n, fact in enumerate(facts, start=1):
        line = lines[fact.line_id]
        room = (
            line.quantity
            - line.cancelled
            - line.accepted
            + (fact.received - fact.rejected)
            - line.open_quantity
        )
        if line.is_stocked and room > 0:
            again.append(Expecting(product_id=_product(line), warehouse_id=_place(order), quantity=room,
                                   reference=Reference("receipt", back.id, n)))  # fmt: skip
    if again:
        stock.expect(lines=again, actor=actor, now=now)


def book_cost(unit_price: Decimal, rate: Decimal) -> Decimal:
    """Return a unit's cost in the book currency with six decimals, rounded half away from zero."""
    return (unit_price * rate).quantize(Decimal("0.000001"), rounding=ROUND_HALF_UP)


def _expecting(order: PurchaseOrder, lines: Sequence[PurchaseLine]) -> list[Expecting]:
    event = new_id()
    return [
        Expecting(product_id=_product(line), warehouse_id=_place(order), quantity=line.open_quantity,
                  reference=Reference("purchase_order", event, line.position))
        for line in lines if line.is_stocked and line.open_quantity > 0
    ]  # fmt: skip


def _available(
    warehouse_id: UUID, lines: Sequence[SalesLine], wanted: Mapping[UUID, Decimal], today: date
) -> dict[UUID, Decimal]:
    """Cut what is wanted to what is available and not expired; stock itself is locked by the reservation after it."""
    found = get_availability({_product(line) for line in lines}, day=today)
    left = {
        key: sum((place.available for place in each.places if place.warehouse_id == warehouse_id), ZERO)
        for key, each in found.items()
    }
    got: dict[UUID, Decimal] = {}
    for line in lines:
        taken = min(wanted[line.id], left[_product(line)])
        if taken > 0:
            left[_product(line)] -= taken
            got[line.id] = taken
    return got


def _reservation(order: SalesOrder, line: SalesLine) -> Reference:
    return Reference("sales_order", order.id, line.position)


def _product(line: SalesLine | PurchaseLine) -> UUID:
    assert line.product_id is not None
    found: UUID = line.product_id
    return found


def _place(order: SalesOrder | PurchaseOrder) -> UUID:
    if order.warehouse_id is None:
        raise NoWarehouse("The order names no warehouse, and none is the default.", field="warehouse")
    found: UUID = order.warehouse_id
    return found
