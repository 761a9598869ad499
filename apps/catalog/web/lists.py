"""The list of products: what its address asks for, as a query, as chips, as a file."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import QueryDict

from apps.catalog.models import Product
from apps.catalog.queries import list_products
from apps.core.web.keyset import Sort, read_sort
from apps.core.web.list_query import read_choice, read_text
from apps.core.web.listing import Filter, options_filter

SORTS = {"name": "name", "sku": "sku", "unit_price": "unit_price", "created_at": "created_at"}
STATES = {"sold": "Sold", "not_sold": "Not sold"}
HEADINGS = ("SKU", "Name", "Unit price", "Currency", "Tax %", "Sold", "Since")


@dataclass(frozen=True)
class ProductList:
    """A list as its address describes it."""

    found: QuerySet[Product]
    sort: Sort


def read_list(query: QueryDict) -> ProductList:
    """Return the list that an address asks for; what it says wrongly is left out."""
    state = read_choice(query, "state", STATES)
    found = list_products(text=read_text(query), active=(state == "sold") if state else None)
    return ProductList(found, read_sort(query, SORTS, "name"))


def filters_of(query: QueryDict) -> tuple[Filter, ...]:
    """Return the chips above the list."""
    return (options_filter(query, "state", "State", STATES),)


def rows_of(wanted: ProductList) -> Iterator[tuple[object, ...]]:
    """Return the whole list for a file."""
    fields = ("sku", "name", "unit_price", "currency", "tax_rate", "is_active", "created_at")
    for row in wanted.found.order_by(*wanted.sort.columns()).values_list(*fields).iterator(2000):
        sku, name, unit_price, currency, tax_rate, is_active, created_at = row
        yield sku, name, unit_price, currency, tax_rate, "yes" if is_active else "no", created_at.date()
