"""Suppliers, contacts, bank accounts and interactions for tests; each works in the open scope."""

from typing import Any

from apps.core import clock
from apps.core.ids import new_id
from apps.core.scope import current_scope, open_scope
from apps.parties.banking import confirm_account, propose_account
from apps.parties.contacts import create_contact
from apps.parties.interactions import record_interaction
from apps.parties.manufacturers import create_manufacturer
from apps.parties.models import BankAccount, Contact, Customer, Interaction, Manufacturer, Supplier
from apps.parties.suppliers import create_supplier
from tests.factories.books import make_customer
from tests.factories.tenants import Company

IBAN = "GB29NWBK60161331926819"
OTHER_IBAN = "DE89370400440532013000"


def make_supplier(
    *, code: str = "", name: str = "Wick & Wax Ltd", country_code: str = "GB", **details: Any
) -> Supplier:
    """Create a supplier."""
    return create_supplier(
        code=code or f"S-{new_id().hex[-10:]}", name=name, country_code=country_code,
        actor=current_scope().actor, now=clock.now(), **details,
    )  # fmt: skip


def make_manufacturer(*, code: str = "", name: str = "Glow Works") -> Manufacturer:
    """Create a manufacturer."""
    return create_manufacturer(
        code=code or f"M-{new_id().hex[-10:]}", name=name, country_code="GB",
        actor=current_scope().actor, now=clock.now(),
    )  # fmt: skip


def make_contact(
    *, customer: Customer | None = None, supplier: Supplier | None = None, **values: Any
) -> Contact:
    """Create a contact, of a new customer when it is nobody's."""
    owner = {"supplier_id": supplier.id} if supplier else {"customer_id": (customer or make_customer()).id}
    return create_contact(
        **{"name": "Ann Other", **values, **owner}, actor=current_scope().actor, now=clock.now()
    )


def make_proposal(supplier: Supplier | None = None, *, number: str = IBAN, **values: Any) -> BankAccount:
    """Propose a bank account as the scope's actor."""
    given = {
        "holder": "Wick & Wax Ltd", "country_code": "GB", "currency": "GBP", "reason": "Letter of 1 March",
    } | values  # fmt: skip
    return propose_account(
        supplier_id=(supplier or make_supplier()).id, number=number,
        actor=current_scope().actor, now=clock.now(), **given,
    )  # fmt: skip


def make_bank_account(company: Company, supplier: Supplier, *, number: str = IBAN) -> BankAccount:
    """Propose a bank account as the scope's actor and confirm it as the company's approver (or admin)."""
    proposed = make_proposal(supplier, number=number)
    other = "approver" if company.actor("approver") != current_scope().actor else "admin"
    with open_scope(company.scope(other)):
        return confirm_account(account_id=proposed.id, actor=company.actor(other), now=clock.now())


def make_interaction(customer: Customer | None = None, **values: Any) -> Interaction:
    """Write down an interaction."""
    given = {"channel": "phone", "kind": "question", "subject": "Where is it?", "minutes": 5} | values
    return record_interaction(
        customer_id=(customer or make_customer()).id, actor=current_scope().actor, now=clock.now(), **given
    )
