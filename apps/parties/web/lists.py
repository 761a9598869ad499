"""The list of customers: what its address asks for, as a query, as chips, as a file."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import QueryDict

from apps.core.countries import country_codes, country_name
from apps.core.web.keyset import Sort, read_sort
from apps.core.web.list_query import read_choice, read_text
from apps.core.web.listing import Filter, options_filter
from apps.parties.models import Customer
from apps.parties.queries import list_customer_countries, list_customers

SORTS = {"name": "name", "code": "code", "created_at": "created_at"}
HEADINGS = ("Code", "Name", "Country", "Tax id", "Walk-in", "Since")


@dataclass(frozen=True)
class CustomerList:
    """A list as its address describes it."""

    found: QuerySet[Customer]
    sort: Sort
    country: str


def read_list(query: QueryDict) -> CustomerList:
    """Return the list that an address asks for; what it says wrongly is left out."""
    country = read_choice(query, "country", country_codes())
    found = list_customers(text=read_text(query), country_code=country)
    return CustomerList(found, read_sort(query, SORTS, "name"), country)


def filters_of(query: QueryDict, wanted: CustomerList) -> tuple[Filter, ...]:
    """Return the chips above the list."""
    codes = {*list_customer_countries(), *filter(None, [wanted.country])}
    named = sorted((country_name(code), code) for code in codes)
    return (options_filter(query, "country", "Country", {code: name for name, code in named}),)


def rows_of(wanted: CustomerList) -> Iterator[tuple[object, ...]]:
    """Return the whole list for a file; addresses of people stay out of it."""
    fields = ("code", "name", "country_code", "tax_id", "is_walk_in", "created_at")
    for row in wanted.found.order_by(*wanted.sort.columns()).values_list(*fields).iterator(2000):
        *texts, is_walk_in, created_at = row
        yield *texts, "yes" if is_walk_in else "no", created_at.date()
