"""How a list of documents is narrowed."""

from datetime import date
from decimal import Decimal

from django.db.models import QuerySet
from django_filters import rest_framework as filters

from apps.core.money import to_minor
from apps.invoices.models import KINDS, STATES, Invoice
from apps.invoices.queries import InvoiceFilter, list_invoices
from apps.invoices.standing import PAYMENT_FILTERS
from apps.ledger.queries import book_currency

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

    payment_state = filters.ChoiceFilter(
        method="settled", choices=list(PAYMENT_FILTERS.items()), label="How far it is paid"
    )
    due_from = filters.DateFilter(
        method="due", input_formats=DAY, label="Something is due on or after (YYYY-MM-DD)"
    )
    due_to = filters.DateFilter(
        method="due", input_formats=DAY, label="Something is due on or before (YYYY-MM-DD)"
    )
    total_from = filters.NumberFilter(
        method="worth", label="Total at least, in the list's currency, else the company's", max_digits=18
    )
    total_to = filters.NumberFilter(method="worth", label="Total at most", max_digits=18)

    def settled(self, found: QuerySet[Invoice], _name: str, state: str) -> QuerySet[Invoice]:
        return found & list_invoices(InvoiceFilter(payment=state))

    def due(self, found: QuerySet[Invoice], name: str, day: date) -> QuerySet[Invoice]:
        wanted = InvoiceFilter(due_from=day) if name == "due_from" else InvoiceFilter(due_to=day)
        return found & list_invoices(wanted)

    def worth(self, found: QuerySet[Invoice], name: str, amount: Decimal) -> QuerySet[Invoice]:
        minor = to_minor(amount, ((self.data or {}).get("currency") or book_currency()).upper())
        return found.filter(**{"total_minor__gte" if name == "total_from" else "total_minor__lte": minor})

    def holding(self, found: QuerySet[Invoice], _name: str, text: str) -> QuerySet[Invoice]:
        return found & list_invoices(InvoiceFilter(text=text))
