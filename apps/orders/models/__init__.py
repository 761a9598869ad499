"""Sales orders with shipments and returns, purchase orders with receipts, and what was invoiced or billed of them."""

from apps.orders.models.policy import INVOICE_BASES, OrderPolicy
from apps.orders.models.purchases import (
    PURCHASE_STATES,
    BilledQuantity,
    PurchaseLine,
    PurchaseOrder,
    Receipt,
    ReceiptLine,
)
from apps.orders.models.sales import (
    DISPOSITIONS,
    SALES_STATES,
    InvoicedQuantity,
    ReturnLine,
    SalesLine,
    SalesOrder,
    SalesReturn,
    Shipment,
    ShipmentLine,
)

__all__ = [
    "DISPOSITIONS",
    "INVOICE_BASES",
    "PURCHASE_STATES",
    "SALES_STATES",
    "BilledQuantity",
    "InvoicedQuantity",
    "OrderPolicy",
    "PurchaseLine",
    "PurchaseOrder",
    "Receipt",
    "ReceiptLine",
    "ReturnLine",
    "SalesLine",
    "SalesOrder",
    "SalesReturn",
    "Shipment",
    "ShipmentLine",
]
