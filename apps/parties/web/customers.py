"""The pages of customers, as a description."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict

from apps.core.countries import country_codes, country_name
from apps.core.web.list_query import read_choice, read_text
from apps.core.web.listing import Filter, options_filter
from apps.parties.access import access_customer
from apps.parties.models import Customer
from apps.parties.operations import change_customer, create_customer
from apps.parties.queries import info_of, list_customer_countries, list_customers
from apps.parties.rows import CUSTOMER_ROWS
from apps.parties.web.forms import CustomerForm, NewCustomerForm
from apps.parties.wording import CUSTOMER
from apps.tenancy.access import may
from apps.tenancy.web.middleware import tenant_of
from apps.tenancy.web.records.description import Entity, Fact, Listing

SUGGESTED = 12


def _find(query: QueryDict) -> QuerySet[Customer]:
    return list_customers(text=read_text(query), country_code=read_choice(query, "country", country_codes()))


def _filters(query: QueryDict) -> tuple[Filter, ...]:
    chosen = read_choice(query, "country", country_codes())
    codes = {*list_customer_countries(), *filter(None, [chosen])}
    named = sorted((country_name(code), code) for code in codes)
    return (options_filter(query, "country", "Country", {code: name for name, code in named}),)


def _suggest(_: HttpRequest, text: str) -> Sequence[Mapping[str, Any]]:
    found = list_customers(text=text).order_by("name", "id")[:SUGGESTED]
    return [{"value": each.code, "label": each.name} for each in found]


def _more(_: HttpRequest, customer: Customer) -> dict[str, Any]:
    return {"may_see_invoices": may("invoices.read")}


CUSTOMERS = Entity(
    listing=Listing(
        page="parties:list",
        name="customers",
        title="Customers",
        reads="customers.read",
        find=_find,
        sorts={"name": "name", "code": "code", "created_at": "created_at"},
        sort="name",
        filters=_filters,
        show=info_of,
        columns=CUSTOMER_ROWS.columns,
        facts=(
            Fact("Name", "name", sort="name"),
            Fact("Code", "code", "mono", sort="code", css="col-mid"),
            Fact("Country", "country_code", "country"),
            Fact("Tax id", "tax_id", "mono", css="col-wide"),
            Fact("Since", "created_at", "day", sort="created_at", css="col-wide"),
        ),
        empty="Importing invoices also makes the customers they name.",
    ),
    pages="parties:",
    one="customer",
    writes="customers.write",
    access=access_customer,
    wording=CUSTOMER,
    form=CustomerForm,
    new_form=NewCustomerForm,
    create=create_customer,
    change=change_customer,
    id_name="customer_id",
    initial=lambda request: {"country_code": tenant_of(request).country_code},
    facts=(
        Fact("Code", "code", "mono"),
        Fact("Country", "country_code", "country"),
        Fact("Tax id", "tax_id", "mono"),
        Fact("Since", "created_at", "day"),
    ),
    badge=None,
    personal=(("E-mail", "email"),),
    more=_more,
    suggest=_suggest,
    rows=CUSTOMER_ROWS,
    detail_template="parties/detail.html",
)
