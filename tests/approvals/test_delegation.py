"""A delegate decides on the days that were named, and never more than by his own rule (books.md 50)."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from apps.approvals.errors import NotYours, OverLimit, SelfApproval
from apps.approvals.models import Delegation, Request
from apps.approvals.operations import decide_request
from apps.approvals.policy_operations import create_delegation, revoke_delegation, set_limit
from apps.approvals.rules import Level
from apps.core import clock
from apps.core.errors import Forbidden, InputError
from apps.core.scope import open_scope
from tests.factories.approvals import ask, decide_as, hire, make_policy, make_subject, scope_as
from tests.factories.pages import state_of
from tests.factories.tenants import Company

BOTH = Level("any", ("role:approver",))


def delegate(company: Company, holder: str, to: str, *, days: int = 1, kind: str = "") -> Delegation:
    today = clock.local_date(clock.now(), "Europe/London")
    return create_delegation(
        holder_id=company.people[holder].id, delegate_id=company.people[to].id, starts_on=today, subject_kind=kind,
        ends_on=today + timedelta(days=days), actor=company.actor(holder), now=clock.now(),
    )  # fmt: skip


def limit(company: Company, who: str, minor: int | None) -> None:
    set_limit(person_id=company.people[who].id, limit_minor=minor, actor=company.actor(), now=clock.now())


def a_request(company: Company, **values: UUID) -> Request:
    return ask(make_subject(**{"created_by": company.people["sales"].id, **values}))


def test_a_delegate_without_a_limit_of_his_own_decides_nothing(in_company: Company) -> None:
    make_policy()
    request = a_request(in_company)
    delegate(in_company, "approver", "finance")
    with pytest.raises(OverLimit, match="no limit of your own"):
        decide_as(in_company, "finance", request)
    limit(in_company, "finance", 119_999)
    with pytest.raises(OverLimit, match="your own limit"):
        decide_as(in_company, "finance", request)
    limit(in_company, "finance", 120_000)
    assert decide_as(in_company, "finance", request).state == "approved"
    assert request.decisions.get().holder_id == in_company.people["approver"].id


def test_a_delegates_own_rule_bounds_him(in_company: Company) -> None:
    make_policy(Level("any", ("role:finance",)), max_minor=50_000)
    make_policy(BOTH, position=2)
    delegate(in_company, "approver", "finance")
    below = ask(make_subject(created_by=in_company.people["sales"].id, kind="bill", amount_minor=50_001))
    with pytest.raises(OverLimit):
        decide_as(in_company, "finance", below)


def test_the_holders_limit_goes_with_the_right(in_company: Company) -> None:
    hire(in_company, "ann", "approver")
    make_policy()
    request = a_request(in_company)
    delegate(in_company, "approver", "finance")
    limit(in_company, "finance", 10**9)
    limit(in_company, "approver", 100)
    with pytest.raises(OverLimit):
        decide_as(in_company, "finance", request)


def test_neither_side_of_a_delegation_may_have_made_the_document(in_company: Company) -> None:
    hire(in_company, "ann", "approver")
    make_policy()
    delegate(in_company, "approver", "finance")
    limit(in_company, "finance", 10**9)
    for maker in ("approver", "finance"):
        request = a_request(in_company, created_by=in_company.people[maker].id)
        before = state_of(in_company)
        with pytest.raises(SelfApproval):
            decide_as(in_company, "finance", request)
        assert state_of(in_company) == before


def test_a_right_is_used_once(in_company: Company) -> None:
    """Two of three approvers: the holder and his delegate are one."""
    hire(in_company, "ann", "approver")
    make_policy(Level("number", ("role:approver",), 2))
    delegate(in_company, "approver", "finance")
    limit(in_company, "finance", 10**9)
    request = a_request(in_company)
    decide_as(in_company, "finance", request)
    with pytest.raises(NotYours):
        decide_as(in_company, "approver", request)
    assert decide_as(in_company, "ann", request).state == "approved"


def test_a_delegation_holds_from_its_first_day_to_its_last(in_company: Company) -> None:
    make_policy()
    limit(in_company, "finance", 10**9)
    held = delegate(in_company, "approver", "finance", days=1, kind="bill")
    actor = in_company.actor("finance")
    with open_scope(scope_as(in_company, "finance")):
        for days, is_open in ((-1, False), (2, False), (1, True), (0, True)):
            request = a_request(in_company)
            now = clock.now() + timedelta(days=days)
            if is_open:
                done = decide_request(request_id=request.id, verdict="approve", actor=actor, now=now)
                assert done.state == "approved"
            else:
                with pytest.raises(NotYours):
                    decide_request(request_id=request.id, verdict="approve", actor=actor, now=now)
    revoke_delegation(delegation_id=held.id, actor=in_company.actor("approver"), now=clock.now())
    with pytest.raises(NotYours):
        decide_as(in_company, "finance", a_request(in_company))


def test_only_ones_own_right_is_delegated_and_not_to_oneself(in_company: Company) -> None:
    people = {name: user.id for name, user in in_company.people.items()}
    day = date(2026, 3, 1)
    wrong = {
        "finance": (people["approver"], people["finance"], Forbidden),
        "approver": (people["approver"], people["approver"], InputError),
    }
    before = state_of(in_company)
    for who, (holder, to, error) in wrong.items():
        with pytest.raises(error):
            create_delegation(holder_id=holder, delegate_id=to, starts_on=day, ends_on=day,
                              actor=in_company.actor(who), now=clock.now())  # fmt: skip
    assert state_of(in_company) == before
