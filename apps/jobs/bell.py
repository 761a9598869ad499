"""Ring for a worker. The row is the promise; a lost ring is made good by the sweeper."""

import logging
from uuid import UUID

from celery import current_app
from django.core import signing
from django.db import transaction
from kombu.exceptions import OperationalError

from apps.core.scope import current_scope, current_tenant_id

log = logging.getLogger(__name__)
SALT = "bulkhead.jobs"
TASK = "apps.jobs.tasks.run_job_task"


def ticket(tenant_id: UUID, database: str, job_id: UUID) -> str:
    """Return the signed argument that a worker opens the tenant's scope from: the queue itself is not trusted."""
    return signing.dumps([str(tenant_id), database, str(job_id)], salt=SALT)


def open_ticket(signed: str) -> tuple[UUID, str, UUID]:
    """Return tenant, database and job of a ticket. Raises BadSignature."""
    tenant, database, job = signing.loads(signed, salt=SALT)
    return UUID(tenant), database, UUID(job)


def ring_for(job_id: UUID) -> None:
    """Send a job of the open scope to the workers once the open transaction is committed."""
    scope = current_scope()
    signed = ticket(current_tenant_id(), scope.database, job_id)
    transaction.on_commit(lambda: send(signed), using=scope.database)


def send(signed: str) -> None:
    """Send a ticket now; while Redis is away only a line in the log says so."""
    try:
        current_app.send_task(TASK, args=(signed,), retry=False)
    except (OperationalError, OSError):
        log.warning("The queue is away; the sweeper will ring again.")
