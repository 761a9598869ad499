"""Reads of the revenue copy, in the build that the open tenant reads. Amounts are minor units of one currency."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.db import connections
from django.db.models import F, Model, QuerySet, Sum
from django.db.models.functions import TruncMonth

from apps.changes.models import TenantCopy
from apps.core.db import read_alias
from apps.readmodels.folds import NO_PRODUCT
from apps.readmodels.models import CustomerDay, DocumentDay
from apps.readmodels.projections import Revenue

NOBODY = UUID(NO_PRODUCT)
_TOP_PRODUCTS = """
    with live as materialized (select build from changes_tenantcopy where projection = %(projection)s)
    select product_id, sum(net_minor)::bigint as net, sum(documents)::bigint
    from (
        select product_id, net_minor, documents from readmodels_productmonth
        where build = (select build from live) and currency = %(currency)s
          and month >= %(first_month)s and month < %(end_month)s
        union all
        select product_id, net_minor, documents from readmodels_revenueday
        where build = (select build from live) and currency = %(currency)s
          and day >= %(first)s and day < %(first_month)s
        union all
        select product_id, net_minor, documents from readmodels_revenueday
        where build = (select build from live) and currency = %(currency)s
          and day >= %(end_month)s and day <= %(last)s
    ) parts
    group by product_id
    order by net desc, product_id
    limit %(limit)s
"""
Day = TypeVar("Day", bound=Model)


@dataclass(frozen=True)
class RevenueFilter:
    """Posted documents of a currency from a day to a day, both included."""

    currency: str
    first: date
    last: date


@dataclass(frozen=True)
class DocumentTotals:
    """Counts of posted documents; `revenue_minor` has the credit notes taken off, `invoiced_minor` has not."""

    revenue_minor: int
    invoices: int
    credit_notes: int
    invoiced_minor: int


@dataclass(frozen=True)
class Summary:
    """What a span brought: in all, by day (or by the first day of each month), by country code."""

    totals: DocumentTotals
    by_day: dict[date, int]
    by_country: dict[str, int]


@dataclass(frozen=True)
class Ranked:
    """A customer or product with what it brought; `id` is None for lines without a product."""

    id: UUID | None
    revenue_minor: int
    documents: int


def get_data_version() -> str:
    """Return a text that differs whenever the open tenant's rows in the copy differ; empty before the first."""
    found = TenantCopy.objects.filter(projection=Revenue.name).values_list("build", "lsn").first()
    return f"{found[0]}.{found[1]}" if found else ""


def get_summary(wanted: RevenueFilter, *, monthly: bool) -> Summary:
    """Return counts and revenue of a span; days and countries without revenue are left out."""
    at = TruncMonth("day") if monthly else F("day")
    rows = _days(DocumentDay, wanted).filter(state="posted").annotate(at=at)
    sums = rows.values_list("at", "kind", "country_code").annotate(
        net=Sum("net_minor"), number=Sum("documents")
    )
    nets: dict[str, int] = defaultdict(int)
    numbers: dict[str, int] = defaultdict(int)
    by_day: dict[date, int] = defaultdict(int)
    by_country: dict[str, int] = defaultdict(int)
    for day, kind, country, net, number in sums.order_by():
        revenue = -int(net) if kind == "credit_note" else int(net)
        nets[kind] += int(net)
        numbers[kind] += int(number)
        by_day[day] += revenue
        by_country[country] += revenue
    totals = DocumentTotals(
        revenue_minor=nets["invoice"] - nets["credit_note"],
        invoices=numbers["invoice"],
        credit_notes=numbers["credit_note"],
        invoiced_minor=nets["invoice"],
    )
    return Summary(totals, dict(by_day), dict(by_country))


def list_top_customers(wanted: RevenueFilter, *, limit: int) -> list[Ranked]:
    """Return the customers that brought most, largest first."""
    return _top(_days(CustomerDay, wanted), "customer_id", limit)


def list_top_products(wanted: RevenueFilter, *, limit: int) -> list[Ranked]:
    """Return the products that brought most, largest first; whole months come from a table of their own."""
    first_month, end_month = whole_months(wanted.first, wanted.last)
    values: dict[str, str | date | int] = {
        "projection": Revenue.name, "currency": wanted.currency, "first": wanted.first, "last": wanted.last,
        "first_month": first_month, "end_month": end_month, "limit": limit,
    }  # fmt: skip
    with connections[read_alias()].cursor() as cursor:
        cursor.execute(_TOP_PRODUCTS, values)
        return [Ranked(None if row[0] == NOBODY else row[0], row[1], row[2]) for row in cursor.fetchall()]


def whole_months(first: date, last: date) -> tuple[date, date]:
    """Return the first day of the first whole month of a span, and the day after its last one.

    Where no month is whole, both are the day after the span, so that the days before the first take all of it.
    """
    after = last + timedelta(days=1)
    begins = first if first.day == 1 else (first.replace(day=1) + timedelta(days=32)).replace(day=1)
    ends = after.replace(day=1)
    return (begins, ends) if begins < ends else (after, after)


def list_currencies() -> list[str]:
    """Return the currencies of documents that were ever posted; none means that the books are empty."""
    found = DocumentDay.objects.filter(build=_build(), state__in=("posted", "void"), documents__gt=0)
    return list(found.order_by("currency").values_list("currency", flat=True).distinct())


def _build() -> QuerySet[TenantCopy, Any]:
    return TenantCopy.objects.filter(projection=Revenue.name).values("build")[:1]


def _days(model: type[Day], wanted: RevenueFilter) -> QuerySet[Day]:
    return model._default_manager.filter(
        build=_build(), currency=wanted.currency, day__gte=wanted.first, day__lte=wanted.last
    )


def _top(rows: QuerySet[CustomerDay], key: str, limit: int) -> list[Ranked]:
    sums = rows.values_list(key).annotate(net=Sum("net_minor"), number=Sum("documents"))
    ranked = sums.order_by("-net", key)[:limit]
    return [Ranked(found, int(net), int(number)) for found, net, number in ranked]
