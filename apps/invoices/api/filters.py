"""How a list of documents is narrowed."""

from django.db.models import QuerySet
from django_filters import rest_framework as filters

from apps.invoices.models import KINDS, STATES, Invoice
from apps.invoices.queries import InvoiceFilter, list_invoices

DAY = ["%Y-%m-%d"]


class DocumentFilter(filters.FilterSet):
    """Filters of documents."""

    q = filters.CharFilter(
        method="holding", label="Part of a number, or of the customer's code, name or tax id", max_length=100
    )
    kind = filters.ChoiceFilter(choices=list(KINDS.items()), label="Invoice or credit note")
    state = filters.ChoiceFilter(choices=list(STATES.items()), label="Draft, posted or void")
    customer = filters.UUIDFilter(field_name="customer_id", label="Id of the customer")
    currency = filters.CharFilter(lookup_expr="iexact", label="ISO 4217, three letters", max_length=3)
    number = filters.CharFilter(label="Exactly this legal number", max_length=64)
    external_number = filters.CharFilter(label="Exactly this number of the sender", max_length=64)
    issue_date_from = filters.DateFilter(
        "issue_date", "gte", input_formats=DAY, label="First day (YYYY-MM-DD)"
    )
    issue_date_to = filters.DateFilter("issue_date", "lte", input_formats=DAY, label="Last day (YYYY-MM-DD)")

    def holding(self, found: QuerySet[Invoice], _name: str, text: str) -> QuerySet[Invoice]:
        return found & list_invoices(InvoiceFilter(text=text))
