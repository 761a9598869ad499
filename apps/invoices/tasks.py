"""Celery entry points of invoices."""

from celery import shared_task

from apps.core import clock
from apps.core.clock import local_date
from apps.core.scope import SYSTEM, tenant_scope
from apps.invoices.recurring import make_due
from apps.tenancy.queries import list_tenants


@shared_task
def make_recurring_task() -> None:
    """Make the recurring invoices whose day has come, tenant by tenant, on each tenant's calendar."""
    now = clock.now()
    for tenant in list_tenants():
        with tenant_scope(tenant.id, SYSTEM, database=tenant.database):
            make_due(today=local_date(now, tenant.time_zone), actor=SYSTEM, now=now)
