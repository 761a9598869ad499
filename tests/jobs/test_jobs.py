"""A job survives its worker and the queue, is done by one worker at a time, and can be stopped."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core.signing import BadSignature
from django.db import connections, transaction

from apps.core import clock
from apps.core.errors import DomainError, NotFound
from apps.core.ids import new_id
from apps.core.scope import current_scope, open_scope, platform_scope
from apps.jobs import bell, registry, tasks
from apps.jobs.models import Job
from apps.jobs.operations import (
    LEASE,
    MAX_ATTEMPTS,
    Claim,
    JobCancelled,
    LeaseLost,
    cancel_job,
    claim_job,
    enqueue_job,
    finish_job,
    report_progress,
)  # fmt: skip
from apps.jobs.registry import JobContext
from tests.factories.tenants import Company


@pytest.fixture
def rings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was sent to the queue: tickets."""
    sent: list[str] = []
    monkeypatch.setattr(bell, "send", sent.append)
    monkeypatch.setattr(tasks, "send", sent.append)
    return sent


@pytest.fixture
def kind() -> Iterator[str]:
    """A kind of job of this test alone."""
    name = f"test.{new_id()}"
    yield name
    registry._HANDLERS.pop(name, None)


def enqueue(kind: str, **arguments: Any) -> Job:
    return enqueue_job(
        kind=kind, title="Work", arguments=arguments, actor=current_scope().actor, now=clock.now()
    )


def claim(job: Job, **later: float) -> Claim | None:
    return claim_job(job_id=job.id, now=clock.now() + timedelta(**later))


def state(job: Job) -> str:
    return Job.objects.get(id=job.id).state


def test_a_job_is_done_with_the_actor_who_asked_for_it(
    any_company: Company, rings: list[str], kind: str
) -> None:
    seen: list[JobContext] = []

    def work(context: JobContext) -> dict[str, Any]:
        seen.append(context)
        context.report(5, 10, "halfway")
        assert current_scope().tenant_id == any_company.id
        return {"made": 10}

    registry.register(kind, work)
    with open_scope(any_company.scope("finance")):
        job = enqueue(kind, file="x")
    tasks.run_job_task(rings[-1])
    with open_scope(any_company.scope()):
        done = Job.objects.get(id=job.id)
    assert (done.state, done.result, done.done, done.total) == ("succeeded", {"made": 10}, 5, 10)
    assert (seen[0].arguments, seen[0].actor.id) == ({"file": "x"}, any_company.people["finance"].id)


def test_two_workers_never_hold_one_job(company: Company, rings: list[str], kind: str) -> None:
    with open_scope(company.scope()):
        job = enqueue(kind)

    def take(_: int) -> Claim | None:
        with open_scope(company.scope()):
            try:
                return claim(job)
            finally:
                connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        assert sum(taken is not None for taken in pool.map(take, range(8))) == 1


def test_a_silent_worker_loses_its_job_and_what_it_still_writes_is_refused(
    in_company: Company, rings: list[str], kind: str
) -> None:
    job = enqueue(kind)
    zombie = claim(job)
    assert zombie is not None
    assert claim(job) is None
    heir = claim(job, seconds=LEASE.total_seconds() + 1)
    assert heir is not None
    for write in (
        lambda: report_progress(claim=zombie, done=1, total=2, note="", now=clock.now()),
        lambda: finish_job(claim=zombie, result={"by": "zombie"}, now=clock.now()),
    ):
        with pytest.raises(LeaseLost):
            write()
    finish_job(claim=heir, result={"by": "heir"}, now=clock.now())
    assert Job.objects.get(id=job.id).result == {"by": "heir"}


def test_reporting_keeps_the_lease(in_company: Company, rings: list[str], kind: str) -> None:
    job = enqueue(kind)
    held = claim(job)
    assert held is not None
    report_progress(claim=held, done=1, total=9, note="", now=clock.now() + timedelta(seconds=50))
    assert claim(job, seconds=LEASE.total_seconds() + 1) is None


def test_a_job_that_keeps_losing_its_worker_is_given_up(
    in_company: Company, rings: list[str], kind: str
) -> None:
    job = enqueue(kind)
    for attempt in range(MAX_ATTEMPTS):
        assert claim(job, minutes=2 * attempt) is not None
    assert claim(job, minutes=2 * MAX_ATTEMPTS) is None
    given_up = Job.objects.get(id=job.id)
    assert given_up.error is not None
    assert (given_up.state, given_up.error["code"]) == ("failed", "gave_up")


def test_a_waiting_job_is_cancelled_at_once_and_a_running_one_when_it_reports(
    in_company: Company, rings: list[str], kind: str
) -> None:
    waiting, running = enqueue(kind), enqueue(kind)
    held = claim(running)
    assert held is not None
    for job in (waiting, running):
        cancel_job(job_id=job.id, actor=in_company.actor(), now=clock.now())
    assert (state(waiting), state(running)) == ("cancelled", "running")
    with pytest.raises(JobCancelled):
        report_progress(claim=held, done=1, total=2, note="", now=clock.now())


def test_cancelling_a_finished_job_changes_nothing(in_company: Company, rings: list[str], kind: str) -> None:
    job = enqueue(kind)
    held = claim(job)
    assert held is not None
    finish_job(claim=held, result={}, now=clock.now())
    cancel_job(job_id=job.id, actor=in_company.actor(), now=clock.now())
    assert state(job) == "succeeded"


def test_a_refusal_is_told_and_a_fault_of_ours_is_tried_again(
    company: Company, rings: list[str], kind: str
) -> None:
    faults: list[Exception] = [
        RuntimeError("ours"),
        DomainError("No such file.", code="file_gone", cure="Send it again."),
    ]

    def work(_: JobContext) -> dict[str, Any]:
        raise faults.pop(0)

    registry.register(kind, work)
    with open_scope(company.scope()):
        job = enqueue(kind)
    with pytest.raises(RuntimeError):
        tasks.run_job_task(rings[-1])
    with open_scope(company.scope()):
        assert state(job) == "queued"
    tasks.run_job_task(rings[-1])
    with open_scope(company.scope()):
        told = Job.objects.get(id=job.id)
    assert (told.state, told.error) == (
        "failed", {"code": "file_gone", "message": "No such file.", "cure": "Send it again."},
    )  # fmt: skip


def test_the_sweeper_rings_for_what_an_emptied_queue_forgot(
    any_company: Company, rings: list[str], kind: str
) -> None:
    with open_scope(any_company.scope()):
        job = enqueue(kind)
        Job.objects.filter(id=job.id).update(created_at=clock.now() - timedelta(minutes=1))
    rings.clear()
    with platform_scope():
        tasks.sweep_jobs_task()
    tickets = [bell.open_ticket(ring) for ring in rings]
    assert (any_company.id, any_company.tenant.database, job.id) in tickets


def test_a_ticket_that_nobody_signed_opens_nothing(company: Company, rings: list[str], kind: str) -> None:
    with open_scope(company.scope()):
        job = enqueue(kind)
    with pytest.raises(BadSignature):
        tasks.run_job_task(rings[-1][:-1] + ("A" if rings[-1][-1] != "A" else "B"))
    with open_scope(company.scope()):
        assert state(job) == "queued"


def test_a_stranger_finds_no_job_to_cancel(
    company: Company, stranger: Company, rings: list[str], kind: str
) -> None:
    with open_scope(company.scope()):
        job = enqueue(kind)
    with open_scope(stranger.scope()), pytest.raises(NotFound):
        cancel_job(job_id=job.id, actor=stranger.actor(), now=clock.now())
    with open_scope(company.scope()):
        assert state(job) == "queued"


def test_nothing_is_sent_when_the_transaction_fails(in_company: Company, rings: list[str], kind: str) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        enqueue(kind)
        raise RuntimeError
    assert rings == []
    assert not Job.objects.filter(kind=kind).exists()
