"""Celery entry points of jobs."""

import logging
from datetime import timedelta
from typing import Any

from celery import shared_task
from django.conf import settings
from django.db import connections

from apps.core import clock
from apps.core.errors import DomainError
from apps.core.scope import SYSTEM, tenant_scope
from apps.jobs.bell import open_ticket, send, ticket
from apps.jobs.operations import (
    Claim,
    LeaseLost,
    claim_job,
    fail_job,
    finish_job,
    release_job,
    report_progress,
)
from apps.jobs.registry import JobContext, handler_of

log = logging.getLogger(__name__)
PATIENCE = timedelta(seconds=10)


@shared_task
def run_job_task(signed: str) -> None:
    """Run the job that a ticket names, if it is still to be done."""
    tenant_id, database, job_id = open_ticket(signed)
    with tenant_scope(tenant_id, SYSTEM, database=database):
        claim = claim_job(job_id=job_id, now=clock.now())
    if claim is not None:
        with tenant_scope(tenant_id, claim.actor, database=database):
            _work(claim)


def _work(claim: Claim) -> None:
    try:
        result = handler_of(claim.kind)(_context(claim))
        finish_job(claim=claim, result=result, now=clock.now())
    except LeaseLost:
        log.warning("Job %s was taken over by another worker.", claim.job_id)
    except DomainError as error:
        fail_job(claim=claim, error=error, now=clock.now())
    except BaseException:
        # A fault of ours or a dying worker: the row goes back, attempts are counted, the sweeper rings again.
        release_job(claim=claim)
        raise


def _context(claim: Claim) -> JobContext:
    def report(done: int, total: int | None, note: str) -> None:
        report_progress(claim=claim, done=done, total=total, note=note, now=clock.now())

    return JobContext(claim.job_id, claim.arguments, claim.actor, report)


@shared_task
def sweep_jobs_task() -> None:
    """Ring again for jobs that wait too long or whose worker went silent."""
    before = clock.now() - PATIENCE
    for alias in settings.BOOK_DATABASES:
        with connections[alias].cursor() as cursor:
            cursor.execute("select tenant_id, job_id from tenancy.due_jobs(%s)", [before])
            due: list[tuple[Any, Any]] = cursor.fetchall()
        for tenant_id, job_id in due:
            send(ticket(tenant_id, alias, job_id))
