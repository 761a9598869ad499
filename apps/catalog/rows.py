"""Rows of files: what each column means, and how a row gets into the books."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from apps.catalog.buyers import find_buyer
from apps.catalog.categories import find_or_create_path
from apps.catalog.models import STATUSES, TAX_CATEGORIES, PriceBreak, PriceList, Product, Stock, Warehouse
from apps.catalog.operations import change_product, create_product
from apps.catalog.prices import Break, change_price_list, create_price_list, set_ladder
from apps.catalog.stock import Counting, count, set_reorder_point
from apps.catalog.stock.by_hand import by_hand
from apps.catalog.warehouses import change_warehouse, create_warehouse
from apps.core.errors import InputError
from apps.core.scope import Actor
from apps.tenancy.rowfiles.answers import Outcome, RowKind, put_one
from apps.tenancy.rowfiles.columns import DAY, FLAG, LEFT, MOMENT_DAY, NUMBER, TEXT, Column, choice

Rows = Sequence[Mapping[str, Any]]
# An empty cell of what a product always has: it keeps what it has.
KEPT = replace(TEXT, empty=LEFT)
COUNTED_BY_FILE = "Counted, by file"


def _put_product(*, rows: Rows, actor: Actor, now: datetime) -> Outcome:
    values = dict(rows[0])
    if "category" in values:
        values["category_id"] = find_or_create_path(path=values.pop("category"), actor=actor, now=now)
    return _PUT_PRODUCT(rows=[values], actor=actor, now=now)


_PUT_PRODUCT = put_one(
    find=lambda values: Product.objects.filter(sku=values["sku"]).first(),
    create=create_product,
    change=change_product,
    id_name="product_id",
    fixed=("sku", "currency"),
)
PRODUCT_ROWS = RowKind(
    name="products",
    columns=(
        Column("SKU", "sku", TEXT, is_required=True),
        Column("Name", "name", TEXT, is_required=True),
        Column("Category", "category", TEXT, path="category__path"),
        Column("Manufacturer", "manufacturer", TEXT),
        Column("Active ingredient", "active_ingredient", TEXT),
        Column("Dosage", "dosage", TEXT),
        Column("Pack", "pack", TEXT),
        Column("Regulatory code", "regulatory_code", TEXT),
        Column("Unit", "unit", KEPT),
        Column("Unit price", "unit_price", NUMBER, is_required=True),
        Column("Currency", "currency", TEXT, is_required=True),
        Column("Tax %", "tax_rate", NUMBER, is_required=True),
        Column("Tax category", "tax_category", choice(TAX_CATEGORIES)),
        Column("Status", "status", choice(STATUSES)),
        Column("Stocked", "is_stocked", FLAG),
        Column("Cost price", "cost_price", NUMBER),
        Column("Since", "created_at", MOMENT_DAY, is_read=False),
    ),
    key=("sku",),
    put=_put_product,
)
WAREHOUSE_ROWS = RowKind(
    name="warehouses",
    columns=(
        Column("Code", "code", TEXT, is_required=True),
        Column("Name", "name", TEXT, is_required=True),
        Column("Default", "is_default", FLAG, is_read=False),
        Column("Open", "is_active", FLAG, is_read=False),
    ),
    key=("code",),
    put=put_one(
        find=lambda values: Warehouse.objects.filter(code=values["code"]).first(),
        create=create_warehouse,
        change=change_warehouse,
        id_name="warehouse_id",
        fixed=("code",),
    ),
)


def _put_price_list(*, rows: Rows, actor: Actor, now: datetime) -> Outcome:
    values = dict(rows[0])
    if "customer" in values:
        code = values.pop("customer")
        values["customer_id"] = find_buyer(code) if code else None
    return _PUT_PRICE_LIST(rows=[values], actor=actor, now=now)


_PUT_PRICE_LIST = put_one(
    find=lambda values: PriceList.objects.filter(code=values["code"]).first(),
    create=create_price_list,
    change=change_price_list,
    id_name="price_list_id",
    fixed=("code", "currency"),
)
PRICE_LIST_ROWS = RowKind(
    name="price lists",
    columns=(
        Column("Code", "code", TEXT, is_required=True),
        Column("Name", "name", TEXT, is_required=True),
        Column("Currency", "currency", TEXT, is_required=True),
        Column("Tier", "tier", TEXT),
        Column("Customer", "customer", TEXT, path="buyer"),
        Column("Valid from", "valid_from", DAY, is_required=True),
        Column("Valid to", "valid_to", DAY),
        Column("In use", "is_active", FLAG),
    ),
    key=("code",),
    put=_put_price_list,
)


def _put_ladder(*, rows: Rows, actor: Actor, now: datetime) -> Outcome:
    """Put all breaks of one list, product and unit: they replace the ladder that is there."""
    first = rows[0]
    prices = PriceList.objects.filter(code=first["code"]).first()
    if prices is None:
        raise InputError("There is no such price list.", code="unknown_price_list", field="code")
    product = Product.objects.filter(sku=first["sku"]).first()
    if product is None:
        raise InputError("There is no product with this SKU.", code="unknown_product", field="sku")
    unit = first.get("unit", product.unit)
    is_new = not PriceBreak.objects.filter(price_list=prices, product=product, unit=unit.upper()).exists()
    breaks = [Break(row["min_quantity"], row["unit_price"]) for row in rows]
    after = set_ladder(
        price_list_id=prices.id, product_id=product.id, breaks=breaks, unit=unit, actor=actor, now=now
    )
    return "created" if is_new else "same" if after.version == prices.version else "changed"


LADDER_ROWS = RowKind(
    name="prices",
    columns=(
        Column("Price list", "code", TEXT, path="price_list__code", is_required=True),
        Column("SKU", "sku", TEXT, path="product__sku", is_required=True),
        Column("Unit", "unit", KEPT),
        Column("From quantity", "min_quantity", NUMBER, is_required=True),
        Column("Unit price", "unit_price", NUMBER, is_required=True),
        Column("Currency", "currency", TEXT, path="price_list__currency", is_read=False),
    ),
    key=("code", "sku", "unit"),
    put=_put_ladder,
    is_several=True,
)


def _put_count(*, rows: Rows, actor: Actor, now: datetime) -> Outcome:
    """Count one stock, and say when to order again; what is so already leaves no trace."""
    values = rows[0]
    product_id = Product.objects.filter(sku=values["sku"]).values_list("id", flat=True).first()
    if product_id is None:
        raise InputError("There is no product with this SKU.", code="unknown_product", field="sku")
    warehouse_id = Warehouse.objects.filter(code=values["warehouse"]).values_list("id", flat=True).first()
    if warehouse_id is None:
        raise InputError("There is no such warehouse.", code="unknown_warehouse", field="warehouse")
    known = Stock.objects.filter(product_id=product_id, warehouse_id=warehouse_id).first()
    is_counted = known is None or known.on_hand != values["quantity"]
    if is_counted:
        line = Counting(product_id=product_id, warehouse_id=warehouse_id, quantity=values["quantity"],
                        reference=by_hand())  # fmt: skip
        count(lines=[line], reason=COUNTED_BY_FILE, actor=actor, now=now)
    place = known or Stock.objects.get(product_id=product_id, warehouse_id=warehouse_id)
    point: Decimal | None = values.get("reorder_point", place.reorder_point)
    is_told = place.reorder_point != point
    if is_told:
        set_reorder_point(stock_id=place.id, reorder_point=point, actor=actor, now=now)
    return "created" if known is None else "changed" if is_counted or is_told else "same"


COUNT_ROWS = RowKind(
    name="stock counts",
    columns=(
        Column("SKU", "sku", TEXT, path="product__sku", is_required=True),
        Column("Product", "name", TEXT, path="product__name", is_read=False),
        Column("Warehouse", "warehouse", TEXT, path="warehouse__code", is_required=True),
        Column("On hand", "quantity", NUMBER, path="on_hand", is_required=True),
        Column("Reserved", "reserved", NUMBER, is_read=False),
        Column("Incoming", "incoming", NUMBER, is_read=False),
        Column("Reorder point", "reorder_point", NUMBER),
    ),
    key=("sku", "warehouse"),
    put=_put_count,
)
