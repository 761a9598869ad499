"""Reads of the revenue copy, in the build that the open tenant reads. Amounts are minor units of one currency."""

from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import F, Model, Q, QuerySet, Sum
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
class Ranked:
    """A customer or product with what it brought; `id` is None for lines without a product."""

    id: UUID | None
    revenue_minor: int
    documents: int


def get_data_version() -> str:
    """Return a text that differs whenever the open tenant's rows in the copy differ; empty before the first."""
    found = TenantCopy.objects.filter(projection=Revenue.name).values_list("build", "lsn").first()
    return f"{found[0]}.{found[1]}" if found else ""


def get_document_totals(wanted: RevenueFilter) -> DocumentTotals:
    """Return counts and sums of posted documents."""
    rows = _days(DocumentDay, wanted).filter(state="posted").values("kind")
    sums = {row["kind"]: row for row in rows.annotate(number=Sum("documents"), net=Sum("net_minor"))}
    empty = {"number": 0, "net": 0}
    invoices, credit_notes = sums.get("invoice", empty), sums.get("credit_note", empty)
    return DocumentTotals(
        revenue_minor=int(invoices["net"] - credit_notes["net"]),
        invoices=int(invoices["number"]),
        credit_notes=int(credit_notes["number"]),
        invoiced_minor=int(invoices["net"]),
    )


def get_revenue_by_day(wanted: RevenueFilter, *, monthly: bool) -> dict[date, int]:
    """Return revenue by day, or by the first day of each month; days without revenue are left out."""
    at = TruncMonth("day") if monthly else F("day")
    rows = _days(CustomerDay, wanted).annotate(at=at).values("at").annotate(net=Sum("net_minor")).order_by()
    return {row["at"]: int(row["net"]) for row in rows}


def get_revenue_by_country(wanted: RevenueFilter) -> dict[str, int]:
    """Return revenue by country code."""
    rows = _days(RevenueDay, wanted).values_list("country_code").annotate(net=Sum("net_minor")).order_by()
    return {code: int(net) for code, net in rows}


def list_top_customers(wanted: RevenueFilter, *, limit: int) -> list[Ranked]:
    """Return the customers that brought most, largest first."""
    return _top(_days(CustomerDay, wanted), "customer_id", limit)


def list_top_products(wanted: RevenueFilter, *, limit: int) -> list[Ranked]:
    """Return the products that brought most, largest first."""
    return _top(_days(RevenueDay, wanted), "product_id", limit)


def list_currencies() -> list[str]:
    """Return the currencies of posted documents."""
    found = DocumentDay.objects.filter(build=_build(), state="posted")
    return list(found.order_by("currency").values_list("currency", flat=True).distinct())


def has_posted_documents() -> bool:
    """Say whether anything was ever posted."""
    return DocumentDay.objects.filter(build=_build()).filter(~Q(state="draft"), documents__gt=0).exists()


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
