"""The list of documents: what its address asks for, as a query, as chips, as a file."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from django.db.models import QuerySet
from django.http import QueryDict

from apps.catalog.access import access_product
from apps.core.countries import country_codes, country_name
from apps.core.errors import InputError
from apps.core.money import from_minor, to_minor
from apps.core.web.keyset import Sort, read_sort
from apps.core.web.list_query import read_choice, read_day, read_id, read_text
from apps.core.web.listing import (
    Filter,
    amounts_filter,
    dates_filter,
    fixed_filter,
    options_filter,
    read_amount,
)
from apps.invoices.models import KINDS, STATES, Invoice
from apps.invoices.queries import InvoiceFilter, ListTotals, list_invoices, sum_invoices
from apps.invoices.standing import PAYMENT_FILTERS, PAYMENT_LABELS, list_balances
from apps.ledger.queries import book_currency
from apps.parties.access import access_customer
from apps.parties.queries import list_customer_countries
from apps.settlement.queries import Balance

SORTS = {
    "issue_date": "issue_date", "due_date": "due_date", "total_minor": "total_minor", "created_at": "created_at",
}  # fmt: skip
DUE, TOTAL = ("due_from", "due_to"), ("total_from", "total_to")
DEFAULT_SORT = "-issue_date"
HEADINGS = (
    "Number", "Kind", "State", "Issued", "Due", "Customer code", "Customer", "Country", "Currency", "Net", "Tax",
    "Total", "Their number", "Paid", "Open",
)  # fmt: skip


@dataclass(frozen=True)
class DocumentList:
    """A list as its address describes it. The names of customer and product are there when it is cut to them."""

    wanted: InvoiceFilter
    found: QuerySet[Invoice]
    sort: Sort
    customer_name: str = ""
    product_name: str = ""


def read_list(query: QueryDict) -> DocumentList:
    """Return the list that an address asks for; what it says wrongly is left out.

    Raises NotFound for a customer or product that is not the tenant's.
    """
    customer_id, product_id = read_id(query, "customer"), read_id(query, "product")
    customer = access_customer(customer_id) if customer_id else None
    product = access_product(product_id) if product_id else None
    wanted = InvoiceFilter(
        text=read_text(query),
        kind=read_choice(query, "kind", KINDS),
        state=read_choice(query, "state", STATES),
        customer_id=customer_id,
        product_id=product_id,
        country_code=read_choice(query, "country", country_codes()),
        currency=_currency(query),
        issued_from=read_day(query, "from"),
        issued_to=read_day(query, "to"),
        payment=read_choice(query, "payment", PAYMENT_FILTERS),
        due_from=read_day(query, "due_from"),
        due_to=read_day(query, "due_to"),
        total_from=_minor(query, "total_from"),
        total_to=_minor(query, "total_to"),
    )
    return DocumentList(
        wanted=wanted,
        found=list_invoices(wanted),
        sort=read_sort(query, SORTS, DEFAULT_SORT),
        customer_name=customer.name if customer else "",
        product_name=product.name if product else "",
    )


def sum_all_currencies(shown: DocumentList) -> ListTotals:
    """Return the totals of the list as it would be in every currency: the chip offers the others."""
    return sum_invoices(list_invoices(replace(shown.wanted, currency="")))


def filters_of(query: QueryDict, shown: DocumentList, currencies: list[str]) -> tuple[Filter, ...]:
    """Return the chips above the list; `currencies` are those to choose from."""
    codes = {*list_customer_countries(), *filter(None, [shown.wanted.country_code])}
    countries = dict(sorted(((code, country_name(code)) for code in codes), key=lambda pair: pair[1]))
    currencies = sorted({*currencies, *filter(None, [shown.wanted.currency])})
    chips = [
        options_filter(query, "state", "State", STATES),
        options_filter(query, "kind", "Kind", KINDS),
        options_filter(query, "payment", "Paid", PAYMENT_FILTERS),
        dates_filter(query, "Issued"),
        dates_filter(query, "Due and open", DUE),
        amounts_filter(query, "Total", TOTAL),
        options_filter(query, "country", "Country", countries),
        options_filter(query, "currency", "Currency", {code: code for code in currencies}),
    ]
    if shown.customer_name:
        chips.append(fixed_filter(query, "customer", "Customer", shown.customer_name))
    if shown.product_name:
        chips.append(fixed_filter(query, "product", "Product", shown.product_name))
    return tuple(chips)


def rows_of(shown: DocumentList) -> Iterator[tuple[object, ...]]:
    """Return the whole list for a file; credit notes are negative, so columns add up to the list's totals."""
    found = shown.found.prefetch_related("customer").order_by(*shown.sort.columns())
    rows = found.iterator(2000)
    while part := list(islice(rows, 2000)):
        balances = list_balances(part)
        for each in part:
            sign = 1 if each.kind == "invoice" else -1
            balance = balances.get(each.id, Balance())
            amounts = (each.net_minor, each.tax_minor, each.total_minor)
            yield (
                each.number, KINDS[each.kind], STATES[each.state], each.issue_date, each.due_date, each.customer.code,
                each.customer.name, each.country_code, each.currency,
                *(sign * from_minor(minor, each.currency) for minor in amounts), each.external_number,
                PAYMENT_LABELS[balance.payment_state], sign * from_minor(balance.open_minor, each.currency),
            )  # fmt: skip


def _minor(query: QueryDict, name: str) -> int | None:
    """Return an amount of the address in minor units of the list's currency, else of the company's."""
    amount = read_amount(query, name)
    try:
        return None if amount is None else to_minor(amount, _currency(query) or book_currency())
    except InputError:
        return None


def _currency(query: QueryDict) -> str:
    text = query.get("currency", "")
    return text if len(text) == 3 and text.isascii() and text.isupper() else ""
