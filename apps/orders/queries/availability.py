"""Whether stock suffices, as far as one can say before it is locked."""

from collections import defaultdict
from collections.abc import Collection
from decimal import Decimal
from uuid import UUID

from apps.catalog.models import Stock, Warehouse
from apps.orders.models import SalesOrder
from apps.orders.queries.standing import list_lines_by_order


def find_short_orders(orders: Collection[SalesOrder]) -> set[UUID]:
    """Return which of these orders, taken in this order, would not find all their goods. Three queries."""
    usual = Warehouse.objects.filter(is_default=True).first()
    places = {order.id: order.warehouse_id or (usual.id if usual else None) for order in orders}
    lines = list_lines_by_order(places)
    products = {
        line.product_id for held in lines.values() for line in held if line.product_id and line.is_stocked
    }
    left: dict[tuple[UUID | None, UUID | None], Decimal] = defaultdict(Decimal)
    for product, warehouse, available in Stock.objects.filter(product_id__in=products).values_list(
        "product_id", "warehouse_id", "available"
    ):
        left[warehouse, product] = available
    short: set[UUID] = set()
    for order in orders:
        for line in lines[order.id]:
            if line.is_stocked:
                left[places[order.id], line.product_id] -= line.quantity
                if left[places[order.id], line.product_id] < 0:
                    short.add(order.id)
    return short
