"""Two who decide at once, and a decision against a void: on connections of their own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any

from django.db import connections

from apps.approvals.access import check_approved
from apps.approvals.models import Decision, Request
from apps.approvals.operations import decide_request, request_approval, void_changed
from apps.approvals.rules import Level
from apps.core import clock
from apps.core.db import write
from apps.core.errors import DomainError
from apps.core.scope import open_scope
from tests.factories.approvals import ask, hire, make_policy, make_subject, scope_as
from tests.factories.tenants import Company


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Do works at the same moment, each on a connection of its own; return results, refusals as their codes."""
    gate = Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        try:
            gate.wait()
            return work()
        except DomainError as error:
            return error.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as pool:
        return [each.result() for each in [pool.submit(run, work) for work in works]]


def deciding(company: Company, who: str, request: Request, verdict: str) -> Callable[[], str]:
    def work() -> str:
        with open_scope(scope_as(company, who)):
            done = decide_request(request_id=request.id, verdict=verdict, reason="Because",
                                  actor=company.actor(who), now=clock.now())  # fmt: skip
            return done.state

    return work


def test_two_who_decide_at_once_are_one_after_the_other(company: Company) -> None:
    for name in ("ann", "bob"):
        hire(company, name, "approver")
    with open_scope(company.scope()):
        make_policy()
        for _ in range(4):
            request = ask(make_subject(created_by=company.people["sales"].id))
            found = at_once(
                deciding(company, "ann", request, "approve"), deciding(company, "bob", request, "reject")
            )
            assert sorted(found) in (["approved", "request_ended"], ["rejected", "request_ended"])
            assert Decision.objects.filter(request=request).count() == 1
            assert Request.objects.get(id=request.id).state in found


def test_two_of_two_who_approve_at_once_are_enough(company: Company) -> None:
    for name in ("ann", "bob"):
        hire(company, name, "approver")
    with open_scope(company.scope()):
        make_policy(Level("number", ("role:approver",), 2))
        for _ in range(4):
            request = ask(make_subject(created_by=company.people["sales"].id))
            works = [deciding(company, who, request, "approve") for who in ("ann", "bob")]
            assert sorted(at_once(*works)) == ["approved", "pending"]
            assert Request.objects.get(id=request.id).state == "approved"


def test_the_same_person_twice_at_once_counts_once(company: Company) -> None:
    hire(company, "ann", "approver")
    with open_scope(company.scope()):
        make_policy(Level("number", ("role:approver",), 2))
        request = ask(make_subject(created_by=company.people["sales"].id))
        assert at_once(*[deciding(company, "ann", request, "approve")] * 4) == ["pending"] * 4
        assert Decision.objects.filter(request=request).count() == 1


def test_a_decision_against_a_void_never_frees_the_changed_document(company: Company) -> None:
    with open_scope(company.scope()):
        make_policy()
        for _ in range(4):
            subject = make_subject(created_by=company.people["sales"].id)
            request, changed = ask(subject), replace(subject, amount_minor=999)

            def void(changed: Any = changed) -> bool:
                with open_scope(company.scope()):
                    return void_changed(subject=changed, actor=company.actor(), now=clock.now())

            found = at_once(deciding(company, "approver", request, "approve"), void)
            assert found[1] is True
            assert found[0] in ("approved", "request_ended")
            assert Request.objects.get(id=request.id).state == "void"
            passed = at_once(lambda changed=changed: _pass(company, changed))
            assert passed == ["not_approved"]


def test_two_who_ask_at_once_get_one_request(company: Company) -> None:
    with open_scope(company.scope()):
        make_policy()
        subject = make_subject(created_by=company.people["sales"].id)

        def asking() -> str:
            with open_scope(company.scope()), write() as connection:
                # The lock of the document's row, which callers hold.
                with connection.cursor() as cursor:
                    cursor.execute("select pg_advisory_xact_lock(%s)", [subject.id.int & 0x7FFFFFFF])
                made = request_approval(subject=subject, actor=company.actor(), now=clock.now())
                assert made is not None
                return str(made.id)

        assert len(set(at_once(asking, asking, asking))) == 1


def _pass(company: Company, subject: Any) -> str:
    with open_scope(company.scope()):
        check_approved(subject=subject)
        return "passed"
