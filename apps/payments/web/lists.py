"""The list of payments: what its address asks for, as a query, as chips, as a file."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import QueryDict

from apps.core.money import from_minor
from apps.core.web.keyset import Sort, read_sort
from apps.core.web.list_query import read_choice, read_day, read_id, read_text
from apps.core.web.listing import Filter, dates_filter, fixed_filter, options_filter
from apps.payments.models import DIRECTIONS, METHODS, STATES, Payment
from apps.payments.queries import PaymentFilter, list_payments, names_of

SORTS = {"payment_date": "payment_date", "amount": "amount_minor"}
HEADINGS = ("Number", "Direction", "State", "Party", "Date", "Method", "Amount", "Currency", "Reference")


@dataclass(frozen=True)
class PaymentList:
    """A list as its address describes it."""

    found: QuerySet[Payment]
    wanted: PaymentFilter
    sort: Sort


def read_list(query: QueryDict) -> PaymentList:
    """Return the list that an address asks for; what it says wrongly is left out."""
    wanted = PaymentFilter(
        text=read_text(query), direction=read_choice(query, "direction", DIRECTIONS),
        state=read_choice(query, "state", STATES), method=read_choice(query, "method", METHODS),
        first=read_day(query, "from"), last=read_day(query, "to"), party_id=read_id(query, "party"),
    )  # fmt: skip
    return PaymentList(list_payments(wanted), wanted, read_sort(query, SORTS, "-payment_date"))


def filters_of(query: QueryDict, shown: PaymentList) -> tuple[Filter, ...]:
    """Return the chips above the list."""
    party = [fixed_filter(query, "party", "Party", "one")] if shown.wanted.party_id else []
    return (
        options_filter(query, "direction", "Direction", DIRECTIONS),
        options_filter(query, "state", "State", STATES),
        options_filter(query, "method", "Method", METHODS),
        dates_filter(query, "Date"),
        *party,
    )


def rows_of(shown: PaymentList) -> Iterator[tuple[object, ...]]:
    """Return the whole list for a file."""
    rows = list(shown.found.order_by(*shown.sort.columns()))
    names = names_of(rows)
    for row in rows:
        yield (
            row.number, DIRECTIONS[row.direction], STATES[row.state], names.get(row.party_id, ""), row.payment_date,
            METHODS[row.method], from_minor(row.amount_minor, row.currency), row.currency, row.reference,
        )  # fmt: skip
