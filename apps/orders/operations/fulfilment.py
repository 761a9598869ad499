"""A sales order's way from pending to shipping: confirm, hold, release, cancel. Stock is reserved all or nothing."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import F

from apps.catalog.stock import InsufficientStock
from apps.catalog.warehouses import ensure_warehouse
from apps.core.db import note_reason, write
from apps.core.scope import Actor
from apps.core.text import clean_text
from apps.orders import goods
from apps.orders.credit import find_credit_obstacle
from apps.orders.inputs import find_warehouse
from apps.orders.locks import check_version, lock_sales_order
from apps.orders.models import SalesLine, SalesOrder
from apps.orders.queries.standing import check_sales_action
from apps.orders.transitions import (
    BACKORDER,
    CANCEL,
    CANCEL_REST,
    CLEAR_CREDIT,
    CONFIRM,
    HOLD,
    RELEASE,
    REOPEN,
    RESERVE,
    START,
)
from apps.parties.access import check_served


def confirm_order(
    *,
    order_id: UUID,
    actor: Actor,
    now: datetime,
    version: int | None = None,
    backorder: bool = False,
    warehouse_id: UUID | None = None,
) -> SalesOrder:
    """Confirm a pending order: its credit is checked, then its stock reserved, all or nothing (books.md 66).

    An order over its customer's credit limit goes on hold with the reason and reserves nothing. With `backorder`
    what is not there waits, and only the rest is reserved. Confirming twice changes nothing.
    Raises NotFound, InvalidTransition, StaleVersion, InsufficientStock.
    """
    with write() as connection:
        order = lock_sales_order(order_id)
        if order.state == "confirmed":
            return order
        check_version(order, version)
        lines = _lines_of(order)
        check_sales_action(order, BACKORDER if backorder else CONFIRM, lines)
        check_served(order.customer)
        obstacle = find_credit_obstacle(order, now)
        if obstacle:
            note_reason(connection, obstacle)
            return _put_on_hold(order, "credit", obstacle)
        order.warehouse = (
            find_warehouse(warehouse_id) or order.warehouse or ensure_warehouse(actor=actor, now=now)
        )
        _reserve(order, lines, partly=backorder, actor=actor, now=now)
        order.confirmed_at = now
        return _step(order, "confirmed", "confirmed_at", "warehouse")


def reserve_rest(*, order_id: UUID, actor: Actor, now: datetime, version: int | None = None) -> SalesOrder:
    """Reserve what of a backorder has arrived. Raises NotFound, InvalidTransition, StaleVersion, InsufficientStock."""
    with write():
        order = lock_sales_order(order_id, version)
        lines = _lines_of(order)
        check_sales_action(order, RESERVE, lines)
        if not _reserve(order, lines, partly=True, actor=actor, now=now):
            raise InsufficientStock(
                "Nothing of what is open has arrived.", cure="Try again after the next receipt."
            )
        return _step(order, order.state)


def hold_order(
    *, order_id: UUID, reason: str, actor: Actor, now: datetime, version: int | None = None
) -> SalesOrder:
    """Hold an order for a reason; what is reserved stays reserved. Raises NotFound, InvalidTransition, InputError."""
    reason = clean_text(reason, field="reason", limit=500)
    with write() as connection:
        order = lock_sales_order(order_id, version)
        check_sales_action(order, HOLD)
        note_reason(connection, reason)
        return _put_on_hold(order, "manual", reason)


def release_order(*, order_id: UUID, actor: Actor, now: datetime, version: int | None = None) -> SalesOrder:
    """Let a held order go on from where it was; its credit is checked again when it is confirmed."""
    with write():
        order = lock_sales_order(order_id, version)
        check_sales_action(order, RELEASE)
        return _end_hold(order)


def clear_credit(
    *, order_id: UUID, reason: str, actor: Actor, now: datetime, version: int | None = None
) -> SalesOrder:
    """Let an order pass its customer's credit limit up to its present total, for a reason that is kept."""
    reason = clean_text(reason, field="reason", limit=500)
    with write() as connection:
        order = lock_sales_order(order_id, version)
        check_sales_action(order, CLEAR_CREDIT)
        note_reason(connection, reason)
        order.credit_cleared_minor = order.total_minor
        return _end_hold(order, "credit_cleared_minor")


def reopen_order(*, order_id: UUID, actor: Actor, now: datetime, version: int | None = None) -> SalesOrder:
    """Make a confirmed order pending again, so that it can be changed; its reservations end."""
    with write():
        order = lock_sales_order(order_id, version)
        lines = _lines_of(order)
        check_sales_action(order, REOPEN, lines)
        _release(order, lines, actor=actor, now=now)
        return _step(order, "pending")


def start_picking(*, order_id: UUID, actor: Actor, now: datetime, version: int | None = None) -> SalesOrder:
    """Say that a confirmed order is being picked. Raises NotFound, InvalidTransition, StaleVersion."""
    with write():
        order = lock_sales_order(order_id, version)
        check_sales_action(order, START)
        return _step(order, "processing")


def cancel_order(
    *, order_id: UUID, reason: str, actor: Actor, now: datetime, version: int | None = None
) -> SalesOrder:
    """Cancel an order of which nothing was shipped or invoiced; its reservations end. Twice changes nothing.

    Raises NotFound, InvalidTransition, StaleVersion, InputError.
    """
    reason = clean_text(reason, field="reason", limit=500)
    with write() as connection:
        order = lock_sales_order(order_id)
        if order.state == "cancelled":
            return order
        check_version(order, version)
        lines = _lines_of(order)
        check_sales_action(order, CANCEL, lines)
        note_reason(connection, reason)
        _release(order, lines, actor=actor, now=now)
        _clear_hold(order)
        return _step(order, "cancelled", "hold", "hold_reason", "held_from")


def cancel_rest(
    *, order_id: UUID, reason: str, actor: Actor, now: datetime, version: int | None = None
) -> SalesOrder:
    """Cancel what of a partly shipped order is not shipped; the order is then shipped. Raises as `cancel_order`."""
    reason = clean_text(reason, field="reason", limit=500)
    with write() as connection:
        order = lock_sales_order(order_id, version)
        lines = _lines_of(order)
        check_sales_action(order, CANCEL_REST, lines)
        note_reason(connection, reason)
        _release(order, lines, actor=actor, now=now)
        SalesLine.objects.filter(order=order).update(cancelled=F("quantity") - F("shipped"))
        if order.state == "on_hold":
            order = _end_hold(order)
        return _step(order, "shipped")


def _lines_of(order: SalesOrder) -> list[SalesLine]:
    return list(SalesLine.objects.filter(order=order).select_related("product").order_by("position"))


def _reserve(
    order: SalesOrder, lines: Sequence[SalesLine], *, partly: bool, actor: Actor, now: datetime
) -> bool:
    """Reserve what is open and not reserved; say whether something was."""
    got = goods.reserve(order, lines, partly=partly, actor=actor, now=now)
    for line in lines:
        line.reserved += got.get(line.id, Decimal(0))
    SalesLine.objects.bulk_update([line for line in lines if got.get(line.id)], ["reserved"])
    return any(got.values())


def _release(order: SalesOrder, lines: Sequence[SalesLine], *, actor: Actor, now: datetime) -> None:
    held = [line for line in lines if line.reserved]
    goods.release(order, held, actor=actor, now=now)
    SalesLine.objects.filter(id__in=[line.id for line in held]).update(reserved=0)


def _put_on_hold(order: SalesOrder, hold: str, reason: str) -> SalesOrder:
    order.hold, order.hold_reason, order.held_from = hold, reason, order.state
    return _step(order, "on_hold", "hold", "hold_reason", "held_from")


def _end_hold(order: SalesOrder, *fields: str) -> SalesOrder:
    state = order.held_from
    _clear_hold(order)
    return _step(order, state, "hold", "hold_reason", "held_from", *fields)


def _clear_hold(order: SalesOrder) -> None:
    order.hold = order.hold_reason = order.held_from = ""


def _step(order: SalesOrder, state: str, *fields: str) -> SalesOrder:
    order.state = state
    order.version += 1
    order.save(update_fields=["state", "version", *fields])
    return order
