"""Routes of the ledger."""

from datetime import date
from typing import Any

from apps.core import clock
from apps.ledger.models import Account
from apps.ledger.operations import post_by_hand
from tests.api.call import Call
from tests.factories.ledgers import credit, debit
from tests.factories.tenants import Company

READ, WRITE = "ledger.read", "ledger.write"
LINES = [{"account": "6100", "debit": "900.50"}, {"account": "1000", "credit": "900.5"}]


def make_records(company: Company) -> dict[str, Any]:
    """Make an entry by hand."""
    entry = post_by_hand(
        entry_date=date(2026, 3, 14), lines=(debit("6100", 5), credit("bank", 5)), text="Rent",
        actor=company.actor(), now=clock.now(),
    )  # fmt: skip
    return {"account": Account.objects.get(code="6100").id, "entry": entry.id}


CALLS = [
    Call("api-ledger-accounts", "GET", "ledger/accounts", READ, names_record=False),
    Call("api-ledger-account", "GET", "ledger/accounts/{account}", READ),
    Call("api-ledger-entries", "GET", "ledger/entries", READ, names_record=False),
    Call("api-ledger-entries", "POST", "ledger/entries", WRITE, 201, names_record=False,
         body={"entry_date": "2026-03-31", "text": "Rent", "lines": LINES}),
    Call("api-ledger-entry", "GET", "ledger/entries/{entry}", READ),
    Call("api-ledger-entry-reverse", "POST", "ledger/entries/{entry}/reverse", WRITE, 201,
         {"entry_date": "2026-04-01", "reason": "Twice"}),
    Call("api-ledger-trial-balance", "GET", "ledger/trial-balance", READ, names_record=False),
]  # fmt: skip
