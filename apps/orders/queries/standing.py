"""What may be done with an order as it stands: its lines are asked once, then the state machine."""

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from apps.approvals.queries import standing_of
from apps.orders.models import (
    PURCHASE_STATES,
    SALES_STATES,
    PurchaseLine,
    PurchaseOrder,
    SalesLine,
    SalesOrder,
)
from apps.orders.transitions import (
    Action,
    PurchaseStanding,
    SalesStanding,
    check_action,
    list_purchase_actions,
    list_sales_actions,
)

PURCHASE_KIND = "purchase_order"


def stand_of_sale(order: SalesOrder, lines: Iterable[SalesLine]) -> SalesStanding:
    """Return what of an order and its lines decides what may be done with it."""
    held = list(lines)
    return SalesStanding(
        state=order.state,
        hold=order.hold,
        has_shipped=any(line.shipped > 0 for line in held),
        has_shippable=any(line.shippable > 0 for line in held),
        has_waiting=any(line.is_stocked and line.reserved < line.open_quantity for line in held),
        has_returnable=any(line.returned < line.shipped for line in held),
        has_invoiced=any(line.invoiced > 0 for line in held),
    )


def check_sales_action(order: SalesOrder, action: Action, lines: Collection[SalesLine] | None = None) -> None:
    """Raise InvalidTransition unless a sales order allows an action; the caller holds its lock."""
    held = SalesLine.objects.filter(order=order) if lines is None else lines
    check_action(action, list_sales_actions(stand_of_sale(order, held)), said=SALES_STATES[order.state])


def stand_of_purchase(
    order: PurchaseOrder, lines: Iterable[PurchaseLine], approval: str = "none"
) -> PurchaseStanding:
    """Return what of an order and its lines decides what may be done with it; `approval` is how its request stands."""
    return PurchaseStanding(
        state=order.state,
        has_received=any(line.received > 0 for line in lines),
        may_send=order.state == "approved" or approval == "approved",
    )


def check_purchase_action(
    order: PurchaseOrder, action: Action, lines: Collection[PurchaseLine] | None = None
) -> None:
    """Raise InvalidTransition unless a purchase order allows an action; the caller holds its lock."""
    held = PurchaseLine.objects.filter(order=order) if lines is None else lines
    approval = standing_of(PURCHASE_KIND, order.id).state if order.state == "awaiting_approval" else "none"
    standing = stand_of_purchase(order, held, approval)
    check_action(action, list_purchase_actions(standing), said=PURCHASE_STATES[order.state])


def list_lines_by_order(order_ids: Collection[UUID]) -> Mapping[UUID, list[SalesLine]]:
    """Return the lines of some sales orders by order, in their order, in one query."""
    found: dict[UUID, list[SalesLine]] = {key: [] for key in order_ids}
    for line in SalesLine.objects.filter(order_id__in=order_ids).order_by("order_id", "position"):
        found[line.order_id].append(line)
    return found
