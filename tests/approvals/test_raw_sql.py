"""What the database refuses of role `app`, whatever the application does (books.md 27, 49, 50)."""

from uuid import uuid4

import psycopg
import pytest

from apps.core.scope import open_scope
from tests.factories.approvals import ask, decide_as, hire, make_policy, make_subject, scope_as
from tests.factories.pages import state_of
from tests.factories.tenants import Company
from tests.tenancy.walls.sessions import bare_session, enter

DECIDE = (
    "insert into approvals_decision (tenant_id, id, request_id, level, verdict, reason, decided_by, holder_id, "
    "stands_for, decided_at) values (%s, %s, %s, %s, 'approve', '', %s, %s, '{role:approver}', now())"
)


def test_self_approval_and_forged_decisions_are_refused(company: Company) -> None:
    hire(company, "ann", "approver")
    with open_scope(company.scope()):
        make_policy()
        maker, other = company.people["approver"].id, company.people["ann"].id
        request = ask(make_subject(created_by=maker, changed_by=company.people["finance"].id))
    before = state_of(company)
    attempts = [
        ("approver", 1, maker, maker),
        ("finance", 1, company.people["finance"].id, company.people["finance"].id),
        ("ann", 1, other, maker),
        ("approver", 1, other, other),
        ("ann", 2, other, other),
    ]
    for who, level, decider, holder in attempts:
        with bare_session() as session:
            enter(session, scope_as(company, who))
            with pytest.raises(psycopg.Error) as refused:
                session.execute(DECIDE, [company.id, uuid4(), request.id, level, decider, holder])
            assert str(refused.value.sqlstate).startswith("BH")
    assert state_of(company) == before


def test_a_request_is_neither_rewritten_nor_approved_by_hand(company: Company) -> None:
    with open_scope(company.scope()):
        make_policy()
        request = ask(make_subject(created_by=company.people["sales"].id))
        other = ask(make_subject(created_by=company.people["sales"].id))
    decide_as(company, "approver", other)
    before = state_of(company)
    ended = "ended_at = now(), waiting_for = '{}'"
    statements = {
        f"update approvals_request set state = 'approved', {ended} where id = %s": "BH002",
        f"update approvals_request set state = 'rejected', {ended} where id = %s": "BH002",
        "update approvals_request set level = 2 where id = %s": "BH002",
        "update approvals_request set amount_minor = 1 where id = %s": "BH001",
        "update approvals_request set created_by = gen_random_uuid() where id = %s": "BH001",
        "update approvals_request set levels = '[]' where id = %s": "BH001",
        "delete from approvals_request where id = %s": "42501",
        "update approvals_decision set verdict = 'reject' where request_id = %s": "42501",
        "delete from approvals_decision where request_id = %s": "42501",
        "update approvals_policyversion set min_minor = 5 where id <> %s": "42501",
        "delete from approvals_policyversion where id <> %s": "42501",
    }
    for statement, state in statements.items():
        with bare_session() as session:
            enter(session, company.scope())
            with pytest.raises(psycopg.Error) as refused:
                session.execute(statement, [request.id])
            assert refused.value.sqlstate == state, statement
    with bare_session() as session:
        enter(session, company.scope())
        with pytest.raises(psycopg.Error):
            session.execute(
                "update approvals_request set state = 'pending', ended_at = null where id = %s", [other.id]
            )
    assert state_of(company) == before
