"""Celery entry points: a round for one endpoint, and the sweep that finds who has something to be told."""

import logging
from uuid import UUID

from celery import current_app, shared_task
from django.conf import settings
from django.core import signing
from django.db import connections
from kombu.exceptions import OperationalError

from apps.core.scope import SYSTEM, tenant_scope
from apps.webhooks.sending import tell_endpoint

log = logging.getLogger(__name__)
SALT = "bulkhead.webhooks"
TASK = "apps.webhooks.tasks.tell_endpoint_task"


@shared_task
def tell_endpoint_task(signed: str) -> None:
    """Send what is due for the endpoint that a ticket names."""
    tenant_id, database, endpoint_id = signing.loads(signed, salt=SALT)
    with tenant_scope(UUID(tenant_id), SYSTEM, database=database):
        tell_endpoint(endpoint_id=UUID(endpoint_id), actor=SYSTEM)


@shared_task
def sweep_deliveries_task() -> None:
    """Send a ticket for each endpoint that has something due; while Redis is away nothing is lost."""
    for alias in settings.BOOK_DATABASES:
        with connections[alias].cursor() as cursor:
            cursor.execute("select tenant_id, endpoint_id from tenancy.due_deliveries()")
            due: list[tuple[UUID, UUID]] = cursor.fetchall()
        for tenant_id, endpoint_id in due:
            signed = signing.dumps([str(tenant_id), alias, str(endpoint_id)], salt=SALT)
            try:
                current_app.send_task(TASK, args=(signed,), retry=False, expires=60)
            except (OperationalError, OSError):
                log.warning("The queue is away; the next sweep rings again.")
                return
