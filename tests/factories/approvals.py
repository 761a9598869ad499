"""Policies, people and requests for tests; each works in the open scope."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from apps.approvals.models import Policy, Request
from apps.approvals.operations import decide_request, request_approval
from apps.approvals.policy_operations import create_policy
from apps.approvals.rules import Level, Terms
from apps.approvals.subjects import Subject
from apps.core import clock
from apps.core.ids import new_id
from apps.core.scope import Scope, current_scope, open_scope
from apps.tenancy.models import User
from apps.tenancy.operations import add_member
from tests.factories.tenants import Company

ANYONE = Level("any", ("role:approver",))


def make_policy(
    *levels: Level, kind: str = "bill", position: int = 1, name: str = "", **terms: Any
) -> Policy:
    """Create a policy; by default any one approver agrees to every supplier invoice."""
    return create_policy(
        name=name or f"Policy {new_id().hex[-8:]}", terms=Terms(kind, levels or (ANYONE,), **terms),
        position=position, actor=current_scope().actor, now=clock.now(),
    )  # fmt: skip


def make_subject(
    *, created_by: UUID, amount_minor: int = 120_000, changed_by: UUID | None = None, subject_id: UUID | None = None,
    kind: str = "bill", party_id: UUID | None = None, category: str = "", currency: str = "GBP",
    book_minor: int | None = None, facts: Mapping[str, object] | None = None, label: str = "Bill 4711",
) -> Subject:  # fmt: skip
    """Return something that may need an approval: a bill over 1,200.00."""
    return Subject(
        kind, subject_id or new_id(), label, amount_minor, currency,
        amount_minor if book_minor is None else book_minor, party_id, category, created_by, changed_by or created_by,
        {"lines": ["1 × 1200.00"], "due_date": "2026-04-01"} if facts is None else facts,
    )  # fmt: skip


def ask(subject: Subject) -> Request:
    """Ask for an approval that a policy wants."""
    request = request_approval(subject=subject, actor=current_scope().actor, now=clock.now())
    assert request is not None
    return request


def decide_as(
    company: Company, who: str, request: Request, verdict: str = "approve", reason: str = ""
) -> Request:
    """Decide as a person of the company."""
    with open_scope(scope_as(company, who)):
        return decide_request(
            request_id=request.id, verdict=verdict, reason=reason, actor=company.actor(who), now=clock.now()
        )


def scope_as(company: Company, who: str) -> Scope:
    """Return a scope in which one of the company's people acts, whatever else his role may do."""
    return replace(company.scope("approver"), actor=company.actor(who))


def hire(company: Company, name: str, role: str) -> User:
    """Add a person with a role; `company.people[name]` from then on."""
    user = User(email=f"{name}.{new_id().hex[-10:]}@example.com", name=name.title(), password="!")
    user.save(force_insert=True)
    with open_scope(company.scope()):
        add_member(user=user, role=role, actor=company.actor(), now=clock.now())
    company.people[name] = user
    return user
