"""The date range of a page and the one before it that it is compared with."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

PERIODS: Final[dict[str, str]] = {
    "month": "This month",
    "30d": "Last 30 days",
    "quarter": "This quarter",
    "year": "This year",
    "12m": "Last 12 months",
    "custom": "Custom",
}
DEFAULT: Final = "12m"
EARLIEST: Final = date(1990, 1, 1)
# Above this many days a chart counts by month: a bar a day would be thinner than a finger.
DAILY_UP_TO: Final = 62


@dataclass(frozen=True)
class Span:
    """Days from `first` to `last`, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days it holds."""
        return (self.last - self.first).days + 1

    @property
    def query(self) -> str:
        """The same days as a list's filter."""
        return f"from={self.first.isoformat()}&to={self.last.isoformat()}"


@dataclass(frozen=True)
class Period:
    """A named span, the span before it, and whether a chart of it counts by day or by month."""

    name: str
    span: Span
    before: Span

    @property
    def grain(self) -> str:
        """`day` or `month`."""
        return "day" if self.span.days <= DAILY_UP_TO else "month"

    @property
    def query(self) -> str:
        """The period as the page's own address says it."""
        return f"period={self.name}" + (f"&{self.span.query}" if self.name == "custom" else "")


def shift_months(day: date, months: int) -> date:
    """Return the same day of another month, or that month's last day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def read_period(query: Mapping[str, str], *, today: date) -> Period:
    """Return the period that a page's query asks for; what cannot be read becomes the default."""
    name = query.get("period", DEFAULT)
    if name == "custom":
        custom = _read_custom(query)
        if custom:
            return Period("custom", custom, _span_before(custom))
    return named_period(name if name in PERIODS and name != "custom" else DEFAULT, today=today)


def named_period(name: str, *, today: date) -> Period:
    """Return a named period up to today; calendar periods compare with the same days of the one before."""
    if name == "30d":
        span = Span(today - timedelta(days=29), today)
        return Period(name, span, _span_before(span))
    if name == "12m":
        first = shift_months(today, -11).replace(day=1)
        before = Span(shift_months(first, -12), shift_months(today, -12))
        return Period(name, Span(first, today), before)
    months = {"month": 1, "quarter": 3, "year": 12}[name]
    first = date(today.year, (today.month - 1) // months * months + 1, 1)
    return Period(name, Span(first, today), Span(shift_months(first, -months), shift_months(today, -months)))


def buckets(span: Span, grain: str) -> list[date]:
    """Return the first day of every bar of a chart over a span."""
    if grain == "day":
        return [span.first + timedelta(days=offset) for offset in range(span.days)]
    count = (span.last.year - span.first.year) * 12 + span.last.month - span.first.month + 1
    return [shift_months(span.first.replace(day=1), offset) for offset in range(count)]


def bucket_span(day: date, grain: str, within: Span) -> Span:
    """Return the days that a bar stands for, cut to the page's span."""
    if grain == "day":
        return Span(day, day)
    last = day.replace(day=monthrange(day.year, day.month)[1])
    return Span(max(day, within.first), min(last, within.last))


def _read_custom(query: Mapping[str, str]) -> Span | None:
    try:
        first, last = date.fromisoformat(query.get("from", "")), date.fromisoformat(query.get("to", ""))
    except ValueError:
        return None
    first, last = min(first, last), max(first, last)
    return Span(first, last) if first >= EARLIEST and last.year < 2100 else None


def _span_before(span: Span) -> Span:
    return Span(span.first - timedelta(days=span.days), span.first - timedelta(days=1))
