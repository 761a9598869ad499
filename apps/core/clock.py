"""The one clock. Operations take `now` as an argument; views, tasks and commands ask here."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """Return the present moment in UTC."""
    return datetime.now(tz=UTC)


def local_date(moment: datetime, time_zone: str) -> date:
    """Return the calendar day of a moment in a tenant's time zone."""
    return moment.astimezone(ZoneInfo(time_zone)).date()
