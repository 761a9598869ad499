"""Pages of categories, price lists, warehouses and stock."""

from datetime import date
from uuid import UUID

from apps.catalog.categories import create_category
from apps.catalog.models import LotStock, Movement, PriceBreak, Product, ProductCost
from apps.catalog.operations import change_product
from apps.catalog.rows import COUNT_ROWS, LADDER_ROWS, PRICE_LIST_ROWS, WAREHOUSE_ROWS
from apps.catalog.web.places import LOTS, WAREHOUSES
from apps.catalog.web.prices import BREAKS, PRICE_LISTS
from apps.catalog.web.products import CATEGORIES
from apps.catalog.web.stock import STOCKS
from apps.core.ids import new_id
from apps.core.scope import open_scope
from tests.factories.books import make_product
from tests.factories.goods import acting, keep, make_price_list, make_stock, make_warehouse
from tests.factories.row_files import make_row_file
from tests.factories.tenants import Company
from tests.flows.calls import Call, Sent, World
from tests.flows.record_calls import calls_of_record


def make_world(company: Company) -> World:
    """Make one record of each kind, and a file of each kind of row."""
    mark = new_id().hex[-8:]
    with open_scope(company.scope()):
        rows = _records(mark)
        kinds = {
            "prices": PRICE_LIST_ROWS,
            "ladders": LADDER_ROWS,
            "counts": COUNT_ROWS,
            "warehouses": WAREHOUSE_ROWS,
        }
        files = {name: make_row_file(kind) for name, kind in kinds.items()}
        empty = create_category(name=f"Empty {mark}", **acting()).id
        spare = make_warehouse(code=f"SP{mark}").id
        make_product(sku=f"OTHER{mark}")
    ids: dict[str, UUID | int] = {**rows, **files, "empty": empty, "spare": spare}
    names = (
        f"SKU-{mark}",
        f"Thing {mark}",
        f"Shelf {mark}",
        f"WH{mark}",
        f"PL{mark}",
        f"LOT{mark}",
        f"OTHER{mark}",
    )
    return World(company, ids, (*names, *map(str, ids.values())))


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


def fresh(prefix: str) -> str:
    return f"{prefix}{new_id().hex[-8:]}"


def new_category(_: World) -> Sent:
    return {"name": fresh("New ")}


def edit_category(world: World) -> Sent:
    return {"name": fresh("Changed "), "parent": str(world.ids["empty"]), "version": "1"}


def new_list(_: World) -> Sent:
    return {
        "code": fresh("N"),
        "name": "New",
        "currency": "GBP",
        "valid_from": "2026-01-01",
        "is_active": "on",
    }


def edit_list(_: World) -> Sent:
    return {"name": "Changed", "valid_from": "2026-01-01", "valid_to": "2026-12-31", "version": "2"}


def ladder(world: World) -> Sent:
    return {
        "sku": world.secrets[6], "version": "2", "form-TOTAL_FORMS": "3", "form-INITIAL_FORMS": "0",
        "form-0-min_quantity": "1", "form-0-unit_price": "9", "form-1-min_quantity": "10", "form-1-unit_price": "8",
    }  # fmt: skip


def new_warehouse(_: World) -> Sent:
    return {"code": fresh("N"), "name": "New"}


def edit_warehouse(_: World) -> Sent:
    return {"name": "Changed", "is_active": "on", "is_default": "on", "version": "1"}


def take_in(world: World) -> Sent:
    return {"sku": world.secrets[0], "warehouse": str(world.ids["Warehouse"]), "quantity": "2", "unit_cost": "3",
            "lot_number": "NEW", "reason": "Found"}  # fmt: skip


def act(name: str, **sent: str) -> list[Call]:
    """Return the calls of an act on a stock."""
    form = {"reason": "Counted"} | sent

    def send(world: World) -> Sent:
        return form | ({"to_warehouse": str(world.ids["spare"])} if name == "transfer" else {})

    route, needs = f"catalog:stock_{name}", ("stock.write",)
    return [Call(route, needs, "Stock"), Call(route, needs, "Stock", "POST", send, ok=(302,))]


CALLS: tuple[Call, ...] = (
    *calls_of_record(CATEGORIES, "Category", new=new_category, edit=edit_category),
    Call(
        "catalog:category_delete", ("products.write",), "empty", "POST", lambda _: {"version": "1"}, ok=(302,)
    ),
    *calls_of_record(PRICE_LISTS, "PriceList", new=new_list, edit=edit_list, file="prices"),
    *calls_of_record(BREAKS, "PriceBreak", file="ladders"),
    Call("catalog:price_ladder", ("prices.write",), "PriceList"),
    Call("catalog:price_ladder", ("prices.write",), "PriceList", "POST", ladder, ok=(302,)),
    *calls_of_record(WAREHOUSES, "Warehouse", new=new_warehouse, edit=edit_warehouse, file="warehouses"),
    *calls_of_record(STOCKS, "Stock", new=take_in, file="counts"),
    *calls_of_record(LOTS, "Lot", edit=lambda _: {"expires_on": "2041-01-01", "version": "1"}),
    Call("catalog:stock_movements", ("stock.read",)),
    Call("catalog:stock_movements_export", ("exports.run", "stock.read")),
    *act("count", quantity="9"),
    *act("adjust", quantity="-1"),
    *act("transfer", quantity="2"),
    *act("reorder", reorder_point="5"),
)
