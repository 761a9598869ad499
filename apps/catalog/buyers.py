"""Customers as price lists name them. The parties are this room's sibling: they are read by their table, which the
foreign key of a price list names too, and nothing of theirs is imported. The walls hold here as everywhere."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import TextField
from django.db.models.expressions import RawSQL

from apps.core.db import read
from apps.core.errors import InputError
from apps.core.scope import current_tenant_id

_FIND = "select id from parties_customer where tenant_id = %s and code = %s"
_NAMES = "select id, code, name from parties_customer where tenant_id = %s and id = any(%s)"
_TIER = "select tier from parties_customer where tenant_id = %s and id = %s"
_CODE = (
    "(select c.code from parties_customer c "
    "where c.tenant_id = catalog_pricelist.tenant_id and c.id = catalog_pricelist.customer_id)"
)


def find_buyer(code: str) -> UUID:
    """Return the id of the customer with a code. Raises InputError."""
    with read() as connection, connection.cursor() as cursor:
        cursor.execute(_FIND, [current_tenant_id(), code])
        found = cursor.fetchone()
    if found is None:
        raise InputError(
            f"There is no customer with the code “{code}”.", code="unknown_customer", field="customer"
        )
    key: UUID = found[0]
    return key


def name_buyers(ids: Collection[UUID]) -> dict[UUID, tuple[str, str]]:
    """Return code and name of customers by id."""
    if not ids:
        return {}
    with read() as connection, connection.cursor() as cursor:
        cursor.execute(_NAMES, [current_tenant_id(), list(ids)])
        return {key: (code, name) for key, code, name in cursor.fetchall()}


def tier_of(customer_id: UUID) -> str:
    """Return the tier of a customer. Raises InputError."""
    with read() as connection, connection.cursor() as cursor:
        cursor.execute(_TIER, [current_tenant_id(), customer_id])
        found = cursor.fetchone()
    if found is None:
        raise InputError("There is no such customer.", code="unknown_customer", field="customer")
    return str(found[0])


def buyer_code() -> RawSQL:
    """Return the code of a price list's customer, for a list's file."""
    return RawSQL(_CODE, [], output_field=TextField())  # noqa: S611 a constant of ours
