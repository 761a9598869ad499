"""Months and years of the books."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from apps.core.errors import InputError


@dataclass(frozen=True, order=True)
class Span:
    """A month (`month` 1–12 of the calendar year) or a fiscal year (`month` 0, named after the year it ends in)."""

    year: int
    month: int
    first_day: date
    last_day: date

    @property
    def label(self) -> str:
        """Its name, as 2026-03 or 2026."""
        return f"{self.year}-{self.month:02d}" if self.month else f"{self.year}"


def month_of(year: int, month: int) -> Span:
    """Return a calendar month. Raises InputError."""
    if not (1990 <= year <= 2100 and 1 <= month <= 12):
        raise InputError("There is no such month.", code="unknown_period", field="month")
    return Span(year, month, date(year, month, 1), date(year, month, monthrange(year, month)[1]))


def month_after(span: Span) -> Span:
    """Return the month after one."""
    return month_of(span.year + span.month // 12, span.month % 12 + 1)


def year_of(year: int, start_month: int) -> Span:
    """Return the fiscal year that ends in a calendar year. Raises InputError."""
    if not 1990 <= year <= 2100:
        raise InputError("There is no such year.", code="unknown_period", field="year")
    if start_month == 1:
        return Span(year, 0, date(year, 1, 1), date(year, 12, 31))
    last = month_of(year, start_month - 1)
    return Span(year, 0, date(year - 1, start_month, 1), last.last_day)


def year_start(day: date, start_month: int) -> date:
    """Return the first day of the fiscal year that a day lies in."""
    return date(day.year if day.month >= start_month else day.year - 1, start_month, 1)
