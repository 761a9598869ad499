"""How a list of bills is narrowed."""

from django.db.models import QuerySet
from django_filters import rest_framework as filters

from apps.bills.models import KINDS, MATCH_STATES, STATES, Bill
from apps.bills.queries import holds

DAY = ["%Y-%m-%d"]


class BillListFilter(filters.FilterSet):
    """Filters of bills."""

    q = filters.CharFilter(
        method="holding",
        label="Any number, however it is typed, or the supplier's code or name",
        max_length=100,
    )
    kind = filters.ChoiceFilter(choices=list(KINDS.items()), label="Invoice or credit note")
    state = filters.ChoiceFilter(choices=list(STATES.items()), label="Draft, posted or void")
    match_state = filters.ChoiceFilter(
        choices=list(MATCH_STATES.items()), label="How it agrees with its order"
    )
    has_duplicates = filters.BooleanFilter(label="Another document may be the same one")
    supplier = filters.UUIDFilter(field_name="supplier_id", label="Id of the supplier")
    supplier_number = filters.CharFilter(label="Exactly this number of the supplier", max_length=64)
    number = filters.CharFilter(label="Exactly this number of ours", max_length=64)
    currency = filters.CharFilter(lookup_expr="iexact", label="ISO 4217, three letters", max_length=3)
    issue_date_from = filters.DateFilter(
        "issue_date", "gte", input_formats=DAY, label="First day (YYYY-MM-DD)"
    )
    issue_date_to = filters.DateFilter("issue_date", "lte", input_formats=DAY, label="Last day (YYYY-MM-DD)")
    due_date_to = filters.DateFilter("due_date", "lte", input_formats=DAY, label="Due until (YYYY-MM-DD)")

    def holding(self, found: QuerySet[Bill], _name: str, text: str) -> QuerySet[Bill]:
        return found.filter(holds(text.strip()))
