"""Customers and suppliers as rows of a file: what each column means, and how a row gets into the books."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from apps.core.scope import Actor
from apps.parties.manufacturers import STATES, change_manufacturer, create_manufacturer
from apps.parties.models import STATUSES, Customer, Manufacturer, Supplier
from apps.parties.operations import WALK_IN_CODE, change_customer, create_customer, get_walk_in_customer
from apps.parties.suppliers import change_supplier, create_supplier
from apps.tenancy.rowfiles.answers import Outcome, RowKind, put_one
from apps.tenancy.rowfiles.columns import FLAG, NUMBER, TEXT, WHOLE, Column, choice, money

_NAMES = (
    Column("Code", "code", TEXT, is_required=True),
    Column("Name", "name", TEXT, is_required=True),
    Column("Country", "country_code", TEXT, is_required=True),
    Column("Tax id", "tax_id", TEXT),
)
_TERMS = (
    Column("Status", "status", choice(STATUSES)),
    Column("Net days", "net_days", WHOLE),
    Column("Discount days", "discount_days", WHOLE),
    Column("Discount %", "discount_percent", NUMBER),
)
# Personal: it may come in by a file, and never goes out by one.
_PERSONAL = (
    Column("E-mail", "email", TEXT, is_written=False),
    Column("Phone", "phone", TEXT, is_written=False),
    Column("Street", "street", TEXT, is_written=False),
    Column("Postal code", "postal_code", TEXT, is_written=False),
    Column("City", "city", TEXT, is_written=False),
    Column("Region", "region", TEXT, is_written=False),
)


def _find_customer(values: Mapping[str, Any]) -> Customer | None:
    return Customer.objects.filter(code=values["code"]).first()


_put_customer = put_one(
    find=_find_customer,
    create=create_customer,
    change=change_customer,
    id_name="customer_id",
    fixed=("code",),
)


def _put(*, rows: Sequence[Mapping[str, Any]], actor: Actor, now: datetime) -> Outcome:
    """Put a customer; the row of the walk-in customer, which a file of another company has, is that of this one."""
    if rows[0]["code"] != WALK_IN_CODE or _find_customer(rows[0]):
        return _put_customer(rows=rows, actor=actor, now=now)
    get_walk_in_customer(country_code=rows[0]["country_code"], actor=actor, now=now)
    _put_customer(rows=rows, actor=actor, now=now)
    return "created"


CUSTOMER_ROWS = RowKind(
    name="customers",
    columns=(
        *_NAMES,
        *_TERMS,
        Column("Tier", "tier", TEXT),
        Column("Credit limit", "credit_limit_minor", money("credit_currency")),
        Column("Credit currency", "credit_currency", TEXT),
        Column("Walk-in", "is_walk_in", FLAG, is_read=False),
        *_PERSONAL,
        Column("Delivery address", "delivery_address", TEXT, is_written=False),
    ),
    key=("code",),
    put=_put,
)
SUPPLIER_ROWS = RowKind(
    name="suppliers",
    columns=(*_NAMES, *_TERMS, *_PERSONAL),
    key=("code",),
    put=put_one(
        find=lambda values: Supplier.objects.filter(code=values["code"]).first(),
        create=create_supplier,
        change=change_supplier,
        id_name="supplier_id",
        fixed=("code",),
    ),
)
MANUFACTURER_ROWS = RowKind(
    name="manufacturers",
    columns=(*_NAMES[:3], Column("Status", "status", choice(STATES))),
    key=("code",),
    put=put_one(
        find=lambda values: Manufacturer.objects.filter(code=values["code"]).first(),
        create=create_manufacturer,
        change=change_manufacturer,
        id_name="manufacturer_id",
        fixed=("code",),
    ),
)
