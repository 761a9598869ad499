"""How the list of payments is narrowed."""

from django_filters import rest_framework as filters

from apps.payments.models import DIRECTIONS, METHODS, STATES

DAY = ["%Y-%m-%d"]


class PaymentListFilter(filters.FilterSet):
    """Filters of payments."""

    direction = filters.ChoiceFilter(choices=list(DIRECTIONS.items()), label="Received or paid")
    state = filters.ChoiceFilter(choices=list(STATES.items()), label="State")
    method = filters.ChoiceFilter(choices=list(METHODS.items()), label="Method")
    customer = filters.UUIDFilter("customer_id", label="Id of a customer")
    supplier = filters.UUIDFilter("supplier_id", label="Id of a supplier")
    number = filters.CharFilter(label="Exactly this number", max_length=64)
    external_number = filters.CharFilter(label="Exactly this outside number", max_length=200)
    currency = filters.CharFilter(label="Currency", min_length=3, max_length=3)
    payment_date_from = filters.DateFilter(
        "payment_date", "gte", input_formats=DAY, label="First day (YYYY-MM-DD)"
    )
    payment_date_to = filters.DateFilter(
        "payment_date", "lte", input_formats=DAY, label="Last day (YYYY-MM-DD)"
    )
