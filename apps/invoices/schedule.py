"""The days of something that comes again. Pure: the day of the month is the first one's, or the month's last."""

from calendar import monthrange
from datetime import date, timedelta

MONTHS = {"month": 1, "quarter": 3, "year": 12}


def nth_date(first: date, every: str, number: int) -> date:
    """Return the day of the period with a number; the first one is 0."""
    if every == "week":
        return first + timedelta(weeks=number)
    months = first.year * 12 + first.month - 1 + MONTHS[every] * number
    year, month = divmod(months, 12)
    return date(year, month + 1, min(first.day, monthrange(year, month + 1)[1]))


def next_date(first: date, every: str, day: date) -> date:
    """Return the first day of the schedule after a day."""
    if day < first:
        return first
    if every == "week":
        number = (day - first).days // 7
    else:
        number = ((day.year - first.year) * 12 + day.month - first.month) // MONTHS[every]
    found = nth_date(first, every, number)
    return found if found > day else nth_date(first, every, number + 1)
