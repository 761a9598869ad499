"""The pages of products, as a description."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict

from apps.catalog.access import access_product
from apps.catalog.models import Product
from apps.catalog.operations import change_product, create_product
from apps.catalog.queries import list_products
from apps.catalog.rows import PRODUCT_ROWS
from apps.catalog.web.forms import NewProductForm, ProductForm
from apps.catalog.wording import PRODUCT
from apps.core.web.form_fields import decimal_mark, write_number
from apps.core.web.list_query import read_choice, read_text
from apps.core.web.listing import options_filter
from apps.tenancy.access import may
from apps.tenancy.web.middleware import tenant_of
from apps.tenancy.web.records.description import Entity, Fact, Listing

STATES = {"sold": "Sold", "not_sold": "Not sold"}
SOLD = {True: ("Sold", "good"), False: ("Not sold", "")}
SUGGESTED = 12


def _find(query: QueryDict) -> QuerySet[Product]:
    state = read_choice(query, "state", STATES)
    return list_products(text=read_text(query), active=(state == "sold") if state else None)


def _suggest(request: HttpRequest, text: str) -> Sequence[Mapping[str, Any]]:
    """Return products with what a line takes from them."""
    mark = _mark(request)["mark"]
    return [
        {"value": each.sku, "label": each.name, "unit_price": write_number(each.unit_price, mark),
         "tax_rate": write_number(each.tax_rate, mark)}
        for each in list_products(text=text, active=True).order_by("name", "id")[:SUGGESTED]
    ]  # fmt: skip


def _mark(request: HttpRequest) -> dict[str, Any]:
    return {"mark": decimal_mark(tenant_of(request).locale)}


PRODUCTS = Entity(
    listing=Listing(
        page="catalog:list",
        name="products",
        title="Products",
        reads="products.read",
        find=_find,
        sorts={"name": "name", "sku": "sku", "unit_price": "unit_price", "created_at": "created_at"},
        sort="name",
        filters=lambda query: (options_filter(query, "state", "State", STATES),),
        columns=PRODUCT_ROWS.columns,
        facts=(
            Fact("Name", "name", sort="name"),
            Fact("SKU", "sku", "mono", sort="sku", css="col-mid"),
            Fact("State", "is_active", "badge", words=SOLD, css="col-mid"),
            Fact("Tax", "tax_rate", "percent", css="num col-wide"),
            Fact("Unit price", "unit_price", "price", beside="currency", css="num"),
        ),
        empty="Importing invoices also makes the products they name.",
    ),
    pages="catalog:",
    one="product",
    writes="products.write",
    access=access_product,
    wording=PRODUCT,
    form=ProductForm,
    new_form=NewProductForm,
    create=create_product,
    change=change_product,
    id_name="product_id",
    initial=lambda request: {"currency": tenant_of(request).currency, "tax_rate": "0"},
    form_options=_mark,
    facts=(
        Fact("SKU", "sku", "mono"),
        Fact("Unit price", "unit_price", "price", beside="currency"),
        Fact("Tax", "tax_rate", "percent"),
        Fact("Since", "created_at", "day"),
    ),
    badge=Fact("State", "is_active", "badge", words=SOLD),
    more=lambda _, product: {"may_see_invoices": may("invoices.read")},
    suggest=_suggest,
    rows=PRODUCT_ROWS,
    detail_template="catalog/detail.html",
)
