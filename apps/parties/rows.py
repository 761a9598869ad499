"""Customers as rows of a file: what each column means, and how a row gets into the books."""

from collections.abc import Mapping
from typing import Any

from apps.parties.models import Customer
from apps.parties.operations import change_customer, create_customer
from apps.tenancy.rowfiles.answers import RowKind, put_one
from apps.tenancy.rowfiles.columns import FLAG, MOMENT_DAY, TEXT, Column


def _find(values: Mapping[str, Any]) -> Customer | None:
    return Customer.objects.filter(code=values["code"]).first()


CUSTOMER_ROWS = RowKind(
    name="customers",
    columns=(
        Column("Code", "code", TEXT, is_required=True),
        Column("Name", "name", TEXT, is_required=True),
        Column("Country", "country_code", TEXT, is_required=True),
        Column("Tax id", "tax_id", TEXT),
        Column("Walk-in", "is_walk_in", FLAG, is_read=False),
        Column("Since", "created_at", MOMENT_DAY, is_read=False),
        # Personal: it may come in by a file, and never goes out by one.
        Column("E-mail", "email", TEXT, is_written=False),
    ),
    key=("code",),
    put=put_one(
        find=_find, create=create_customer, change=change_customer, id_name="customer_id", fixed=("code",)
    ),
)
