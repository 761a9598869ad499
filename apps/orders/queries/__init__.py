"""Every read of orders."""

from apps.orders.queries.purchases import (
    PurchaseFilter,
    PurchaseLineInfo,
    PurchaseOrderInfo,
    find_purchase_order,
    get_purchase_order,
    list_lines_to_match,
    list_open_orders_of,
    list_purchase_orders,
    list_receipts,
)
from apps.orders.queries.sales import (
    SalesFilter,
    SalesLineInfo,
    SalesOrderInfo,
    get_sales_order,
    list_sales_orders,
)
from apps.orders.queries.totals import ListTotals, sum_orders

__all__ = [
    "ListTotals",
    "PurchaseFilter",
    "PurchaseLineInfo",
    "PurchaseOrderInfo",
    "SalesFilter",
    "SalesLineInfo",
    "SalesOrderInfo",
    "find_purchase_order",
    "get_purchase_order",
    "get_sales_order",
    "list_lines_to_match",
    "list_open_orders_of",
    "list_purchase_orders",
    "list_receipts",
    "list_sales_orders",
    "sum_orders",
]
