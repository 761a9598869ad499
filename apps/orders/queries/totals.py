"""What lists of orders come to."""

from dataclasses import dataclass

from django.db.models import Count, F, QuerySet, Sum

from apps.orders.models import PurchaseOrder, SalesOrder


@dataclass(frozen=True)
class CurrencyTotal:
    """The orders of a list in one currency."""

    currency: str
    count: int
    net_minor: int


@dataclass(frozen=True)
class ListTotals:
    """How many orders a list holds, and what they come to by currency."""

    parts: tuple[CurrencyTotal, ...]

    @property
    def count(self) -> int:
        """How many orders there are."""
        return sum(part.count for part in self.parts)

    @property
    def by_currency(self) -> tuple[tuple[str, int], ...]:
        """Currency and net amount, by currency."""
        return tuple((part.currency, part.net_minor) for part in self.parts)

    @property
    def currencies(self) -> list[str]:
        """The currencies of the list."""
        return [part.currency for part in self.parts]

    def only(self, currency: str) -> "ListTotals":
        """Return the part in one currency, or everything when none is named."""
        return ListTotals(tuple(part for part in self.parts if currency in ("", part.currency)))


def sum_orders(found: QuerySet[SalesOrder] | QuerySet[PurchaseOrder]) -> ListTotals:
    """Return the totals of a whole list, computed in SQL, never from the page that is shown."""
    rows = found.order_by("currency").values("currency").annotate(number=Count("id"), net=Sum(F("net_minor")))
    return ListTotals(tuple(CurrencyTotal(row["currency"], row["number"], int(row["net"])) for row in rows))
