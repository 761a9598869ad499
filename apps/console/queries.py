"""What the home page shows, as plain values that a template only prints."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal
from uuid import UUID

from apps.console.periods import Period, Span, bucket_span, buckets

INVOICES: str = "/invoices/"


@dataclass(frozen=True)
class Freshness:
    """How far the copy that a page reads is behind the books. `version` changes when its data does."""

    state: Literal["fresh", "slow", "away"]
    label: str
    version: str
    notice: str = ""


@dataclass(frozen=True)
class Totals:
    """Figures of posted documents in one span and currency; credit notes are taken off the revenue."""

    revenue_minor: int
    invoices: int
    credit_notes: int
    invoiced_minor: int

    @property
    def average_minor(self) -> int | None:
        """The average invoice, rounded half up."""
        return (2 * self.invoiced_minor + self.invoices) // (2 * self.invoices) if self.invoices else None


@dataclass(frozen=True)
class Seller:
    """A customer or product with what it brought in a span."""

    id: UUID
    code: str
    name: str
    revenue_minor: int
    documents: int


@dataclass(frozen=True)
class Figures:
    """What the read model gives for one span; `by_day` is keyed by the first day of each bar."""

    totals: Totals
    by_bucket: Mapping[date, int]
    by_country: Mapping[str, int]
    customers: Sequence[Seller]
    products: Sequence[Seller]


@dataclass(frozen=True)
class Stat:
    """A figure with its change; `value` is minor units when `is_money`, else a count. `change` is a ratio."""

    key: str
    label: str
    value: int | None
    before: int | None
    is_money: bool
    href: str
    more_is_good: bool | None = True

    @property
    def change(self) -> Decimal | None:
        """The change as a ratio of the figure before, or None when there is nothing to compare with."""
        if not self.before or self.value is None:
            return None
        return Decimal(self.value - self.before) / abs(self.before)

    @property
    def tone(self) -> str:
        """`good`, `bad` or nothing, as the change should be read."""
        if not self.change or self.more_is_good is None:
            return ""
        return "good" if (self.change > 0) == self.more_is_good else "bad"


@dataclass(frozen=True)
class Bar:
    """One bar of the revenue chart beside the same bar of the period before."""

    day: date
    revenue_minor: int
    before_day: date | None
    before_minor: int | None
    href: str


@dataclass(frozen=True)
class CountryBar:
    """Revenue of one country and its share of the whole."""

    code: str
    revenue_minor: int
    share: Decimal | None
    href: str


@dataclass(frozen=True)
class Home:
    """Everything on the home page."""

    period: Period
    currency: str
    stats: Sequence[Stat]
    bars: Sequence[Bar]
    countries: Sequence[CountryBar]
    customers: Sequence[Seller]
    products: Sequence[Seller]
    is_empty: bool


def build_home(period: Period, currency: str, now: Figures, before: Figures, *, is_empty: bool) -> Home:
    """Put two spans' figures side by side."""
    return Home(
        period=period,
        currency=currency,
        stats=_stats(period.span, currency, now.totals, before.totals),
        bars=_bars(period, currency, now.by_bucket, before.by_bucket),
        countries=_countries(period.span, currency, now.by_country),
        customers=now.customers,
        products=now.products,
        is_empty=is_empty,
    )


def list_address(span: Span, currency: str, **filters: str) -> str:
    """Return the address of the posted documents behind a figure."""
    more = "".join(f"&{name}={value}" for name, value in filters.items())
    return f"{INVOICES}?state=posted&currency={currency}&{span.query}{more}"


def _stats(span: Span, currency: str, now: Totals, before: Totals) -> list[Stat]:
    def href(**filters: str) -> str:
        return list_address(span, currency, **filters)

    invoices = href(kind="invoice")
    return [
        Stat("revenue", "Revenue", now.revenue_minor, before.revenue_minor, True, href()),
        Stat("invoices", "Invoices posted", now.invoices, before.invoices, False, invoices),
        Stat("credit_notes", "Credit notes", now.credit_notes, before.credit_notes, False,
             href(kind="credit_note"), False),
        Stat("average", "Average invoice", now.average_minor, before.average_minor, True,
             f"{invoices}&sort=-total_minor"),
    ]  # fmt: skip


def _bars(period: Period, currency: str, now: Mapping[date, int], before: Mapping[date, int]) -> list[Bar]:
    days, days_before = buckets(period.span, period.grain), buckets(period.before, period.grain)
    bars = []
    for index, day in enumerate(days):
        other = days_before[index] if index < len(days_before) else None
        href = list_address(bucket_span(day, period.grain, period.span), currency)
        bars.append(Bar(day, now.get(day, 0), other, before.get(other, 0) if other else None, href))
    return bars


def _countries(span: Span, currency: str, by_country: Mapping[str, int]) -> list[CountryBar]:
    whole = sum(by_country.values())
    ranked = sorted(by_country.items(), key=lambda item: (-item[1], item[0]))
    return [
        CountryBar(code, minor, Decimal(minor) / whole if whole > 0 else None,
                   list_address(span, currency, country=code))
        for code, minor in ranked
    ]  # fmt: skip
