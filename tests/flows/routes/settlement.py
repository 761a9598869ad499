"""Pages of settlement."""

from typing import Any
from uuid import UUID

from tests.factories.books import make_customer
from tests.factories.open_items import one_of_each
from tests.factories.tenants import Company
from tests.flows.calls import Call, World

CALLS: tuple[Call, ...] = ()


def make_world(company: Company) -> World:
    """Make one record of each kind."""
    return World(company, {}, ())


def make_admin_rows(company: Company) -> dict[str, Any]:
    """Make one row of each table, for the admin's tests; the scope is open."""
    rows: dict[str, UUID] = one_of_each(make_customer(name=f"Owes {company.id.hex[-8:]}").id)
    return rows
