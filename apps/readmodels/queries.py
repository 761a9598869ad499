"""Reads of the revenue copy, in the build that the open tenant reads. Amounts are minor units of one currency."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import F, Model, QuerySet, Sum
from django.db.models.functions import TruncMonth

from apps.changes.models import TenantCopy
from apps.readmodels.folds import NO_PRODUCT
from apps.readmodels.models import CustomerDay, DocumentDay, RevenueDay
from apps.readmodels.projections import Revenue

NOBODY = UUID(NO_PRODUCT)
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
    """Return the products that brought most, largest first."""
    return _top(_days(RevenueDay, wanted), "product_id", limit)


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


def _top(rows: QuerySet[CustomerDay] | QuerySet[RevenueDay], key: str, limit: int) -> list[Ranked]:
    sums = rows.values_list(key).annotate(net=Sum("net_minor"), number=Sum("documents"))
    ranked = sums.order_by("-net", key)[:limit]
    return [
        Ranked(None if found == NOBODY else found, int(net), int(number)) for found, net, number in ranked
    ]
