"""Routes of suppliers, people at customers and suppliers, interactions."""

from typing import Any

from apps.core.ids import new_id
from tests.api.call import Call
from tests.factories.books import make_customer
from tests.factories.parties import make_contact, make_interaction, make_supplier
from tests.factories.tenants import Company

NEW = {"channel": "phone", "kind": "question", "subject": "Where is it?", "minutes": 4}


def make_records(company: Company) -> dict[str, Any]:
    """Make a customer and a supplier with a person each, and an interaction."""
    customer, supplier = make_customer(), make_supplier(email="wick@example.com")
    return {
        "customer": customer.id, "supplier": supplier.id, "interaction": make_interaction(customer).id,
        "buyer": make_contact(customer=customer, email="ann@example.com").id,
        "seller": make_contact(supplier=supplier).id,
    }  # fmt: skip


def people(owner: str, person: str) -> list[Call]:
    """Return the calls of the people at an owner."""
    route, path, needs = f"api-{owner}-people", f"{owner}s/{{{owner}}}/people", f"{owner}s.write"
    one, place = f"api-{owner}-person", f"{path}/{{{person}}}"
    return [
        Call(route, "GET", path, f"{owner}s.read"),
        Call(route, "POST", path, needs, 201, body={"name": "New", "email": "new@example.com"}),
        Call(one, "PATCH", place, needs, body={"role": "Buyer", "version": 1}),
        Call(one, "DELETE", place, needs, 204),
    ]


CALLS = [
    Call("api-suppliers", "GET", "suppliers", "suppliers.read", names_record=False),
    Call("api-suppliers", "POST", "suppliers", "suppliers.write", 201, names_record=False,
         body=lambda _: {"code": f"S-{new_id().hex[-10:]}", "name": "Wick", "country_code": "GB"}),
    Call("api-supplier", "GET", "suppliers/{supplier}", "suppliers.read"),
    Call("api-supplier", "PATCH", "suppliers/{supplier}", "suppliers.write", body={"name": "New", "version": 1}),
    Call("api-supplier-contact", "GET", "suppliers/{supplier}/contact", "suppliers.read"),
    *people("customer", "buyer"),
    *people("supplier", "seller"),
    Call("api-interactions", "GET", "customers/{customer}/interactions", "interactions.read"),
    Call("api-interactions", "POST", "customers/{customer}/interactions", "interactions.write", 201, body=NEW),
    Call("api-interaction", "GET", "customers/{customer}/interactions/{interaction}", "interactions.read"),
    Call("api-interaction", "PATCH", "customers/{customer}/interactions/{interaction}", "interactions.write",
         body={"is_resolved": True, "version": 1}),
]  # fmt: skip
