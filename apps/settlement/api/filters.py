"""How the list of open items is narrowed."""

from django_filters import rest_framework as filters

from apps.settlement.models import DIRECTIONS, SIDES

DAY = ["%Y-%m-%d"]


class OpenItemFilter(filters.FilterSet):
    """Filters of open items."""

    side = filters.ChoiceFilter(choices=list(SIDES.items()), label="Customers' or suppliers'")
    direction = filters.ChoiceFilter(choices=list(DIRECTIONS.items()), label="Charges or credits")
    customer = filters.UUIDFilter("customer_id", label="Id of a customer")
    supplier = filters.UUIDFilter("supplier_id", label="Id of a supplier")
    source_id = filters.UUIDFilter(label="Id of a document or payment")
    number = filters.CharFilter(label="Exactly this number", max_length=200)
    currency = filters.CharFilter(label="Currency", min_length=3, max_length=3)
    due_date_from = filters.DateFilter(
        "due_date", "gte", input_formats=DAY, label="First day due (YYYY-MM-DD)"
    )
    due_date_to = filters.DateFilter("due_date", "lte", input_formats=DAY, label="Last day due (YYYY-MM-DD)")
