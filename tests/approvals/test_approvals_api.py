"""Deciding over HTTP: people with a token, never keys."""

from apps.core.scope import open_scope
from apps.tenancy.models import RolePermission
from tests.api.calls import api_for, person_for, problem
from tests.factories.approvals import ask, make_policy, make_subject
from tests.factories.tenants import Company


def test_a_person_decides_and_the_answer_shows_the_trail(company: Company) -> None:
    with open_scope(company.scope()):
        make_policy()
        request = ask(make_subject(created_by=company.people["finance"].id))
    own = person_for(company, "finance")
    problem(own.post(f"approvals/{request.id}/decide", {"verdict": "approve"}), 403, "self_approval")
    approver = person_for(company, "approver")
    problem(approver.post(f"approvals/{request.id}/decide", {"verdict": "reject"}), 422, "missing")
    done = approver.post(f"approvals/{request.id}/decide", {"verdict": "reject", "reason": "Too dear"})
    assert (done.status_code, done.json()["state"], done.json()["amount"]) == (200, "rejected", "1200.00")
    (made,) = done.json()["decisions"]
    assert (made["decided_by"], made["on_behalf_of"]) == (str(company.people["approver"].id), None)
    late = approver.post(f"approvals/{request.id}/decide", {"verdict": "approve"})
    problem(late, 409, "request_ended")


def test_a_key_looks_and_never_decides(company: Company) -> None:
    with open_scope(company.scope()):
        make_policy()
        request = ask(make_subject(created_by=company.people["sales"].id))
        assert RolePermission.objects.filter(permission="approvals.decide").exists()
    key = api_for(company)
    assert [row["id"] for row in key.get("approvals?state=pending").json()["results"]] == [str(request.id)]
    problem(key.post(f"approvals/{request.id}/decide", {"verdict": "approve"}), 403, "forbidden")
