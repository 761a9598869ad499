"""The pages of approvals, and a row of each of its models."""

from uuid import UUID

from apps.approvals.policy_operations import create_delegation, set_limit
from apps.core import clock
from apps.core.scope import open_scope
from tests.factories.approvals import ask, decide_as, make_policy, make_subject
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
    policy = make_policy()
    request = ask(make_subject(created_by=company.people["sales"].id))
    decide_as(company, "approver", request)
    people, now, today = company.people, clock.now(), clock.now().date()
    limit = set_limit(person_id=people["finance"].id, limit_minor=5, actor=company.actor(), now=now)
    delegation = create_delegation(
        holder_id=people["approver"].id, delegate_id=people["finance"].id, starts_on=today, ends_on=today,
        actor=company.actor("approver"), now=now,
    )  # fmt: skip
    assert limit is not None
    return {
        "Policy": policy.id, "PolicyVersion": policy.versions.get().id, "Request": request.id,
        "Decision": request.decisions.get().id, "PersonLimit": limit.id, "Delegation": delegation.id,
    }  # fmt: skip
