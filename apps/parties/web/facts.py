"""What lists and records of customers and suppliers show alike."""

from typing import Any

from django.http import HttpRequest, QueryDict

from apps.core.countries import country_codes, country_name
from apps.core.web.form_fields import decimal_mark, write_number
from apps.core.web.list_query import read_choice
from apps.core.web.listing import Filter, options_filter
from apps.parties.models import STATUSES
from apps.tenancy.web.middleware import tenant_of
from apps.tenancy.web.records.description import Fact

STATUS_WORDS = {
    "active": ("Active", "good"), "on_hold": ("On hold", "warn"), "closed": ("Closed", "plain"),
}  # fmt: skip
PERSONAL = (("E-mail", "email"), ("Phone", "phone"), ("Address", "address"))
SUGGESTED = 12


def terms_of(party: Any) -> str:
    """Return payment terms in words; nothing where the company's usual terms hold."""
    if party.net_days is None:
        return ""
    net = f"{party.net_days} days net"
    if party.discount_days is None:
        return net
    return f"{net}, {write_number(party.discount_percent, '.')} % within {party.discount_days} days"


STATUS = Fact("Status", "status", "badge", words=STATUS_WORDS)
COLUMNS = (
    Fact("Name", "name", sort="name"),
    Fact("Code", "code", "mono", sort="code", css="col-mid"),
    Fact("Country", "country_code", "country"),
    Fact("Tax id", "tax_id", "mono", css="col-wide"),
    Fact("Status", "status", "badge", words=STATUS_WORDS, css="col-mid"),
    Fact("Since", "created_at", "day", sort="created_at", css="col-wide"),
)
FACTS = (
    Fact("Code", "code", "mono"),
    Fact("Country", "country_code", "country"),
    Fact("Tax id", "tax_id", "mono"),
    Fact("Terms", terms_of),
    Fact("Since", "created_at", "day"),
)


def mark_of(request: HttpRequest) -> dict[str, Any]:
    """Return the form's option of the tenant's decimal mark."""
    return {"mark": decimal_mark(tenant_of(request).locale)}


def home_of(request: HttpRequest) -> dict[str, Any]:
    """Return what a new record begins with: the tenant's own country and currency."""
    tenant = tenant_of(request)
    return {"country_code": tenant.country_code, "credit_currency": tenant.currency, "status": "active"}


def country_filter(query: QueryDict, present: list[str]) -> Filter:
    """Return the chip of countries that there are."""
    chosen = read_choice(query, "country", country_codes())
    codes = {*present, *filter(None, [chosen])}
    named = sorted((country_name(code), code) for code in codes)
    return options_filter(query, "country", "Country", {code: name for name, code in named})


def status_filter(query: QueryDict) -> Filter:
    """Return the chip of statuses."""
    return options_filter(query, "status", "Status", STATUSES)
