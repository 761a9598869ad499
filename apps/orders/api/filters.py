"""How lists of orders are narrowed."""

from django.db.models import QuerySet
from django_filters import rest_framework as filters

from apps.orders.models import PURCHASE_STATES, SALES_STATES, PurchaseOrder, Receipt, SalesOrder
from apps.orders.queries import (
    PurchaseFilter,
    SalesFilter,
    list_purchase_orders,
    list_receipts,
    list_sales_orders,
)

DAY = ["%Y-%m-%d"]


class SalesOrderFilter(filters.FilterSet):
    """Filters of sales orders."""

    q = filters.CharFilter(
        method="holding", label="Part of a number or of the customer's name", max_length=100
    )
    state = filters.ChoiceFilter(choices=list(SALES_STATES.items()), label="State")
    customer = filters.UUIDFilter(field_name="customer_id", label="Id of the customer")
    number = filters.CharFilter(label="Exactly this number", max_length=64)
    external_number = filters.CharFilter(label="Exactly this number of the sender", max_length=64)
    order_date_from = filters.DateFilter(
        "order_date", "gte", input_formats=DAY, label="First day (YYYY-MM-DD)"
    )
    order_date_to = filters.DateFilter("order_date", "lte", input_formats=DAY, label="Last day (YYYY-MM-DD)")

    def holding(self, found: QuerySet[SalesOrder], _name: str, text: str) -> QuerySet[SalesOrder]:
        return found & list_sales_orders(SalesFilter(text=text))


class PurchaseOrderFilter(filters.FilterSet):
    """Filters of purchase orders."""

    q = filters.CharFilter(
        method="holding", label="Part of a number or of the supplier's name", max_length=100
    )
    state = filters.ChoiceFilter(choices=list(PURCHASE_STATES.items()), label="State")
    supplier = filters.UUIDFilter(field_name="supplier_id", label="Id of the supplier")
    number = filters.CharFilter(label="Exactly this number", max_length=64)
    external_number = filters.CharFilter(label="Exactly this number of the sender", max_length=64)
    order_date_from = filters.DateFilter(
        "order_date", "gte", input_formats=DAY, label="First day (YYYY-MM-DD)"
    )
    order_date_to = filters.DateFilter("order_date", "lte", input_formats=DAY, label="Last day (YYYY-MM-DD)")

    def holding(self, found: QuerySet[PurchaseOrder], _name: str, text: str) -> QuerySet[PurchaseOrder]:
        return found & list_purchase_orders(PurchaseFilter(text=text))


class ReceiptFilter(filters.FilterSet):
    """Filters of receipts."""

    q = filters.CharFilter(method="holding", label="Part of a number", max_length=100)
    order = filters.UUIDFilter(field_name="order_id", label="Id of the purchase order")
    received_on_from = filters.DateFilter(
        "received_on", "gte", input_formats=DAY, label="First day (YYYY-MM-DD)"
    )
    received_on_to = filters.DateFilter(
        "received_on", "lte", input_formats=DAY, label="Last day (YYYY-MM-DD)"
    )

    def holding(self, found: QuerySet[Receipt], _name: str, text: str) -> QuerySet[Receipt]:
        return found & list_receipts(text=text)
