"""The doors to orders: an outside id in, a permitted order out."""

from uuid import UUID

from apps.core.errors import NotFound
from apps.orders.models import PurchaseOrder, Receipt, SalesOrder, Shipment
from apps.tenancy.access import check_permission


def access_sales_order(order_id: UUID, *, permission: str = "orders.read") -> SalesOrder:
    """Return a sales order of the open tenant. Raises Forbidden, NotFound."""
    check_permission(permission)
    order = SalesOrder.objects.filter(id=order_id).first()
    if order is None:
        raise NotFound("There is no such order.")
    return order


def access_purchase_order(order_id: UUID, *, permission: str = "purchasing.read") -> PurchaseOrder:
    """Return a purchase order of the open tenant. Raises Forbidden, NotFound."""
    check_permission(permission)
    order = PurchaseOrder.objects.filter(id=order_id).first()
    if order is None:
        raise NotFound("There is no such order.")
    return order


def access_shipment(shipment_id: UUID, *, permission: str = "orders.read") -> Shipment:
    """Return a shipment of the open tenant. Raises Forbidden, NotFound."""
    check_permission(permission)
    shipment = Shipment.objects.filter(id=shipment_id).first()
    if shipment is None:
        raise NotFound("There is no such shipment.")
    return shipment


def access_receipt(receipt_id: UUID, *, permission: str = "purchasing.read") -> Receipt:
    """Return a receipt of the open tenant. Raises Forbidden, NotFound."""
    check_permission(permission)
    receipt = Receipt.objects.filter(id=receipt_id).first()
    if receipt is None:
        raise NotFound("There is no such receipt.")
    return receipt
