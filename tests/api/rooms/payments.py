"""Routes of payments and open items."""

from typing import Any

from apps.core import clock
from tests.api.call import Call
from tests.factories.books import make_customer
from tests.factories.open_items import item_input
from tests.factories.payments import pay
from tests.factories.posted_items import post_these
from tests.factories.tenants import Company

READ, WRITE = "payments.read", "payments.write"


def make_records(company: Company) -> dict[str, Any]:
    """Make a payment to allocate, one to void, and a charge."""
    customer, today = make_customer(), clock.now().date()
    (charge,) = post_these(item_input(party_id=customer.id, issue_date=today))
    return {
        "customer": customer.id, "charge": charge.id, "payment": pay(customer.id, 500, payment_date=today).id,
        "bounced": pay(customer.id, 600, payment_date=today).id,
    }  # fmt: skip


def new_payment(ids: dict[str, Any]) -> dict[str, Any]:
    return {
        "customer": ids["customer"], "payment_date": clock.now().date().isoformat(), "currency": "GBP",
        "amount": "7.50",
        "allocations": [{"item": ids["charge"], "amount": "5.25"}],
    }  # fmt: skip


CALLS = [
    Call("api-payments", "GET", "payments", READ, names_record=False),
    Call("api-payments", "POST", "payments", WRITE, 201, new_payment, names_record=False),
    Call("api-payment", "GET", "payments/{payment}", READ),
    Call("api-payment-allocate", "POST", "payments/{payment}/allocate", WRITE,
         body=lambda ids: {"allocations": [{"item": ids["charge"], "amount": "1.00"}]}),
    Call("api-payment-void", "POST", "payments/{bounced}/void", WRITE, body={"reason": "Bounced"}),
    Call("api-open-items", "GET", "open-items", READ, names_record=False),
    Call("api-ageing", "GET", "ageing", READ, names_record=False),
]  # fmt: skip
