"""What the home page shows, as plain values that a template only prints."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal
from uuid import UUID

from apps.catalog.queries import get_product_names
from apps.changes.queries import get_freshness as get_copy_freshness
from apps.console.periods import Period, Span, bucket_span, buckets
from apps.core.db import read, read_alias
from apps.parties.queries import get_customer_names
from apps.readmodels import queries as revenue
from apps.readmodels.queries import DocumentTotals, Ranked, RevenueFilter

INVOICES: str = "/invoices/"
PROJECTION = "revenue"
TOP = 8
# Heartbeats move an idle copy every second; above this something holds it up.
SLOW_SECONDS = 5.0


@dataclass(frozen=True)
class Freshness:
    """How far the copy that a page reads is behind the books. `version` changes when its data does."""

    state: Literal["fresh", "slow", "away"]
    label: str
    version: str
    notice: str = ""


@dataclass(frozen=True)
class Seller:
    """A customer or product with what it brought in a span; `id` is None where there is no page to open."""

    id: UUID | None
    name: str
    revenue_minor: int
    documents: int


@dataclass(frozen=True)
class Figures:
    """What the read model gives for one span; `by_bucket` is keyed by the first day of each bar."""

    totals: DocumentTotals
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
    currencies: Sequence[str]
    stats: Sequence[Stat]
    bars: Sequence[Bar]
    countries: Sequence[CountryBar]
    customers: Sequence[Seller]
    products: Sequence[Seller]
    is_empty: bool


def build_home(
    period: Period, currency: str, now: Figures, before: Figures, *, currencies: Sequence[str], is_empty: bool
) -> Home:
    """Put two spans' figures side by side."""
    return Home(
        period=period,
        currency=currency,
        currencies=currencies,
        stats=_stats(period.span, currency, now.totals, before.totals),
        bars=_bars(period, currency, now.by_bucket, before.by_bucket),
        countries=_countries(period.span, currency, now.by_country),
        customers=now.customers,
        products=now.products,
        is_empty=is_empty,
    )


def get_home(period: Period, wanted_currency: str, *, own_currency: str) -> Home:
    """Return the home page's figures from the read model, through the open scope's reading alias.

    A currency that no document has becomes the tenant's own.
    """
    with read():
        posted = revenue.list_currencies()
        currencies = [own_currency, *(each for each in posted if each != own_currency)]
        currency = wanted_currency if wanted_currency in currencies else own_currency
        now = _figures(period.span, period.grain, currency, top=TOP)
        before = _figures(period.before, period.grain, currency, top=0)
    return build_home(period, currency, now, before, currencies=currencies, is_empty=not posted)


def get_freshness() -> Freshness:
    """Return how old the copy is that the open scope reads, and which version of the tenant's rows it holds."""
    with read():
        version = revenue.get_data_version()
        found = get_copy_freshness(PROJECTION, alias=read_alias())
    age = found.age_seconds
    if found.state == "stopped" or age is None:
        notice = (
            f"{found.problem} {found.cure}".strip() or "The figures are being added up for the first time."
        )
        return Freshness("away", "not yet" if age is None else age_label(age), version, notice)
    if found.state == "building":
        return Freshness(
            "slow", age_label(age), version, "The figures are being added up anew; these are the last."
        )
    return Freshness("fresh" if age < SLOW_SECONDS else "slow", age_label(age), version)


def age_label(seconds: float) -> str:
    """Return an age in words as short as the stamp has room for."""
    if seconds < 10:
        return f"{seconds:.1f} s old"
    if seconds < 90:
        return f"{seconds:.0f} s old"
    return f"{seconds / 60:.0f} min old" if seconds < 5400 else f"{seconds / 3600:.0f} h old"


def average_minor(totals: DocumentTotals) -> int | None:
    """Return the average invoice, rounded half up; None without invoices."""
    number = totals.invoices
    return (2 * totals.invoiced_minor + number) // (2 * number) if number else None


def _figures(span: Span, grain: str, currency: str, *, top: int) -> Figures:
    wanted = RevenueFilter(currency, span.first, span.last)
    customers = revenue.list_top_customers(wanted, limit=top) if top else []
    products = revenue.list_top_products(wanted, limit=top) if top else []
    summary = revenue.get_summary(wanted, monthly=grain == "month")
    return Figures(
        totals=summary.totals,
        by_bucket=summary.by_day,
        by_country=summary.by_country,
        customers=_named(customers, get_customer_names(_ids(customers)), "A customer that is gone"),
        products=_named(products, get_product_names(_ids(products)), "Lines without a product"),
    )


def _ids(ranked: Sequence[Ranked]) -> set[UUID]:
    return {found.id for found in ranked if found.id}


def _named(ranked: Sequence[Ranked], names: Mapping[UUID, str], otherwise: str) -> list[Seller]:
    return [
        Seller(
            found.id if found.id in names else None,
            names.get(found.id, otherwise) if found.id else otherwise,
            found.revenue_minor,
            found.documents,
        )
        for found in ranked
    ]


def list_address(span: Span, currency: str, **filters: str) -> str:
    """Return the address of the posted documents behind a figure."""
    more = "".join(f"&{name}={value}" for name, value in filters.items())
    return f"{INVOICES}?state=posted&currency={currency}&{span.query}{more}"


def _stats(span: Span, currency: str, now: DocumentTotals, before: DocumentTotals) -> list[Stat]:
    def href(**filters: str) -> str:
        return list_address(span, currency, **filters)

    invoices = href(kind="invoice")
    return [
        Stat("revenue", "Revenue", now.revenue_minor, before.revenue_minor, True, href()),
        Stat("invoices", "Invoices posted", now.invoices, before.invoices, False, invoices),
        Stat("credit_notes", "Credit notes", now.credit_notes, before.credit_notes, False,
             href(kind="credit_note"), False),
        Stat("average", "Average invoice", average_minor(now), average_minor(before), True,
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
