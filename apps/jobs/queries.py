"""Reads of jobs. Progress is read from the primary: it is written there a moment before."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from apps.core.errors import NotFound
from apps.jobs.models import Job
from apps.jobs.operations import OPEN


@dataclass(frozen=True)
class JobInfo:
    """A job as pages show it; `percent` and `seconds_left` are None while they cannot be told."""

    id: UUID
    kind: str
    title: str
    state: str
    done: int
    total: int | None
    note: str
    result: dict[str, Any] | None
    error: dict[str, Any] | None
    created_by_label: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    is_cancel_requested: bool
    percent: int | None
    seconds_left: int | None

    @property
    def is_open(self) -> bool:
        """Whether the job still waits or runs."""
        return self.state in OPEN


def list_jobs(*, kind: str, now: datetime, limit: int = 50) -> list[JobInfo]:
    """Return the newest jobs of a kind."""
    jobs = Job.objects.filter(kind=kind).order_by("-created_at", "id")[:limit]
    return [info_of(job, now) for job in jobs]


def find_jobs(kind: str) -> QuerySet[Job]:
    """Return the jobs of a kind; the caller orders and pages, `info_of` makes a row."""
    return Job.objects.filter(kind=kind)


def get_job(job_id: UUID, *, now: datetime) -> JobInfo:
    """Return a job of the open tenant. Raises NotFound."""
    job = Job.objects.filter(id=job_id).first()
    if job is None:
        raise NotFound("There is no such job.")
    return info_of(job, now)


def info_of(job: Job, now: datetime) -> JobInfo:
    """Return a job as pages show it."""
    percent = left = None
    if job.total:
        percent = min(100, job.done * 100 // job.total)
        if job.state == "running" and job.started_at and job.done:
            left = round((now - job.started_at).total_seconds() / job.done * (job.total - job.done))
    return JobInfo(
        job.id, job.kind, job.title, job.state, job.done, job.total, job.note, job.result, job.error,
        job.created_by_label, job.created_at, job.started_at, job.finished_at, job.is_cancel_requested,
        percent, left,
    )  # fmt: skip
