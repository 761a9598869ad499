"""Goods leave, arrive, and come back. Each shipment and return is a document of its own that stays as it is."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from apps.core.db import note_reason, write
from apps.core.errors import InputError
from apps.core.scope import Actor
from apps.core.text import clean_text
from apps.documents.numbering import number_text, take_numbers
from apps.orders import goods
from apps.orders.inputs import check_day, check_quantity
from apps.orders.locks import lock_sales_order
from apps.orders.models import (
    DISPOSITIONS,
    ReturnLine,
    SalesLine,
    SalesOrder,
    SalesReturn,
    Shipment,
    ShipmentLine,
)
from apps.orders.queries.standing import check_sales_action
from apps.orders.transitions import DELIVER, RETURN, SHIP

SHIPMENT_SERIES, RETURN_SERIES = "DN", "RT"


@dataclass(frozen=True)
class PickInput:
    """How much of a line leaves. Without a lot, the lots that expire first are taken where the product has lots."""

    line_id: UUID
    quantity: Decimal
    lot_id: UUID | None = None


@dataclass(frozen=True)
class BackInput:
    """How much of a line came back, and whether it goes back to stock or is scrapped."""

    line_id: UUID
    quantity: Decimal
    disposition: str = "restock"
    lot_id: UUID | None = None


class TooMuch(InputError):
    """More than the order's line leaves room for."""

    code = "more_than_open"


def ship_order(
    *,
    order_id: UUID,
    picks: Sequence[PickInput],
    shipped_on: date,
    actor: Actor,
    now: datetime,
    version: int | None = None,
    carrier: str = "",
    tracking: str = "",
    note: str = "",
) -> Shipment:
    """Ship some or all of an order under a delivery note (series DN). Nothing beyond what was ordered leaves.

    Raises NotFound, InvalidTransition, StaleVersion, InputError, InsufficientStock (books.md 66, 68).
    """
    with write() as connection:
        order = lock_sales_order(order_id, version)
        lines = _lines_of(order)
        check_sales_action(order, SHIP, list(lines.values()))
        wanted = _sums(picks, lines, "picks")
        for key, quantity in wanted.items():
            _check_room(lines[key], quantity, lines[key].shippable, "to ship")
        shipment = Shipment(
            order=order, shipped_on=check_day(shipped_on, field="shipped_on"), warehouse=order.warehouse,
            carrier=clean_text(carrier, field="carrier", limit=100, required=False),
            tracking=clean_text(tracking, field="tracking", limit=100, required=False),
            note=clean_text(note, field="note", limit=2000, required=False, lines=True), created_at=now,
        )  # fmt: skip
        taken = goods.ship(order, shipment, lines, picks, actor=actor, now=now)
        _count(lines, wanted, shipped=1, reserved=-1)
        year = shipped_on.year
        number = take_numbers(connection, series=SHIPMENT_SERIES, year=year)
        shipment.number = number_text(SHIPMENT_SERIES, year, number)
        shipment.save(force_insert=True)
        ShipmentLine.objects.bulk_create(
            ShipmentLine(shipment=shipment, line_id=line_id, quantity=quantity, lot_id=lot_id)
            for line_id, lot_id, quantity in taken
        )
        is_done = all(line.open_quantity == 0 for line in lines.values())
        _step(order, "shipped" if is_done else "processing")
    return shipment


def deliver_order(
    *, order_id: UUID, delivered_on: date, actor: Actor, now: datetime, version: int | None = None
) -> SalesOrder:
    """Say that all shipments of a shipped order have arrived. Raises NotFound, InvalidTransition, InputError."""
    with write():
        order = lock_sales_order(order_id, version)
        check_sales_action(order, DELIVER)
        under_way = Shipment.objects.filter(order=order, delivered_on=None)
        if under_way.filter(shipped_on__gt=delivered_on).exists():
            raise InputError(
                "It arrived before it left.", code="delivered_before_shipped", field="delivered_on"
            )
        under_way.update(delivered_on=check_day(delivered_on, field="delivered_on"))
        return _step(order, "delivered")


def return_goods(
    *,
    order_id: UUID,
    backs: Sequence[BackInput],
    reason: str,
    returned_on: date,
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> SalesReturn:
    """Take goods back for a reason (series RT): to stock, or as scrap. They count against what may be invoiced.

    Raises NotFound, InvalidTransition, StaleVersion, InputError (books.md 68: returns subtract).
    """
    reason = clean_text(reason, field="reason", limit=500)
    with write() as connection:
        order = lock_sales_order(order_id, version)
        lines = _lines_of(order)
        check_sales_action(order, RETURN, list(lines.values()))
        wanted = _sums(backs, lines, "lines")
        for key, quantity in wanted.items():
            _check_room(lines[key], quantity, lines[key].shipped - lines[key].returned, "to take back")
        for position, back in enumerate(backs):
            if back.disposition not in DISPOSITIONS:
                raise InputError("Restock it or scrap it.", field=f"lines[{position}].disposition")
        note_reason(connection, reason)
        taken = SalesReturn(
            order=order, returned_on=check_day(returned_on, field="returned_on"), warehouse=order.warehouse,
            reason=reason, created_at=now,
        )  # fmt: skip
        goods.take_back(order, taken, lines, backs, actor=actor, now=now)
        _count(lines, wanted, returned=1)
        year = returned_on.year
        number = take_numbers(connection, series=RETURN_SERIES, year=year)
        taken.number = number_text(RETURN_SERIES, year, number)
        taken.save(force_insert=True)
        ReturnLine.objects.bulk_create(
            ReturnLine(sales_return=taken, line_id=back.line_id, quantity=back.quantity,
                       disposition=back.disposition, lot_id=back.lot_id)
            for back in backs
        )  # fmt: skip
        _step(order, order.state)
    return taken


def _lines_of(order: SalesOrder) -> dict[UUID, SalesLine]:
    return {line.id: line for line in SalesLine.objects.filter(order=order).order_by("position")}


def _sums(
    entered: Sequence[PickInput | BackInput], lines: Mapping[UUID, SalesLine], place: str
) -> dict[UUID, Decimal]:
    """Return what is entered for each line, lots together. Raises InputError."""
    if not entered:
        raise InputError("Enter a quantity for at least one line.", code="nothing_entered", field=place)
    sums: dict[UUID, Decimal] = defaultdict(Decimal)
    for position, each in enumerate(entered):
        if each.line_id not in lines:
            raise InputError(
                "The order has no such line.", code="unknown_line", field=f"{place}[{position}].line"
            )
        sums[each.line_id] += check_quantity(each.quantity, field=f"{place}[{position}].quantity")
    return dict(sums)


def _check_room(line: SalesLine, quantity: Decimal, room: Decimal, what: str) -> None:
    if quantity > room:
        raise TooMuch(
            f"Line {line.position}: {room.normalize():f} {what}, not {quantity.normalize():f}.",
            field=f"line-{line.position}", detail={"line": str(line.id), "room": f"{room.normalize():f}"},
        )  # fmt: skip


def _count(
    lines: Mapping[UUID, SalesLine], quantities: Mapping[UUID, Decimal], *, shipped: int = 0, reserved: int = 0,
    returned: int = 0,
) -> None:  # fmt: skip
    """Write the new counts of the lines; what is not stocked was never reserved."""
    for key, quantity in quantities.items():
        line = lines[key]
        line.shipped += shipped * quantity
        line.returned += returned * quantity
        if line.is_stocked:
            line.reserved += reserved * quantity
    SalesLine.objects.bulk_update([lines[key] for key in quantities], ["shipped", "reserved", "returned"])


def _step(order: SalesOrder, state: str) -> SalesOrder:
    order.state = state
    order.version += 1
    order.save(update_fields=["state", "version"])
    return order
