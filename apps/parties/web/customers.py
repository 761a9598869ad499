"""The pages of customers, as a description."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict

from apps.core.countries import country_codes
from apps.core.web.list_query import read_choice, read_text
from apps.core.web.listing import Filter, options_filter
from apps.parties.access import access_customer
from apps.parties.contacts import list_contacts
from apps.parties.interactions import list_interactions
from apps.parties.models import STATUSES, Customer
from apps.parties.operations import change_customer, create_customer
from apps.parties.queries import info_of, list_customer_countries, list_customer_tiers, list_customers
from apps.parties.rows import CUSTOMER_ROWS
from apps.parties.web.facts import (
    COLUMNS,
    FACTS,
    PERSONAL,
    STATUS,
    SUGGESTED,
    country_filter,
    home_of,
    mark_of,
    status_filter,
)
from apps.parties.web.forms import CustomerForm, NewCustomerForm, read_customer, values_of_customer
from apps.parties.wording import CUSTOMER
from apps.tenancy.access import may
from apps.tenancy.web.records.description import Entity, Fact, Listing

NEWEST_INTERACTIONS = 10


def _tier(query: QueryDict) -> str:
    text = query.get("tier", "")[:40]
    return text if text.isprintable() else ""


def _find(query: QueryDict) -> QuerySet[Customer]:
    return list_customers(
        text=read_text(query),
        country_code=read_choice(query, "country", country_codes()),
        status=read_choice(query, "status", STATUSES),
        tier=_tier(query),
    )


def _filters(query: QueryDict) -> tuple[Filter, ...]:
    tiers = {tier: tier for tier in sorted({*list_customer_tiers(), *filter(None, [_tier(query)])})}
    return (
        country_filter(query, list_customer_countries()),
        status_filter(query),
        options_filter(query, "tier", "Tier", tiers),
    )


def _suggest(_: HttpRequest, text: str) -> Sequence[Mapping[str, Any]]:
    found = list_customers(text=text).order_by("name", "id")[:SUGGESTED]
    return [{"value": each.code, "label": each.name} for each in found]


def _more(_: HttpRequest, customer: Customer) -> dict[str, Any]:
    newest = list_interactions(customer_id=customer.id).order_by("-occurred_at", "-id")
    return {
        "may_see_invoices": may("invoices.read"),
        "contacts": list_contacts(customer_id=customer.id),
        "contact_page": "parties:contact_create",
        "interactions": list(newest[:NEWEST_INTERACTIONS]) if may("interactions.read") else None,
        "may_write_interactions": may("interactions.write"),
    }


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
        facts=(*COLUMNS[:-1], Fact("Tier", "tier", css="col-wide"), COLUMNS[-1]),
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
    read=read_customer,
    values=values_of_customer,
    initial=home_of,
    form_options=mark_of,
    field_names={"credit_limit_minor": "credit_limit", "currency": "credit_currency"},
    facts=(
        *FACTS[:-1],
        Fact("Tier", "tier"),
        Fact("Credit limit", "credit_limit_minor", "money", beside="credit_currency"),
        FACTS[-1],
    ),
    badge=STATUS,
    personal=(*PERSONAL, ("Delivery address", "delivery_address")),
    more=_more,
    suggest=_suggest,
    rows=CUSTOMER_ROWS,
    detail_template="parties/customer.html",
)
