"""How a list of products is narrowed."""

from uuid import UUID

from django.db.models import QuerySet
from django_filters import rest_framework as filters

from apps.catalog.models import STATUSES, Product, Stock
from apps.catalog.queries import list_products
from apps.catalog.stock_queries import list_stock


class ProductFilter(filters.FilterSet):
    """Filters of products."""

    q = filters.CharFilter(
        method="holding", label="Part of name, SKU, ingredient, maker or regulatory code", max_length=100
    )
    sku = filters.CharFilter(label="Exactly this SKU", max_length=64)
    currency = filters.CharFilter(lookup_expr="iexact", label="ISO 4217, three letters", max_length=3)
    is_active = filters.BooleanFilter(label="Whether it is sold")
    status = filters.ChoiceFilter(choices=list(STATUSES.items()))
    category = filters.UUIDFilter(method="under", label="Id of a category: its products and those under it")

    def holding(self, found: QuerySet[Product], _name: str, text: str) -> QuerySet[Product]:
        return found & list_products(text=text)

    def under(self, found: QuerySet[Product], _name: str, category_id: UUID) -> QuerySet[Product]:
        return found & list_products(category_id=category_id)


class StockFilter(filters.FilterSet):
    """Filters of stock."""

    product = filters.UUIDFilter(field_name="product_id", label="Id of a product")
    warehouse = filters.UUIDFilter(field_name="warehouse_id", label="Id of a warehouse")
    is_low = filters.BooleanFilter(method="low", label="Below the reorder point")

    def low(self, found: QuerySet[Stock], _name: str, is_low: bool) -> QuerySet[Stock]:
        return found & list_stock(is_low=True) if is_low else found
