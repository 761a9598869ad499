"""A changed document voids its approval, a changed comment does not (books.md 51, 52)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from apps.approvals.access import check_approved
from apps.approvals.errors import ApprovalVoid
from apps.approvals.models import Request
from apps.approvals.operations import void_changed, void_request
from apps.approvals.queries import standing_of
from apps.approvals.subjects import Subject, fingerprint_of
from apps.core import clock
from tests.factories.approvals import ask, decide_as, make_policy, make_subject
from tests.factories.tenants import Company

FACTS = {
    "lines": [{"text": "Box", "quantity": Decimal("2.50")}],
    "due_date": date(2026, 4, 1),
    "account": "A",
}
CHANGES = {
    "amount": {"amount_minor": 120_001},
    "currency": {"currency": "EUR"},
    "book": {"book_minor": 1},
    "payee": {"party_id": UUID(int=3)},
    "category": {"category": "other"},
    "account": {"facts": {**FACTS, "account": "B"}},
    "lines": {"facts": {**FACTS, "lines": [{"text": "Box", "quantity": Decimal("2.51")}]}},
    "due": {"facts": {**FACTS, "due_date": date(2026, 4, 2)}},
}


def approved(company: Company) -> tuple[Subject, Request]:
    make_policy()
    subject = make_subject(created_by=company.people["sales"].id, facts=FACTS)
    return subject, decide_as(company, "approver", ask(subject))


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_each_fact_voids_an_approval(in_company: Company, change: dict[str, object]) -> None:
    subject, request = approved(in_company)
    changed = replace(subject, **change)
    with pytest.raises(ApprovalVoid):
        check_approved(subject=changed)
    assert void_changed(subject=changed, actor=in_company.actor(), now=clock.now())
    found = Request.objects.get(id=request.id)
    assert found.state == "void"
    assert found.end_reason.startswith("The document changed: ")
    # Going back to what was approved does not bring the approval back.
    with pytest.raises(Exception, match="nobody asked"):
        check_approved(subject=subject)
    assert ask(subject).id != request.id


def test_a_comment_voids_nothing_and_equal_facts_are_equal_however_written(in_company: Company) -> None:
    subject, _ = approved(in_company)
    same = replace(
        subject, label="Other words", changed_by=UUID(int=5),
        facts={"account": "A", "due_date": "2026-04-01", "lines": ({"quantity": Decimal("2.5"), "text": "Box"},)},
    )  # fmt: skip
    assert fingerprint_of(same) == fingerprint_of(subject)
    assert not void_changed(subject=same, actor=in_company.actor(), now=clock.now())
    check_approved(subject=same)


def test_asking_for_the_changed_document_voids_the_old_request(in_company: Company) -> None:
    subject, old = approved(in_company)
    fresh = ask(replace(subject, amount_minor=130_000))
    assert Request.objects.get(id=old.id).state == "void"
    assert standing_of("bill", subject.id).request_id == fresh.id
    assert void_request(kind="bill", subject_id=subject.id, reason="Deleted", actor=in_company.actor(),
                        now=clock.now())  # fmt: skip
    assert standing_of("bill", subject.id).state == "void"
