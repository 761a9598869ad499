"""How a list of products is narrowed."""

from django.db.models import QuerySet
from django_filters import rest_framework as filters

from apps.catalog.models import Product
from apps.catalog.queries import list_products


class ProductFilter(filters.FilterSet):
    """Filters of products."""

    q = filters.CharFilter(method="holding", label="Part of the SKU or name", max_length=100)
    sku = filters.CharFilter(label="Exactly this SKU", max_length=64)
    currency = filters.CharFilter(lookup_expr="iexact", label="ISO 4217, three letters", max_length=3)
    is_active = filters.BooleanFilter(label="Whether it is sold")

    def holding(self, found: QuerySet[Product], _name: str, text: str) -> QuerySet[Product]:
        return found & list_products(text=text)
