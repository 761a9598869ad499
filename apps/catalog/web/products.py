"""The pages of products and of their categories, as descriptions."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, QueryDict

from apps.catalog.access import access_category, access_product
from apps.catalog.categories import change_category, create_category, list_categories
from apps.catalog.models import STATUSES, TAX_CATEGORIES, Category, Product, ProductCost
from apps.catalog.operations import change_product, create_product
from apps.catalog.queries import get_costs, list_products
from apps.catalog.rows import PRODUCT_ROWS
from apps.catalog.stock_queries import list_stock
from apps.catalog.web.forms import (
    BY_RATE,
    CategoryForm,
    NewCategoryForm,
    NewProductForm,
    ProductForm,
    category_choices,
    mark_of,
    read_category,
    read_product,
)
from apps.catalog.wording import CATEGORY, PRODUCT
from apps.core.web.form_fields import write_number
from apps.core.web.list_query import read_choice, read_id, read_text
from apps.core.web.listing import Filter, options_filter
from apps.tenancy.access import may
from apps.tenancy.web.middleware import tenant_of
from apps.tenancy.web.records.description import Entity, Fact, Listing

STATUS_WORDS = {
    "active": ("Active", "good"),
    "discontinued": ("Discontinued", ""),
    "blocked": ("Blocked", "bad"),
}
STATUS = Fact("Status", "status", "badge", words=STATUS_WORDS, css="col-mid")
SUGGESTED = 12


def _find(query: QueryDict) -> QuerySet[Product]:
    found = list_products(
        text=read_text(query),
        status=read_choice(query, "state", STATUSES),
        category_id=read_id(query, "category"),
    )
    cost = ProductCost.objects.filter(product_id=OuterRef("pk")).values("cost_price")
    return found.annotate(cost_price=Subquery(cost))


def _filters(query: QueryDict) -> tuple[Filter, ...]:
    places = {key: path for key, path in category_choices() if key}
    return options_filter(query, "state", "Status", STATUSES), options_filter(
        query, "category", "Category", places
    )


def _suggest(request: HttpRequest, text: str) -> Sequence[Mapping[str, Any]]:
    """Return products with what a line takes from them."""
    mark = mark_of(request)["mark"]
    return [
        {"value": each.sku, "label": each.name, "unit_price": write_number(each.unit_price, mark),
         "tax_rate": write_number(each.tax_rate, mark)}
        for each in list_products(text=text, active=True).order_by("name", "id")[:SUGGESTED]
    ]  # fmt: skip


def _values(product: Product) -> dict[str, Any]:
    values = {name: getattr(product, name) for name in ProductForm.base_fields if hasattr(product, name)}
    return values | {
        "category": str(product.category_id or ""),
        "tax_category": "" if product.tax_category in BY_RATE else product.tax_category,
        "cost_price": get_costs([product.id]).get(product.id),
    }


def _more(request: HttpRequest, product: Product) -> dict[str, Any]:
    places = list(list_stock(product_id=product.id).order_by("warehouse__name")) if may("stock.read") else []
    cost = get_costs([product.id]).get(product.id)
    return {"may_see_invoices": may("invoices.read"), "places": places, "cost_price": cost,
            "currency": tenant_of(request).currency}  # fmt: skip


PRODUCTS = Entity(
    listing=Listing(
        page="catalog:list",
        name="products",
        title="Products",
        reads="products.read",
        find=_find,
        sorts={"name": "name", "sku": "sku", "unit_price": "unit_price", "created_at": "created_at"},
        sort="name",
        filters=_filters,
        columns=PRODUCT_ROWS.columns,
        facts=(
            Fact("Name", "name", sort="name"),
            Fact("SKU", "sku", "mono", sort="sku", css="col-mid"),
            Fact("Pack", "pack", css="col-wide"),
            STATUS,
            Fact("Tax", "tax_rate", "percent", css="num col-wide"),
            Fact("Unit price", "unit_price", "price", beside="currency", css="num"),
        ),
        empty="Importing invoices also makes the products they name.",
        template="catalog/list.html",
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
    read=read_product,
    values=_values,
    initial=lambda request: {"currency": tenant_of(request).currency, "tax_rate": "0"},
    form_options=mark_of,
    facts=(
        Fact("SKU", "sku", "mono"),
        Fact("Category", lambda product: product.category and product.category.path),
        Fact("Unit price", "unit_price", "price", beside="currency"),
        Fact("Unit", "unit"),
        Fact("Tax", "tax_rate", "percent"),
        Fact("Tax category", lambda product: TAX_CATEGORIES[product.tax_category]),
        Fact("Manufacturer", "manufacturer"),
        Fact("Active ingredient", "active_ingredient"),
        Fact("Dosage", "dosage"),
        Fact("Pack", "pack"),
        Fact("Regulatory code", "regulatory_code", "mono"),
        Fact("Kept in stock", "is_stocked", "flag"),
        Fact("Since", "created_at", "day"),
    ),
    badge=STATUS,
    more=_more,
    suggest=_suggest,
    rows=PRODUCT_ROWS,
    detail_template="catalog/detail.html",
)


def _find_categories(query: QueryDict) -> QuerySet[Category]:
    found, text = list_categories(), read_text(query)
    return found.filter(path__icontains=text) if text else found


def _category_more(_: HttpRequest, category: Category) -> dict[str, Any]:
    return {"products": list_products(category_id=category.id).count()}


CATEGORIES = Entity(
    listing=Listing(
        page="catalog:categories",
        name="categories",
        title="Categories",
        reads="products.read",
        find=_find_categories,
        sorts={"path": "path"},
        sort="path",
        facts=(Fact("Category", "path", sort="path"),),
        empty="Categories put products in a tree; a file of products makes those that it names.",
    ),
    pages="catalog:category_",
    one="category",
    writes="products.write",
    access=access_category,
    wording=CATEGORY,
    form=CategoryForm,
    new_form=NewCategoryForm,
    create=create_category,
    change=change_category,
    id_name="category_id",
    read=read_category,
    values=lambda category: {"name": category.name, "parent": str(category.parent_id or "")},
    facts=(Fact("Place", "path"), Fact("Since", "created_at", "day")),
    more=_category_more,
    detail_template="catalog/category.html",
)
