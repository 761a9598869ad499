"""Pages of suppliers, bank accounts, contacts and interactions, and a row of each of their models."""

from uuid import UUID

from apps.core.ids import new_id
from apps.core.scope import open_scope
from tests.factories.books import make_customer
from tests.factories.parties import (
    make_contact,
    make_interaction,
    make_manufacturer,
    make_proposal,
    make_supplier,
)
from tests.factories.tenants import Company
from tests.flows.calls import Call, World

CALLS: tuple[Call, ...] = ()


def make_world(company: Company) -> World:
    """Make one record of each kind."""
    with open_scope(company.scope()):
        ids: dict[str, UUID | int] = dict(make_admin_rows(company))
    return World(company, ids, tuple(map(str, ids.values())))


def make_admin_rows(company: Company) -> dict[str, UUID]:
    """Make a row of each model."""
    mark = f"{company.id.hex[-8:]}{new_id().hex[-6:]}"
    customer, supplier = (
        make_customer(code=f"PC{mark}"),
        make_supplier(code=f"S{mark}", name=f"Supplier {mark}"),
    )
    return {
        "Supplier": supplier.id, "Manufacturer": make_manufacturer(code=f"M{mark}").id,
        "Contact": make_contact(customer=customer, name=f"Contact {mark}").id,
        "BankAccount": make_proposal(supplier).id,
        "Interaction": make_interaction(customer, subject=f"Subject {mark}").id,
    }  # fmt: skip
