"""How a list of customers is narrowed."""

from django.db.models import QuerySet
from django_filters import rest_framework as filters

from apps.parties.models import Customer
from apps.parties.queries import list_customers


class CustomerFilter(filters.FilterSet):
    """Filters of customers."""

    q = filters.CharFilter(method="holding", label="Part of the code, name or tax id", max_length=100)
    code = filters.CharFilter(label="Exactly this code", max_length=64)
    country_code = filters.CharFilter(lookup_expr="iexact", label="ISO 3166, two letters", max_length=2)

    def holding(self, found: QuerySet[Customer], _name: str, text: str) -> QuerySet[Customer]:
        return found & list_customers(text=text)
