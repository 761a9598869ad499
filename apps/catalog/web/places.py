"""The pages of lots and warehouses, as descriptions."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.urls import reverse

from apps.catalog.access import access_lot, access_warehouse
from apps.catalog.lots import change_lot
from apps.catalog.models import Lot, Warehouse
from apps.catalog.rows import WAREHOUSE_ROWS
from apps.catalog.stock_queries import find_lots
from apps.catalog.warehouses import change_warehouse, create_warehouse, list_warehouses
from apps.catalog.web.forms import NewWarehouseForm, WarehouseForm
from apps.catalog.web.stock import EXPIRING, days_of
from apps.catalog.web.stock_forms import LotForm
from apps.catalog.wording import LOT, WAREHOUSE
from apps.core.web.list_query import read_text
from apps.core.web.listing import options_filter
from apps.tenancy.web.records.description import Entity, Fact, Listing


@dataclass(frozen=True)
class LotInfo:
    """A lot as pages print it."""

    id: UUID
    name: str
    product_id: UUID
    product: str
    sku: str
    expires_on: date | None
    version: int


def _lot_info(lot: Lot) -> LotInfo:
    return LotInfo(
        lot.id, lot.number, lot.product_id, lot.product.name, lot.product.sku, lot.expires_on, lot.version
    )


def _lot_more(_: HttpRequest, lot: Lot) -> dict[str, Any]:
    return {"holdings": list(lot.holdings.filter(on_hand__gt=0).select_related("stock__warehouse"))}


LOTS = Entity(
    listing=Listing(
        page="catalog:stock_lots",
        name="lots",
        title="Lots",
        reads="stock.read",
        find=lambda query: find_lots(text=read_text(query), expires_before=days_of(query)),
        sorts={"number": "number", "product": "product__name"},
        sort="product",
        filters=lambda query: (options_filter(query, "expires", "Expire", EXPIRING),),
        show=_lot_info,
        facts=(
            Fact("Lot", "name", "mono", sort="number"),
            Fact("Product", "product", sort="product"),
            Fact("SKU", "sku", "mono", css="col-mid"),
            Fact("Expires", "expires_on", "day", css="num"),
        ),
        empty="Goods that are received with a lot number appear here while any of them is left.",
    ),
    pages="catalog:stock_lot_",
    one="lot",
    writes="stock.write",
    access=access_lot,
    wording=LOT,
    form=LotForm,
    change=change_lot,
    id_name="lot_id",
    facts=(
        Fact("Product", "product", link=lambda row: reverse("catalog:detail", args=[row.product_id])),
        Fact("Expires", "expires_on", "day"),
    ),
    more=_lot_more,
    detail_template="catalog/lot.html",
)

OPEN = Fact(
    "State", "is_active", "badge", words={True: ("Open", "good"), False: ("Closed", "")}, css="col-mid"
)


def _find_warehouses(query: QueryDict) -> QuerySet[Warehouse]:
    return list_warehouses(text=read_text(query))


WAREHOUSES = Entity(
    listing=Listing(
        page="catalog:stock_warehouses",
        name="warehouses",
        title="Warehouses",
        reads="stock.read",
        find=_find_warehouses,
        sorts={"name": "name", "code": "code"},
        sort="name",
        columns=WAREHOUSE_ROWS.columns,
        facts=(
            Fact("Name", "name", sort="name"),
            Fact("Code", "code", "mono", sort="code", css="col-mid"),
            Fact("Default", "is_default", "flag"),
            OPEN,
        ),
        empty="The first one is made when goods are first expected.",
    ),
    pages="catalog:stock_warehouse_",
    one="warehouse",
    writes="stock.write",
    access=access_warehouse,
    wording=WAREHOUSE,
    form=WarehouseForm,
    new_form=NewWarehouseForm,
    create=create_warehouse,
    change=change_warehouse,
    id_name="warehouse_id",
    facts=(
        Fact("Code", "code", "mono"),
        Fact("Default", "is_default", "flag"),
        Fact("Since", "created_at", "day"),
    ),
    badge=OPEN,
    rows=WAREHOUSE_ROWS,
    detail_template="catalog/warehouse.html",
)
