"""The pages of approvals, and a row of each of its models."""

from datetime import timedelta
from uuid import UUID

from apps.approvals.models import Delegation
from apps.approvals.policy_operations import create_delegation, set_limit
from apps.core import clock
from apps.core.ids import new_id
from apps.core.scope import open_scope
from tests.factories.approvals import ask, decide_as, make_policy, make_subject
from tests.factories.tenants import Company
from tests.flows.calls import Call, Sent, World

READ, DECIDE, MANAGE = "approvals.read", "approvals.decide", "approvals.manage"


def make_world(company: Company) -> World:
    """Make one record of each kind."""
    from apps.approvals.rules import Level

    with open_scope(company.scope()):
        mark = new_id().hex[-8:]
        anyone = Level("any", tuple(f"role:{role}" for role in ("admin", "finance", "approver")))
        policy = make_policy(anyone, name=f"Policy {mark}", kind="payment_run", position=1)
        waiting = ask(
            make_subject(
                created_by=company.people["sales"].id, kind="payment_run", label=f"Run {mark}"
            )
        )  # fmt: skip
        held = _delegation(company)
    ids: dict[str, UUID | int] = {"request": waiting.id, "policy": policy.id, "delegation": held.id}
    return World(company, ids, (f"Policy {mark}", f"Run {mark}", *map(str, ids.values())))


def _delegation(company: Company) -> Delegation:
    people, now = company.people, clock.now()
    return create_delegation(
        holder_id=people["approver"].id, delegate_id=people["finance"].id, starts_on=now.date(),
        ends_on=now.date() + timedelta(days=3), actor=company.actor("approver"), now=now,
    )  # fmt: skip


def make_admin_rows(company: Company) -> dict[str, UUID]:
    """Make a row of each model."""
    policy = make_policy()
    request = ask(make_subject(created_by=company.people["sales"].id))
    decide_as(company, "approver", request)
    limit = set_limit(
        person_id=company.people["finance"].id, limit_minor=5, actor=company.actor(), now=clock.now()
    )
    assert limit is not None
    return {
        "Policy": policy.id, "PolicyVersion": policy.versions.get().id, "Request": request.id,
        "Decision": request.decisions.get().id, "PersonLimit": limit.id, "Delegation": _delegation(company).id,
    }  # fmt: skip


def chosen(world: World) -> Sent:
    return {"verdict": "approve", "request": [str(world.ids["request"])]}


def delegation(world: World) -> Sent:
    # To somebody who is not the sender, whoever that is.
    to = world.company.people["auditor"].id
    return {"delegate_id": str(to), "starts_on": "2026-03-01", "ends_on": "2026-03-08"}


def limit(world: World) -> Sent:
    return {"person_id": str(world.company.people["approver"].id), "limit": "1000"}


def policy(_: World) -> Sent:
    return {
        "name": f"New {new_id().hex[-8:]}", "subject_kind": "bill", "min_amount": "1000", "position": "2",
        "answer_days": "3", "is_active": "on", "version": "1", "levels-TOTAL_FORMS": "2", "levels-INITIAL_FORMS": "0",
        "levels-0-rule": "any", "levels-0-approvers": ["role:approver"], "preview_amount": "12000",
    }  # fmt: skip


CALLS: tuple[Call, ...] = (
    Call("approvals:inbox", (READ,)),
    Call("approvals:bulk", (DECIDE,)),
    Call("approvals:bulk", (DECIDE,), method="POST", send=chosen),
    Call("approvals:requests", (READ,)),
    Call("approvals:export", ("exports.run", READ)),
    Call("approvals:detail", (READ,), "request"),
    Call("approvals:decide", (DECIDE,), "request", "POST", lambda _: {"verdict": "approve"}, ok=(302,)),
    Call("approvals:recall", (READ,), "request", "POST", ok=(302, 403)),
    Call("approvals:delegations", (READ,)),
    Call("approvals:delegation_create", (DECIDE,)),
    Call("approvals:delegation_create", (DECIDE,), method="POST", send=delegation, ok=(302,)),
    Call("approvals:delegation_revoke", (DECIDE,), "delegation", "POST", ok=(302,)),
    Call("approvals:policy_limits", (READ,)),
    Call("approvals:policy_limits", (READ, MANAGE), method="POST", send=limit, ok=(302,)),
    Call("approvals:policies", (MANAGE,)),
    Call("approvals:policy_create", (MANAGE,)),
    Call("approvals:policy_create", (MANAGE,), method="POST", send=policy, ok=(302,)),
    Call("approvals:policy_preview", (MANAGE,), method="POST", send=policy),
    Call("approvals:policy_edit", (MANAGE,), "policy"),
    Call("approvals:policy_edit", (MANAGE,), "policy", "POST", policy, ok=(302,)),
)  # fmt: skip
