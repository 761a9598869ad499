"""Goods come: what was counted and what was refused. A receipt stays as it is; a reversal takes it back."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from apps.core.db import note_reason, write
from apps.core.errors import InputError, NotFound
from apps.core.money import check_decimal
from apps.core.scope import Actor
from apps.core.text import clean_text
from apps.documents.numbering import number_text, take_numbers
from apps.orders import goods
from apps.orders.inputs import check_day, check_quantity
from apps.orders.locks import lock_purchase_order
from apps.orders.models import PurchaseLine, PurchaseOrder, Receipt, ReceiptLine
from apps.orders.operations.shipping import TooMuch
from apps.orders.queries.policy import get_order_policy
from apps.orders.queries.standing import check_purchase_action
from apps.orders.transitions import RECEIVE, InvalidTransition

SERIES = "GR"


@dataclass(frozen=True)
class ReceivedInput:
    """What came of a line, rejects included; the lot and its expiry are of what was kept."""

    line_id: UUID
    received: Decimal
    rejected: Decimal = Decimal(0)
    reject_reason: str = ""
    lot_number: str = ""
    expires_on: date | None = None


def receive_goods(
    *,
    order_id: UUID,
    lines: Sequence[ReceivedInput],
    received_on: date,
    actor: Actor,
    now: datetime,
    version: int | None = None,
    delivery_note: str = "",
    note: str = "",
) -> Receipt:
    """Receive goods of a sent order (series GR). What goes into stock = received − rejected, at the order's price.

    What is kept may exceed what was ordered by the tenant's tolerance, no further. Raises NotFound,
    InvalidTransition, StaleVersion, InputError, TooMuch.
    """
    with write() as connection:
        order = lock_purchase_order(order_id, version)
        held = _lines_of(order)
        check_purchase_action(order, RECEIVE, list(held.values()))
        entered = [_checked(position, each, held) for position, each in enumerate(lines)]
        if not entered:
            raise InputError("Enter what came of at least one line.", code="nothing_entered", field="lines")
        receipt = Receipt(
            order=order, received_on=check_day(received_on, field="received_on"), created_at=now,
            warehouse=order.warehouse,
            delivery_note=clean_text(delivery_note, field="delivery_note", limit=64, required=False),
            note=clean_text(note, field="note", limit=2000, required=False, lines=True),
        )  # fmt: skip
        _check_tolerance(held, entered)
        lots = goods.receive(order, receipt, held, entered, actor=actor, now=now)
        made = [
            ReceiptLine(receipt=receipt, line_id=each.line_id, received=each.received, rejected=each.rejected,
                        reject_reason=each.reject_reason, lot_id=lot_id)
            for each, lot_id in zip(entered, lots, strict=True)
        ]  # fmt: skip
        _book(connection, order, held, receipt, made)
    return receipt


def reverse_receipt(
    *, receipt_id: UUID, reason: str, received_on: date, actor: Actor, now: datetime
) -> Receipt:
    """Take a receipt back, once, with a receipt of its own: what it brought leaves stock and is expected again.

    Repeating it changes nothing. Raises NotFound, InvalidTransition, InputError, InsufficientStock when it was used.
    """
    reason = clean_text(reason, field="reason", limit=500)
    with write() as connection:
        receipt = Receipt.objects.filter(id=receipt_id).first()
        if receipt is None:
            raise NotFound("There is no such receipt.")
        order = lock_purchase_order(receipt.order_id)
        done = Receipt.objects.filter(reverses=receipt).first()
        if done is not None:
            return done
        _check_reversible(order, receipt)
        note_reason(connection, reason)
        held = _lines_of(order)
        back = Receipt(
            order=order, received_on=check_day(received_on, field="received_on"), warehouse_id=receipt.warehouse_id,
            delivery_note=receipt.delivery_note, note=reason, reverses=receipt, created_at=now,
        )  # fmt: skip
        facts = list(ReceiptLine.objects.filter(receipt=receipt))
        goods.unreceive(order, back, held, facts, actor=actor, now=now)
        made = [
            ReceiptLine(receipt=back, line_id=each.line_id, received=-each.received, rejected=-each.rejected,
                        lot_id=each.lot_id)
            for each in facts
        ]  # fmt: skip
        _book(connection, order, held, back, made)
    return back


def _book(
    connection: object, order: PurchaseOrder, held: Mapping[UUID, PurchaseLine], receipt: Receipt,
    made: Sequence[ReceiptLine],
) -> None:  # fmt: skip
    """Write a receipt with its number, the new counts of the lines, and the state that follows from them."""
    for each in made:
        held[each.line_id].received += each.received
        held[each.line_id].rejected += each.rejected
    if any(line.accepted < line.billed for line in held.values()) and receipt.reverses_id:
        raise InvalidTransition("A supplier's invoice charges what this receipt brought.", code="is_billed",
                                cure="Take the supplier's invoice back first.")  # fmt: skip
    PurchaseLine.objects.bulk_update(held.values(), ["received", "rejected"])
    year = receipt.received_on.year
    receipt.number = number_text(SERIES, year, take_numbers(connection, series=SERIES, year=year))
    receipt.save(force_insert=True)
    ReceiptLine.objects.bulk_create(made)
    order.state = state_after(held.values())
    order.version += 1
    order.save(update_fields=["state", "version"])


def state_after(lines: Iterable[PurchaseLine]) -> str:
    """Return the state of a sent order by what came of its lines."""
    held = list(lines)
    if all(line.open_quantity == 0 for line in held):
        return "received"
    return "partly_received" if any(line.received for line in held) else "sent"


def _lines_of(order: PurchaseOrder) -> dict[UUID, PurchaseLine]:
    return {line.id: line for line in PurchaseLine.objects.filter(order=order).order_by("position")}


def _checked(position: int, each: ReceivedInput, held: Mapping[UUID, PurchaseLine]) -> ReceivedInput:
    place = f"lines[{position}]."
    if each.line_id not in held:
        raise InputError("The order has no such line.", code="unknown_line", field=place + "line")
    received = check_quantity(each.received, field=place + "received")
    rejected = check_decimal(each.rejected, field=place + "rejected", minimum=Decimal(0))
    if rejected > received:
        raise InputError(
            "More is rejected than came.", code="rejected_more_than_received", field=place + "rejected"
        )
    lot = clean_text(each.lot_number, field=place + "lot_number", limit=64, required=bool(each.expires_on))
    why = clean_text(each.reject_reason, field=place + "reject_reason", limit=200, required=rejected > 0)
    expires = each.expires_on and check_day(each.expires_on, field=place + "expires_on")
    return ReceivedInput(each.line_id, received, rejected, why if rejected else "", lot, expires)


def _check_tolerance(held: Mapping[UUID, PurchaseLine], entered: Sequence[ReceivedInput]) -> None:
    """Raise TooMuch where more would be kept than was ordered and the tolerance allows."""
    percent = get_order_policy().over_receipt_percent
    kept: dict[UUID, Decimal] = defaultdict(Decimal)
    for each in entered:
        kept[each.line_id] += each.received - each.rejected
    for key, quantity in kept.items():
        line = held[key]
        most = line.quantity * (1 + percent / 100) - line.accepted
        if quantity > most:
            raise TooMuch(
                f"Line {line.position}: at most {max(most, Decimal(0)).normalize():f} may still be kept, "
                f"not {quantity.normalize():f}.",
                field=f"line-{line.position}", cure="Reject the surplus, or widen the tolerance for receipts.",
                detail={"line": str(key), "room": f"{most.normalize():f}"},
            )  # fmt: skip


def _check_reversible(order: PurchaseOrder, receipt: Receipt) -> None:
    if receipt.reverses_id is not None:
        raise InvalidTransition(
            "This receipt takes another one back.", cure="Receive the goods again instead."
        )
    if order.state not in ("partly_received", "received"):
        raise InvalidTransition("The order is closed.", cure="Open the order again first.")
