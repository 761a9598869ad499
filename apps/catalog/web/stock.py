"""The pages of stock and its movements, as descriptions."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.urls import reverse

from apps.catalog.access import access_stock
from apps.catalog.models import MOVEMENT_KINDS, Movement, Stock
from apps.catalog.rows import COUNT_ROWS
from apps.catalog.stock.by_hand import take_in
from apps.catalog.stock.valuation import average_cost
from apps.catalog.stock_queries import (
    find_movements,
    get_value,
    list_lots,
    list_reservations,
    list_stock,
)
from apps.catalog.warehouses import list_warehouses
from apps.catalog.web.forms import mark_of
from apps.catalog.web.stock_forms import TakeInForm
from apps.catalog.wording import STOCK
from apps.core import clock
from apps.core.web.list_query import read_choice, read_id, read_text
from apps.core.web.listing import Filter, fixed_filter, options_filter
from apps.tenancy.access import may
from apps.tenancy.rowfiles.columns import MOMENT_DAY, NUMBER, TEXT, Column
from apps.tenancy.web.middleware import tenant_of
from apps.tenancy.web.records.description import Entity, Fact, Listing

LOW = {"low": "Below reorder point"}
EXPIRING = {"0": "Expired", "30": "Within 30 days", "90": "Within 90 days"}
NEWEST = 30


@dataclass(frozen=True)
class StockInfo:
    """A stock as pages print it."""

    id: UUID
    product_id: UUID
    name: str
    sku: str
    warehouse: str
    unit: str
    on_hand: Decimal
    reserved: Decimal
    available: Decimal
    incoming: Decimal
    reorder_point: Decimal | None

    @property
    def state(self) -> str:
        """Say whether to order again."""
        is_low = self.reorder_point is not None and self.available + self.incoming < self.reorder_point
        return "low" if is_low else "enough"


def _info(stock: Stock) -> StockInfo:
    product = stock.product
    return StockInfo(stock.id, product.id, product.name, product.sku, stock.warehouse.code, product.unit, stock.on_hand,
                     stock.reserved, stock.available, stock.incoming, stock.reorder_point)  # fmt: skip


def days_of(query: QueryDict) -> date | None:
    """Return the day before which lots expire that the address asks for."""
    chosen = read_choice(query, "expires", EXPIRING)
    # The day of the server is near enough: the filter looks ahead by weeks.
    return clock.now().date() + timedelta(days=int(chosen)) if chosen else None


def _find(query: QueryDict) -> QuerySet[Stock]:
    return list_stock(
        text=read_text(query), warehouse_id=read_id(query, "warehouse"), product_id=read_id(query, "product"),
        is_low=bool(read_choice(query, "level", LOW)), expires_before=days_of(query),
    )  # fmt: skip


def _filters(query: QueryDict) -> tuple[Filter, ...]:
    places = {str(each.id): f"{each.code} {each.name}" for each in list_warehouses().order_by("name", "id")}
    return (
        options_filter(query, "warehouse", "Warehouse", places),
        options_filter(query, "level", "Level", LOW),
        options_filter(query, "expires", "Lots that expire", EXPIRING),
    )


def _more(request: HttpRequest, stock: Stock) -> dict[str, Any]:
    value, currency = get_value(stock), tenant_of(request).currency
    return {
        "value_minor": value, "currency": currency, "average": average_cost(stock.on_hand, value, currency),
        "lots": list(list_lots(stock.id)), "reservations": list(list_reservations(stock.id)),
        "movements": list(find_movements(stock_id=stock.id).order_by("-sequence")[:NEWEST]),
        "kinds": MOVEMENT_KINDS, "may_move": may("stock.write"), "today": clock.now().date(),
    }  # fmt: skip


LEVEL = Fact("Level", "state", "badge", words={"low": ("Order again", "warn"), "enough": ("Enough", "good")})
QUANTITIES = (
    Fact("On hand", "on_hand", "quantity", css="num"),
    Fact("Reserved", "reserved", "quantity", css="num col-mid"),
    Fact("Available", "available", "quantity", css="num"),
    Fact("Incoming", "incoming", "quantity", css="num col-wide"),
    Fact("Reorder point", "reorder_point", "quantity", css="num col-wide"),
)


def _read_take_in(form: Any) -> dict[str, Any]:
    values = {name: value for name, value in form.cleaned_data.items() if name != "once"}
    return values | {"warehouse_id": UUID(values.pop("warehouse"))}


STOCKS = Entity(
    listing=Listing(
        page="catalog:stock",
        name="stock counts",
        title="Stock",
        reads="stock.read",
        find=_find,
        sorts={
            "product": "product__name",
            "sku": "product__sku",
            "on_hand": "on_hand",
            "available": "available",
        },
        sort="product",
        filters=_filters,
        show=_info,
        columns=COUNT_ROWS.columns,
        facts=(
            Fact("Product", "name", sort="product"),
            Fact("SKU", "sku", "mono", sort="sku", css="col-mid"),
            Fact("Warehouse", "warehouse", "mono"),
            *QUANTITIES,
        ),
        empty="Receive a purchase order, import a count, or take goods in by hand.",
        template="catalog/stock_list.html",
    ),
    pages="catalog:stock_",
    one="receipt",
    writes="stock.write",
    access=access_stock,
    wording=STOCK,
    new_form=TakeInForm,
    create=take_in,
    read=_read_take_in,
    form_options=mark_of,
    facts=(
        Fact("SKU", "sku", "mono", link=lambda row: reverse("catalog:detail", args=[row.product_id])),
        Fact("Warehouse", "warehouse", "mono"),
        *QUANTITIES,
    ),
    badge=LEVEL,
    more=_more,
    rows=COUNT_ROWS,
    detail_template="catalog/stock.html",
    form_template="catalog/suggesting_form.html",
)


@dataclass(frozen=True)
class MovementInfo:
    """A movement as pages print it."""

    id: UUID
    stock_id: UUID
    moved_at: object
    kind: str
    name: str
    warehouse: str
    on_hand: Decimal
    reserved: Decimal
    lot: str
    reason: str


def _movement_info(row: Movement) -> MovementInfo:
    return MovementInfo(row.id, row.stock_id, row.moved_at, MOVEMENT_KINDS[row.kind], row.stock.product.name,
                        row.stock.warehouse.code, row.on_hand_change, row.reserved_change,
                        row.lot.number if row.lot else "", row.reason)  # fmt: skip


def _find_movements(query: QueryDict) -> QuerySet[Movement]:
    return find_movements(stock_id=read_id(query, "stock"), kind=read_choice(query, "kind", MOVEMENT_KINDS))


def _movement_filters(query: QueryDict) -> tuple[Filter, ...]:
    stock_id = read_id(query, "stock")
    found = list_stock().filter(id=stock_id).first() if stock_id else None
    words = f"{found.product.name} in {found.warehouse.code}" if found else ""
    return fixed_filter(query, "stock", "Stock", words), options_filter(query, "kind", "Kind", MOVEMENT_KINDS)


MOVEMENTS = Listing(
    page="catalog:stock_movements",
    name="movements of stock",
    title="Movements",
    reads="stock.read",
    find=_find_movements,
    sorts={"moved_at": "moved_at"},
    sort="-moved_at",
    filters=_movement_filters,
    show=_movement_info,
    facts=(
        Fact("When", "moved_at", "moment", sort="moved_at"),
        Fact("Kind", "kind"),
        Fact("Product", "name", link=lambda row: reverse("catalog:stock_detail", args=[row.stock_id])),
        Fact("Warehouse", "warehouse", "mono", css="col-mid"),
        Fact("Lot", "lot", "mono", css="col-wide"),
        Fact("On hand", "on_hand", "quantity", css="num"),
        Fact("Reserved", "reserved", "quantity", css="num col-mid"),
        Fact("Reason", "reason", css="col-wide"),
    ),
    columns=(
        Column("Day", "moved_at", MOMENT_DAY),
        Column("Kind", "kind", TEXT),
        Column("SKU", "sku", TEXT, path="stock__product__sku"),
        Column("Warehouse", "warehouse", TEXT, path="stock__warehouse__code"),
        Column("Lot", "lot", TEXT, path="lot__number"),
        Column("On hand", "on_hand_change", NUMBER),
        Column("Reserved", "reserved_change", NUMBER),
        Column("Incoming", "incoming_change", NUMBER),
        Column("Reason", "reason", TEXT),
    ),
    is_counted=False,
    empty="Every change of a stock is written here, and stays.",
)
