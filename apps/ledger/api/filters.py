"""How lists of the ledger are narrowed."""

from uuid import UUID

from django.db.models import Q, QuerySet
from django_filters import rest_framework as filters

from apps.ledger.models import ACCOUNT_KINDS, ENTRY_KINDS, Account, Entry, Line

DAY = ["%Y-%m-%d"]


class LedgerAccountFilter(filters.FilterSet):
    """Filters of accounts."""

    q = filters.CharFilter(method="holding", label="Part of the code or name", max_length=100)
    code = filters.CharFilter(label="Exactly this code", max_length=32)
    kind = filters.ChoiceFilter(choices=list(ACCOUNT_KINDS.items()), label="Kind")

    def holding(self, found: QuerySet[Account], _name: str, text: str) -> QuerySet[Account]:
        return found.filter(Q(code__icontains=text) | Q(name__icontains=text))


class EntryListFilter(filters.FilterSet):
    """Filters of entries."""

    q = filters.CharFilter(method="holding", label="Part of a number or text", max_length=100)
    kind = filters.ChoiceFilter(choices=list(ENTRY_KINDS.items()), label="Kind")
    number = filters.CharFilter("source_number", label="Exactly this number", max_length=64)
    source_id = filters.UUIDFilter(label="Id of the document")
    account = filters.CharFilter(method="on_account", label="Code of an account with a line", max_length=32)
    party = filters.UUIDFilter(method="of_party", label="Id of a customer or supplier with a line")
    entry_date_from = filters.DateFilter(
        "entry_date", "gte", input_formats=DAY, label="First day (YYYY-MM-DD)"
    )
    entry_date_to = filters.DateFilter("entry_date", "lte", input_formats=DAY, label="Last day (YYYY-MM-DD)")

    def holding(self, found: QuerySet[Entry], _name: str, text: str) -> QuerySet[Entry]:
        return found.filter(Q(source_number__icontains=text) | Q(text__icontains=text))

    def on_account(self, found: QuerySet[Entry], _name: str, code: str) -> QuerySet[Entry]:
        accounts = list(Account.objects.filter(code=code).values_list("id", flat=True))
        return found.filter(id__in=Line.objects.filter(account__in=accounts).values("entry_id"))

    def of_party(self, found: QuerySet[Entry], _name: str, party_id: UUID) -> QuerySet[Entry]:
        return found.filter(id__in=Line.objects.filter(party_id=party_id).values("entry_id"))
