"""Pages of categories, price lists, warehouses and stock."""

from datetime import date
from uuid import UUID

from apps.catalog.categories import create_category
from apps.catalog.models import LotStock, Movement, PriceBreak, Product, ProductCost
from apps.catalog.operations import change_product
from apps.core.ids import new_id
from apps.core.scope import open_scope
from tests.factories.books import make_product
from tests.factories.goods import acting, keep, make_price_list, make_stock, make_warehouse
from tests.factories.tenants import Company
from tests.flows.calls import Call, World


def make_world(company: Company) -> World:
    """Make one record of each kind."""
    mark = new_id().hex[-8:]
    with open_scope(company.scope()):
        rows = _records(mark)
    names = ("SKU", "Thing ", "Shelf ", "WH", "PL", "LOT")
    ids: dict[str, UUID | int] = dict(rows)
    return World(company, ids, (*(f"{name}{mark}" for name in names), *map(str, rows.values())))


def make_admin_rows(company: Company) -> dict[str, UUID]:
    """Make one row of each model."""
    rows = _records(f"{company.id.hex[-8:]}")
    return {name: key for name, key in rows.items() if name != "Product"}


def _records(mark: str) -> dict[str, UUID]:
    product: Product = make_product(sku=f"SKU-{mark}", name=f"Thing {mark}")
    category = create_category(name=f"Shelf {mark}", **acting())
    changes = {"category_id": category.id, "cost_price": product.unit_price}
    change_product(product_id=product.id, changes=changes, **acting())
    prices = make_price_list(product, ("1", "5"), ("10", "4"), code=f"PL{mark}")
    warehouse = make_warehouse(code=f"WH{mark}")
    at = make_stock("10", product=product, warehouse=warehouse, lot=f"LOT{mark}", expires_on=date(2040, 1, 1))
    keep(at, "1")
    held = LotStock.objects.get(stock=at)
    return {
        "Product": product.id, "Category": category.id, "PriceList": prices.id, "Warehouse": warehouse.id,
        "Stock": at.id, "LotStock": held.id, "Lot": held.lot_id, "Reservation": at.reservations.get().id,
        "PriceBreak": PriceBreak.objects.filter(price_list=prices)[0].id,
        "ProductCost": ProductCost.objects.get(product=product).id,
        "Movement": Movement.objects.filter(stock=at)[0].id,
    }  # fmt: skip


CALLS: tuple[Call, ...] = ()
