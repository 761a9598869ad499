"""What day it is for the open tenant: due dates and ageing follow its calendar (books.md 47)."""

from datetime import date, datetime

from apps.core.clock import local_date
from apps.core.scope import current_tenant_id
from apps.tenancy.models import Tenant


def tenant_day(now: datetime) -> date:
    """Return the calendar day of a moment in the open tenant's time zone."""
    zone = Tenant.objects.values_list("time_zone", flat=True).get(id=current_tenant_id())
    return local_date(now, zone)


def days_overdue(due_date: date, day: date) -> int:
    """Return how many days a due date is past; the due day itself is not overdue."""
    return max(0, (day - due_date).days)
