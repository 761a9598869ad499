"""Every route of the API with a call that works. A route that is not here fails `test_walls.py`."""

import importlib
import pkgutil
from dataclasses import dataclass, replace
from typing import Any

from apps.core import clock
from apps.core.ids import new_id
from apps.core.scope import current_scope, open_scope
from apps.invoices.models import Invoice
from apps.invoices.operations import credit_invoice, post_invoice
from apps.parties.models import Customer
from tests.api import rooms
from tests.api.call import Call
from tests.api.calls import new_document
from tests.factories.books import make_customer, make_draft, make_posted, make_product
from tests.factories.tenants import Company

# Routes that ask for no caller, and why.
OPEN = {
    "api-token": "the way to a token",
    "api-token-refresh": "the way to the next token",
    "api-schema": "the description",
    "api-docs": "the description for readers",
    "api-unknown": "what leads nowhere",
}


@dataclass(frozen=True)
class Books:
    """One record of each kind, by name."""

    ids: dict[str, str]

    def path(self, call: Call) -> str:
        return call.path.format(**self.ids)

    def body(self, call: Call) -> Any:
        return call.body(self.ids) if callable(call.body) else call.body


def make_books(company: Company, room: str = "") -> Books:
    """Make one record of each kind that a room's calls name."""
    with open_scope(company.scope()):
        ids = ROOMS[room].make_records(company) if room else _records()
    return Books({name: str(key) for name, key in ids.items()})


def make_all_books(company: Company) -> dict[str, Books]:
    """Make the records of every room."""
    return {room: make_books(company, room) for room in ["", *ROOMS]}


def _records() -> dict[str, Any]:
    customer = make_customer(email="ann@example.com")
    return {
        "customer": customer.id,
        "product": make_product().id,
        "draft": make_draft(customer=customer).id,
        "posted": make_posted(customer=customer).id,
        "credited": make_posted(customer=customer).id,
        "applicable": make_credit_note(customer).id,
    }


def make_credit_note(customer: Customer) -> Invoice:
    """Post a credit note over a whole posted invoice."""
    invoice, actor = make_posted(customer=customer), current_scope().actor
    note = credit_invoice(invoice_id=invoice.id, issue_date=invoice.issue_date, actor=actor, now=clock.now())
    return post_invoice(invoice_id=note.id, actor=actor, now=clock.now())


def _fresh(prefix: str) -> str:
    return f"{prefix}-{new_id().hex[-10:]}"


CALLS = [
    Call("api-customers", "GET", "customers", "customers.read", names_record=False),
    Call("api-customers", "POST", "customers", "customers.write", 201, names_record=False,
         body=lambda _: {"code": _fresh("C"), "name": "Harbour Gifts", "country_code": "GB"}),
    Call("api-customer", "GET", "customers/{customer}", "customers.read"),
    Call("api-customer", "PATCH", "customers/{customer}", "customers.write", body={"name": "New", "version": 1}),
    Call("api-customer-contact", "GET", "customers/{customer}/contact", "customers.read"),
    Call("api-products", "GET", "products", "products.read", names_record=False),
    Call("api-products", "POST", "products", "products.write", 201, names_record=False,
         body=lambda _: {"sku": _fresh("P"), "name": "Heart", "unit_price": "2.55", "currency": "GBP"}),
    Call("api-customers-bulk", "POST", "customers/bulk", "customers.write", names_record=False,
         body=lambda _: {"items": [{"code": _fresh("C"), "name": "Harbour Gifts", "country_code": "GB"}]}),
    Call("api-products-bulk", "POST", "products/bulk", "products.write", names_record=False,
         body=lambda _: {"items": [{"sku": _fresh("P"), "name": "Heart", "unit_price": "2.55", "currency": "GBP"}]}),
    Call("api-invoices-bulk", "POST", "invoices/bulk", "invoices.write", names_record=False,
         body=lambda ids: {"items": [new_document(ids["customer"])]}),
    Call("api-product", "GET", "products/{product}", "products.read"),
    Call("api-product", "PATCH", "products/{product}", "products.write", body={"unit_price": "3", "version": 1}),
    Call("api-invoices", "GET", "invoices", "invoices.read", names_record=False),
    Call("api-invoices", "POST", "invoices", "invoices.write", 201, names_record=False,
         body=lambda ids: new_document(ids["customer"])),
    Call("api-invoice", "GET", "invoices/{draft}", "invoices.read"),
    Call("api-invoice", "PATCH", "invoices/{draft}", "invoices.write", body={"note": "New", "version": 1}),
    Call("api-invoice-post", "POST", "invoices/{draft}/post", "invoices.post"),
    Call("api-invoice-void", "POST", "invoices/{posted}/void", "invoices.void", body={"reason": "Wrong"}),
    Call("api-invoice-apply", "POST", "invoices/{applicable}/apply", "payments.write"),
    Call("api-invoice-credit", "POST", "invoices/{credited}/credit", "invoices.write", 201),
]  # fmt: skip
DELETE = Call("api-invoice", "DELETE", "invoices/{draft}", "invoices.write", 204)
ROOMS = {
    found.name: importlib.import_module(f"{rooms.__name__}.{found.name}")
    for found in pkgutil.iter_modules(rooms.__path__)
}
_IN_ROOMS = [replace(call, room=name) for name, room in ROOMS.items() for call in room.CALLS]
CALLS += [call for call in _IN_ROOMS if call.method != "DELETE"]
DELETES = [DELETE, *(call for call in _IN_ROOMS if call.method == "DELETE")]
ALL = [*CALLS, *DELETES]


def name_of(call: Call) -> str:
    return f"{call.method} {call.path}"
