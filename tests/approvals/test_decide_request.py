"""Asking, deciding, levels, limits, recall: what changes and what a refusal leaves as it is."""

from datetime import timedelta
from uuid import UUID

import pytest

from apps.approvals.access import check_approved
from apps.approvals.choosing import find_policy, terms_of
from apps.approvals.errors import (
    NobodyCanApprove,
    NotApproved,
    NotYours,
    OverLimit,
    RequestEnded,
    SelfApproval,
)
from apps.approvals.models import Decision, Request
from apps.approvals.operations import (
    decide_request,
    recall_request,
    request_approval,
)
from apps.approvals.policy_operations import change_policy, set_limit
from apps.approvals.queries import standing_of
from apps.approvals.rules import Facts, Level, Terms, levels_from_json, levels_of
from apps.core import clock
from apps.core.errors import Forbidden, InputError
from apps.core.scope import Actor, open_scope
from apps.tenancy.operations import create_api_key
from tests.factories.approvals import ANYONE, ask, decide_as, hire, make_policy, make_subject, scope_as
from tests.factories.pages import entries_of, state_of
from tests.factories.tenants import Company


def sales(company: Company) -> UUID:
    return company.people["sales"].id


def test_nothing_is_asked_where_no_policy_speaks(in_company: Company) -> None:
    subject = make_subject(created_by=sales(in_company))
    assert request_approval(subject=subject, actor=in_company.actor(), now=clock.now()) is None
    check_approved(subject=subject)
    assert standing_of("bill", subject.id).state == "none"


def test_an_approval_by_any_frees_the_document_and_leaves_its_trail(in_company: Company) -> None:
    make_policy()
    subject = make_subject(created_by=sales(in_company))
    with pytest.raises(NotApproved, match="nobody asked"):
        check_approved(subject=subject)
    request = ask(subject)
    with pytest.raises(NotApproved, match="waits"):
        check_approved(subject=subject)
    assert standing_of("bill", subject.id).waiting_for == ("role:approver",)

    done = decide_as(in_company, "approver", request, reason="Seen")

    assert done.state == "approved"
    check_approved(subject=subject)
    assert standing_of("bill", subject.id).state == "approved"
    # books.md 55: the decision and what it did to its request are in the log, with the reason.
    assert [each["operation"] for each in entries_of(in_company, "approvals_decision")] == ["insert"]
    assert [each["operation"] for each in entries_of(in_company, "approvals_request")] == ["insert", "update"]


def test_asking_or_deciding_the_same_again_changes_nothing(in_company: Company) -> None:
    make_policy(Level("number", ("role:approver", "role:finance"), 2))
    subject = make_subject(created_by=sales(in_company))
    request = ask(subject)
    decide_as(in_company, "approver", request)
    before = state_of(in_company)
    assert ask(subject).id == request.id
    assert decide_as(in_company, "approver", request).state == "pending"
    assert state_of(in_company) == before


def test_who_made_or_last_changed_it_decides_nothing(in_company: Company, stranger: Company) -> None:
    """books.md 50."""
    hire(in_company, "ann", "approver")
    make_policy(Level("any", ("role:approver", "role:finance")))
    maker, changer = in_company.people["approver"].id, in_company.people["finance"].id
    request = ask(make_subject(created_by=maker, changed_by=changer))
    before = state_of(in_company)
    for who in ("approver", "finance"):
        with pytest.raises(SelfApproval):
            decide_as(in_company, who, request)
        with pytest.raises(SelfApproval):
            decide_as(in_company, who, request, "reject", "Mine")
    with pytest.raises(NotYours):
        decide_as(in_company, "sales", request)
    with pytest.raises(Exception, match="no such request"):
        decide_as(stranger, "approver", request)
    assert state_of(in_company) == before
    assert decide_as(in_company, "ann", request).state == "approved"


def test_a_key_is_its_maker(in_company: Company) -> None:
    """books.md 50: what somebody's key created, he does not approve; and no key decides."""
    hire(in_company, "ann", "approver")
    make_policy()
    with open_scope(scope_as(in_company, "approver")):
        key, _ = create_api_key(
            name="K", scopes=["bills.write"], actor=in_company.actor("approver"), now=clock.now()
        )
    request = ask(make_subject(created_by=key.id))
    with pytest.raises(SelfApproval):
        decide_as(in_company, "approver", request)
    robot = Actor(kind="key", id=key.id)
    with pytest.raises(NotYours):
        decide_request(request_id=request.id, verdict="approve", actor=robot, now=clock.now())
    assert decide_as(in_company, "ann", request).state == "approved"


def test_levels_are_passed_in_order_each_by_its_own_people(in_company: Company) -> None:
    hire(in_company, "ann", "approver")
    hire(in_company, "bob", "approver")
    named = f"person:{in_company.people['auditor'].id}"
    make_policy(
        Level("any", ("role:finance",)),
        Level("number", ("role:approver",), needed=2),
        Level("all", ("role:admin", named), from_minor=1_000_000),
    )
    small = ask(make_subject(created_by=sales(in_company), amount_minor=999_999))
    large = ask(make_subject(created_by=sales(in_company), amount_minor=1_000_000))
    assert (len(small.levels), len(large.levels)) == (2, 3)

    with pytest.raises(NotYours):
        decide_as(in_company, "ann", large)
    assert decide_as(in_company, "finance", large).level == 2
    assert decide_as(in_company, "ann", large).state == "pending"
    assert decide_as(in_company, "bob", large).level == 3
    assert decide_as(in_company, "admin", large).state == "pending"
    assert decide_as(in_company, "auditor", large).state == "approved"
    assert Decision.objects.filter(request=large).count() == 5


def test_a_rejection_needs_a_reason_and_ends_it(in_company: Company) -> None:
    make_policy()
    subject = make_subject(created_by=sales(in_company))
    request = ask(subject)
    with pytest.raises(InputError):
        decide_as(in_company, "approver", request, "reject", "  ")
    assert decide_as(in_company, "approver", request, "reject", "Too dear").end_reason == "Too dear"
    with pytest.raises(NotApproved, match="Too dear"):
        check_approved(subject=subject)
    with pytest.raises(RequestEnded):
        decide_as(in_company, "approver", request)
    assert ask(subject).id != request.id


def test_a_change_of_policy_leaves_what_waits_alone(in_company: Company) -> None:
    """books.md 9, 49: the version is stored with the request; a change makes a new version."""
    policy = make_policy(Level("any", ("role:finance",)))
    first = ask(make_subject(created_by=sales(in_company)))
    change_policy(policy_id=policy.id, terms=Terms("bill", (ANYONE,)), version=1, actor=in_company.actor(),
                  now=clock.now())  # fmt: skip
    second = ask(make_subject(created_by=sales(in_company)))

    assert (first.policy_version.number, second.policy_version.number) == (1, 2)
    assert Request.objects.get(id=first.id).waiting_for == ["role:finance"]
    assert second.waiting_for == ["role:approver"]
    for request in (first, second):
        facts = Facts("bill", request.book_minor, request.party_id, request.category)
        assert levels_from_json(request.levels) == levels_of(terms_of(request.policy_version), facts)
    assert decide_as(in_company, "finance", first).state == "approved"


def test_the_first_policy_in_order_speaks(in_company: Company) -> None:
    party = UUID(int=7)
    make_policy(Level("any", ("role:finance",)), position=2)
    make_policy(Level("any", ("role:admin",)), position=1, party_ids=(party,), min_minor=100)
    chosen = [
        find_policy(Facts("bill", amount, who)) for amount, who in [(100, party), (99, party), (100, None)]
    ]
    assert [levels[0].approvers for _, levels in filter(None, chosen)] == [
        ("role:admin",),
        ("role:finance",),
        ("role:finance",),
    ]


def test_a_limit_holds_for_its_person(in_company: Company) -> None:
    hire(in_company, "ann", "approver")
    make_policy()
    approver = in_company.people["approver"].id
    set_limit(person_id=approver, limit_minor=119_999, actor=in_company.actor(), now=clock.now())
    request = ask(make_subject(created_by=sales(in_company)))
    with pytest.raises(OverLimit):
        decide_as(in_company, "approver", request)
    set_limit(person_id=approver, limit_minor=120_000, subject_kind="bill", actor=in_company.actor(),
              now=clock.now())  # fmt: skip
    assert decide_as(in_company, "approver", request).state == "approved"
    with pytest.raises(Forbidden):
        set_limit(person_id=approver, limit_minor=1, actor=in_company.actor("approver"), now=clock.now())


def test_what_nobody_could_approve_is_not_asked_for(in_company: Company) -> None:
    make_policy()
    before = state_of(in_company)
    with pytest.raises(NobodyCanApprove, match="level 1"):
        ask(make_subject(created_by=in_company.people["approver"].id))
    assert state_of(in_company) == before


def test_who_asked_takes_it_back(in_company: Company) -> None:
    make_policy()
    subject = make_subject(created_by=sales(in_company))
    request = ask(subject)
    with pytest.raises(Forbidden):
        recall_request(request_id=request.id, actor=in_company.actor("approver"), now=clock.now())
    for _ in range(2):
        done = recall_request(request_id=request.id, actor=in_company.actor(), now=clock.now())
    assert (done.state, standing_of("bill", subject.id).state) == ("recalled", "none")
    with pytest.raises(RequestEnded):
        decide_as(in_company, "approver", request)
    with pytest.raises(NotApproved):
        check_approved(subject=subject)


def test_after_the_day_it_was_due_the_escalation_may_decide(in_company: Company) -> None:
    make_policy(Level("all", ("role:finance", "role:approver")), escalates_to="role:admin", answer_days=2)
    request = ask(make_subject(created_by=sales(in_company)))
    decide = {"request_id": request.id, "verdict": "approve", "actor": in_company.actor()}
    with pytest.raises(NotYours):
        decide_request(**decide, now=clock.now())
    assert decide_request(**decide, now=request.due_at + timedelta(seconds=1)).state == "approved"
