"""Pages of suppliers, bank accounts, contacts and interactions, and a row of each of their models."""

from dataclasses import replace
from uuid import UUID

from apps.core import clock
from apps.core.ids import new_id
from apps.core.scope import open_scope
from apps.parties.rows import MANUFACTURER_ROWS, SUPPLIER_ROWS
from apps.parties.web.interactions import INTERACTIONS
from apps.parties.web.suppliers import MANUFACTURERS, SUPPLIERS
from tests.factories.books import make_customer
from tests.factories.parties import (
    IBAN,
    make_contact,
    make_interaction,
    make_manufacturer,
    make_proposal,
    make_supplier,
)
from tests.factories.row_files import make_row_file
from tests.factories.tenants import Company
from tests.flows.calls import Call, Sent, World
from tests.flows.record_calls import calls_of_record


def party_form(_: World) -> Sent:
    return {"code": f"N{clock.now().timestamp()}", "name": "New", "country_code": "GB", "status": "active"}


def party_edit(_: World) -> Sent:
    return {"name": "Changed", "country_code": "VN", "status": "active", "version": "1"}


def contact_form(_: World) -> Sent:
    return {"name": "New", "email": "new@example.com", "version": "1"}


def account_form(_: World) -> Sent:
    return {
        "holder": "New", "number": IBAN, "country_code": "GB", "currency": "GBP", "reason": "Letter",
    }  # fmt: skip


def interaction_form(world: World) -> Sent:
    return {
        "customer": world.secrets[0], "subject": "New", "channel": "phone", "kind": "order", "minutes": "3",
        "handled_by": "human", "who": "Me", "version": "1",
    }  # fmt: skip


def act(name: str, permission: str, *, ok: tuple[int, ...] = (302,)) -> Call:
    """Return the call of a button of a bank account."""
    page = f"parties:supplier_account_{name}"
    return Call(page, (permission,), "account", "POST", lambda _: {"reason": "Unknown to them"}, ok=ok)


READS, WRITES = ("suppliers.read",), ("suppliers.write",)
OPEN_PAGES = [
    Call("parties:contact", ("customers.read",), "contact"),
    Call("parties:contact_edit", ("customers.write",), "contact"),
    Call("parties:contact_edit", ("customers.write",), "contact", "POST", contact_form, ok=(302,)),
    Call("parties:contact_remove", ("customers.write",), "contact", "POST", ok=(302,)),
]
CALLS: tuple[Call, ...] = (
    *calls_of_record(SUPPLIERS, "supplier", new=party_form, edit=party_edit, file="supplier_file"),
    *calls_of_record(MANUFACTURERS, "maker", new=party_form, edit=party_edit, file="maker_file"),
    *calls_of_record(INTERACTIONS, "interaction", new=interaction_form, edit=interaction_form),
    Call("parties:supplier_accounts", READS),
    Call("parties:supplier_account", READS, "account"),
    Call("parties:supplier_account_propose", WRITES, "supplier"),
    Call("parties:supplier_account_propose", WRITES, "supplier", "POST", account_form, ok=(302,)),
    act("confirm", "bankaccounts.approve"),
    act("reject", "bankaccounts.approve"),
    # Only its proposer takes a proposal back; whoever else may write is told so.
    act("withdraw", "suppliers.write", ok=(302, 403)),
    Call("parties:contact_create", ("customers.write",), "customer"),
    Call("parties:contact_create", ("customers.write",), "customer", "POST", contact_form, ok=(302,)),
    Call("parties:supplier_contact_create", WRITES, "supplier"),
    Call("parties:supplier_contact_create", WRITES, "supplier", "POST", contact_form, ok=(302,)),
    *OPEN_PAGES,
    *(
        replace(call, needs=tuple(each.replace("customers", "suppliers") for each in call.needs),
                record="supplier_contact", note="of a supplier")
        for call in OPEN_PAGES
    ),
)  # fmt: skip


def make_world(company: Company) -> World:
    """Make one record of each kind; the bank account is proposed by somebody who may not confirm it."""
    mark = new_id().hex[-8:]
    with open_scope(company.scope("operations")):
        customer = make_customer(code=f"CODE{mark}", name=f"Name {mark}")
        supplier = make_supplier(code=f"SUP{mark}", name=f"Supplier {mark}", email=f"mail{mark}@example.com")
        ids: dict[str, UUID | int] = {
            "customer": customer.id, "supplier": supplier.id,
            "maker": make_manufacturer(code=f"MAK{mark}", name=f"Maker {mark}").id,
            "contact": make_contact(customer=customer, name=f"Contact {mark}", email=f"c{mark}@example.com").id,
            "supplier_contact": make_contact(supplier=supplier, name=f"Seller {mark}").id,
            "account": make_proposal(make_supplier(), reason=f"Letter {mark}").id,
            "interaction": make_interaction(customer, subject=f"Subject {mark}").id,
            "supplier_file": make_row_file(SUPPLIER_ROWS), "maker_file": make_row_file(MANUFACTURER_ROWS),
        }  # fmt: skip
    names = (customer.code, customer.name, supplier.code, supplier.name, f"MAK{mark}", f"Maker {mark}")
    told = (f"Contact {mark}", f"Seller {mark}", f"Letter {mark}", f"Subject {mark}", f"mail{mark}")
    return World(company, ids, (*names, *told, *map(str, ids.values())))


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
