"""Housekeeping of tenants."""

from datetime import timedelta

from celery import shared_task

from apps.core import clock
from apps.core.scope import SYSTEM, tenant_scope
from apps.tenancy.operations import forget_answers
from apps.tenancy.queries import list_tenants

ANSWERS_KEPT = timedelta(hours=24)


@shared_task
def forget_answers_task() -> None:
    """Delete the answers to idempotent requests that are older than a day, tenant by tenant."""
    now = clock.now()
    for tenant in list_tenants():
        with tenant_scope(tenant.id, SYSTEM, database=tenant.database):
            forget_answers(before=now - ANSWERS_KEPT, actor=SYSTEM, now=now)
