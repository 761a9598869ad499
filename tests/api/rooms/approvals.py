"""Routes of approvals."""

from typing import Any

from apps.approvals.rules import Level
from tests.api.call import Call
from tests.factories.approvals import ask, make_policy, make_subject
from tests.factories.tenants import Company


def make_records(company: Company) -> dict[str, Any]:
    """Make a request that any admin may decide on."""
    make_policy(Level("any", ("role:admin",)), kind="payment_run")
    return {"request": ask(make_subject(created_by=company.people["sales"].id, kind="payment_run")).id}


CALLS = [
    Call("api-approvals", "GET", "approvals", "approvals.read", names_record=False),
    Call("api-approval", "GET", "approvals/{request}", "approvals.read"),
    Call("api-approval-decide", "POST", "approvals/{request}/decide", "approvals.decide",
         body={"verdict": "approve"}, by_person=True),
]  # fmt: skip
