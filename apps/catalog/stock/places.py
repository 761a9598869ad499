"""Whether goods may move where a line says."""

from collections.abc import Collection
from uuid import UUID

from apps.catalog.models import Product
from apps.catalog.stock import rows
from apps.catalog.stock.errors import NotStocked, ProductBlocked
from apps.core.errors import InputError

Key = tuple[UUID, UUID]


def check_places(keys: Collection[Key], *, fills: Collection[Key] = (), sells: bool = False) -> None:
    """Raise InputError for a product or warehouse that is not there, NotStocked, ProductBlocked where it `sells`.

    The warehouses of `fills` must be open.
    """
    products = rows.find_products({product_id for product_id, _ in keys})
    warehouses = rows.find_warehouses({warehouse_id for _, warehouse_id in keys})
    for key in keys:
        _check_product(products.get(key[0]), sells)
        warehouse = warehouses.get(key[1])
        if warehouse is None:
            raise InputError("There is no such warehouse.", code="unknown_warehouse", field="warehouse")
        if key in fills and not warehouse.is_active:
            raise InputError(f"Warehouse {warehouse.code} is closed.", code="closed_warehouse",
                             field="warehouse")  # fmt: skip


def _check_product(product: Product | None, sells: bool) -> None:
    if product is None:
        raise InputError("There is no such product.", code="unknown_product", field="product")
    if not product.is_stocked:
        raise NotStocked(f"{product.sku} is not kept in stock.", field="product")
    if sells and product.status == "blocked":
        raise ProductBlocked(f"{product.sku} is blocked; it stays where it lies.", field="product")
