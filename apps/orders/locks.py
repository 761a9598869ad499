"""Row locks, always in this order: the order, its customer (for the credit limit), stock, then the number's counter."""

from uuid import UUID

from apps.core.errors import NotFound, StaleVersion
from apps.orders.models import PurchaseOrder, SalesOrder
from apps.parties.models import Customer


def lock_sales_order(order_id: UUID, version: int | None = None) -> SalesOrder:
    """Lock a sales order against every other writer (FOR UPDATE). Raises NotFound, StaleVersion."""
    order = SalesOrder.objects.select_for_update().filter(id=order_id).first()
    if order is None:
        raise NotFound("There is no such order.")
    check_version(order, version)
    return order


def lock_purchase_order(order_id: UUID, version: int | None = None) -> PurchaseOrder:
    """Lock a purchase order against every other writer (FOR UPDATE). Raises NotFound, StaleVersion."""
    order = PurchaseOrder.objects.select_for_update().filter(id=order_id).first()
    if order is None:
        raise NotFound("There is no such order.")
    check_version(order, version)
    return order


def lock_credit_of(customer_id: UUID) -> Customer:
    """Lock a customer's credit: two orders of one customer are checked one after the other (FOR NO KEY UPDATE)."""
    return Customer.objects.select_for_update(no_key=True).get(id=customer_id)


def check_version(order: SalesOrder | PurchaseOrder, version: int | None) -> None:
    """Raise StaleVersion when an order is no longer at the version that somebody opened; None = not asked."""
    if version is not None and version != order.version:
        raise StaleVersion(
            "Somebody changed this order after you opened it.", detail={"version": order.version}
        )
