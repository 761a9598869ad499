"""Imports as background jobs: written down with their file, done by a worker, stopped between two sets."""

import time
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from apps.core import clock
from apps.core.db import write
from apps.core.errors import DomainError
from apps.core.scope import Actor
from apps.invoices.imports.job import run_import
from apps.invoices.imports.profiles import get_profile
from apps.invoices.imports.progress import Paced, Progress
from apps.invoices.uploads import (
    drop_upload,
    find_report,
    forget_upload,
    hand_over,
    report_folder,
    upload_of,
)
from apps.jobs.models import Job
from apps.jobs.operations import LeaseLost, enqueue_job
from apps.jobs.registry import JobContext

KIND: Final = "invoices.import"
Report = Callable[[int, int | None, str], None]


def start_import(
    *, upload: UUID, name: str, profile: str, shift_to: date | None, actor: Actor, now: datetime
) -> Job:
    """Write down the import of a kept file; a worker begins it at once. Raises InputError for an unknown profile."""
    get_profile(profile)
    arguments = {"name": name, "profile": profile, "shift_to": shift_to.isoformat() if shift_to else None}
    try:
        with write():
            job = enqueue_job(kind=KIND, title=name, arguments=arguments, actor=actor, now=now)
            hand_over(upload, job.id)
    except BaseException:
        forget_upload(upload)
        raise
    return job


def work(context: JobContext) -> dict[str, Any]:
    """Import a job's file. Run again after a crash it goes on where the last attempt stopped."""
    given = context.arguments
    if (done := _finished(context.job_id)) is not None:
        return done
    try:
        result = run_import(
            path=upload_of(context.job_id),
            profile=given["profile"],
            actor=context.actor,
            now=clock.now(),
            progress=Paced(_Teller(context.report)),
            shift_to=date.fromisoformat(given["shift_to"]) if given["shift_to"] else None,
            name=given["name"],
            folder=report_folder(context.job_id),
        )
    except LeaseLost:
        raise  # another worker reads the file now
    except DomainError:
        drop_upload(context.job_id)
        raise
    drop_upload(context.job_id)
    return _result(result.report.as_json())


def _finished(job_id: UUID) -> dict[str, Any] | None:
    """Return the result of an attempt that died after its last row, when only the job's end was not written down."""
    report = None if upload_of(job_id).exists() else find_report(job_id)
    return _result(report) if report is not None and report["state"] == "finished" else None


def _result(report: dict[str, Any]) -> dict[str, Any]:
    return {"report": {key: value for key, value in report.items() if key != "files"}}


class _Teller:
    """Says how far an import is, in the words of its page."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._began: float | None = None

    def __call__(self, step: Progress) -> None:
        if step.phase == "checking":
            self._report(0, None, f"Checking the file: {step.done / 1e6:,.1f} MB")
        elif step.phase == "sorting":
            self._report(step.done, None, "Sorting rows by document")
        else:
            self._report(step.done, step.total, ", ".join(filter(None, [step.note, self._rate(step.done)])))

    def _rate(self, done: int) -> str:
        self._began = self._began or time.monotonic()
        seconds = time.monotonic() - self._began
        return f"{done / seconds:,.0f} rows a second" if seconds > 1 else ""
