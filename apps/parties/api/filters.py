"""How lists of customers, suppliers and interactions are narrowed."""

from django.db.models import QuerySet
from django_filters import rest_framework as filters

from apps.parties.models import CHANNELS, KINDS, STATUSES, Customer, Interaction, Supplier
from apps.parties.queries import list_customers, list_suppliers


class CustomerFilter(filters.FilterSet):
    """Filters of customers."""

    q = filters.CharFilter(method="holding", label="Part of the code, name or tax id", max_length=100)
    code = filters.CharFilter(label="Exactly this code", max_length=64)
    country_code = filters.CharFilter(lookup_expr="iexact", label="ISO 3166, two letters", max_length=2)

    status = filters.ChoiceFilter(choices=list(STATUSES.items()), label="active, on_hold or closed")
    tier = filters.CharFilter(lookup_expr="iexact", label="The tier that chooses price lists", max_length=40)

    def holding(self, found: QuerySet[Customer], _name: str, text: str) -> QuerySet[Customer]:
        return found & list_customers(text=text)


class SupplierFilter(filters.FilterSet):
    """Filters of suppliers."""

    q = filters.CharFilter(method="holding", label="Part of the code, name or tax id", max_length=100)
    code = filters.CharFilter(label="Exactly this code", max_length=64)
    country_code = filters.CharFilter(lookup_expr="iexact", label="ISO 3166, two letters", max_length=2)
    status = filters.ChoiceFilter(choices=list(STATUSES.items()), label="active, on_hold or closed")

    def holding(self, found: QuerySet[Supplier], _name: str, text: str) -> QuerySet[Supplier]:
        return found & list_suppliers(text=text)


class InteractionFilter(filters.FilterSet):
    """Filters of interactions."""

    q = filters.CharFilter("subject", lookup_expr="icontains", label="Part of the subject", max_length=100)
    channel = filters.ChoiceFilter(choices=list(CHANNELS.items()), label="The channel")
    kind = filters.ChoiceFilter(choices=list(KINDS.items()), label="What it was about")
    is_resolved = filters.BooleanFilter(method="resolved", label="Whether it is closed")

    def resolved(self, found: QuerySet[Interaction], _name: str, value: bool) -> QuerySet[Interaction]:
        return found.filter(resolved_at__isnull=not value)
