"""Writes of jobs. One function moves a job from state to state under its fence; nothing else does."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q

from apps.core.db import write
from apps.core.errors import DomainError, NotFound
from apps.core.scope import Actor
from apps.jobs.bell import ring_for
from apps.jobs.models import Job

LEASE = timedelta(seconds=60)
MAX_ATTEMPTS = 5
OPEN = ("queued", "running")


class JobCancelled(DomainError):
    """Somebody asked this job to stop."""

    code = "job_cancelled"


class LeaseLost(DomainError):
    """Another worker holds this job now; whatever this one still writes is refused."""

    code = "lease_lost"


@dataclass(frozen=True)
class Claim:
    """The right to work on a job, as long as its fence is the job's."""

    job_id: UUID
    fence: int
    kind: str
    arguments: dict[str, Any]
    actor: Actor


def enqueue_job(*, kind: str, title: str, arguments: dict[str, Any], actor: Actor, now: datetime) -> Job:
    """Write down a job and ring for a worker once the transaction is committed."""
    with write():
        job = Job.objects.create(
            kind=kind, title=title, arguments=arguments, created_by=actor.id, created_by_label=actor.label,
            created_at=now,
        )  # fmt: skip
        ring_for(job.id)
    return job


def claim_job(*, job_id: UUID, now: datetime) -> Claim | None:
    """Take a queued job, or one whose worker went silent; None when another worker has it or it is finished.

    A job that lost its worker MAX_ATTEMPTS times without finishing is given up with a clear error.
    """
    free = Q(state="queued") | Q(state="running", lease_until__lt=now)
    with write():
        job = Job.objects.select_for_update(skip_locked=True).filter(free, id=job_id).first()
        if job is None:
            return None
        if job.is_cancel_requested:
            _finish(job.id, job.fence, state="cancelled", now=now)
            return None
        if job.attempts >= MAX_ATTEMPTS:
            error = {"code": "gave_up", "message": f"The work stopped {MAX_ATTEMPTS} times before it was done.",
                     "cure": "What was done is kept. Look at the log, then start it again."}  # fmt: skip
            _finish(job.id, job.fence, state="failed", now=now, error=error)
            return None
        job.state, job.fence, job.attempts = "running", job.fence + 1, job.attempts + 1
        job.lease_until, job.started_at = now + LEASE, job.started_at or now
        job.save(update_fields=["state", "fence", "attempts", "lease_until", "started_at"])
    actor = Actor(kind="person", id=job.created_by, label=job.created_by_label)
    return Claim(job.id, job.fence, job.kind, job.arguments, actor)


def report_progress(*, claim: Claim, done: int, total: int | None, note: str, now: datetime) -> None:
    """Write how far the job is and extend its lease. Raises JobCancelled, LeaseLost."""
    held = Job.objects.filter(id=claim.job_id, fence=claim.fence, state="running")
    held.update(done=done, total=total, note=note, lease_until=now + LEASE)
    asked = held.values_list("is_cancel_requested", flat=True).first()
    if asked is None:
        raise LeaseLost("Another worker has taken over.")
    if asked:
        raise JobCancelled("The job was cancelled; what was done so far is kept.")


def finish_job(*, claim: Claim, result: dict[str, Any], now: datetime) -> None:
    """Close a job as done. Raises LeaseLost."""
    _finish(claim.job_id, claim.fence, state="succeeded", now=now, result=result)


def fail_job(*, claim: Claim, error: DomainError, now: datetime) -> None:
    """Close a job with what went wrong and what to do. Raises LeaseLost."""
    told: dict[str, Any] = {"code": error.code, "message": error.message, "cure": error.cure}
    state = "cancelled" if isinstance(error, JobCancelled) else "failed"
    _finish(claim.job_id, claim.fence, state=state, now=now, error=told)


def release_job(*, claim: Claim) -> None:
    """Give a job back so that the sweeper rings again at once (the worker is shutting down or broke)."""
    Job.objects.filter(id=claim.job_id, fence=claim.fence, state="running").update(
        state="queued", lease_until=None
    )


def cancel_job(*, job_id: UUID, actor: Actor, now: datetime) -> Job:
    """Ask a job to stop; a waiting one stops at once. Cancelling a finished job changes nothing. Raises NotFound."""
    with write():
        job = Job.objects.select_for_update().filter(id=job_id).first()
        if job is None:
            raise NotFound("There is no such job.")
        if job.state == "queued":
            _finish(job.id, job.fence, state="cancelled", now=now)
        elif job.state == "running":
            Job.objects.filter(id=job.id).update(is_cancel_requested=True)
        job.refresh_from_db()
    return job


def _finish(job_id: UUID, fence: int, *, state: str, now: datetime, **values: Any) -> None:
    held = Job.objects.filter(id=job_id, fence=fence, state__in=OPEN)
    changed = held.update(state=state, finished_at=now, lease_until=None, **values)
    if not changed:
        raise LeaseLost("Another worker has finished this job.")
