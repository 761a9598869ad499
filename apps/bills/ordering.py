"""The lines of a purchase order, by the words in which documents and people name them."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from apps.orders.models import PurchaseLine, PurchaseOrder


@dataclass(frozen=True)
class OrderLines:
    """The lines of one order; none where no order of the supplier has the number."""

    lines: tuple[PurchaseLine, ...]

    def at(self, position: int) -> PurchaseLine | None:
        """Return the line at a position."""
        return next((line for line in self.lines if line.position == position), None)

    def only(self, *tests: Callable[[PurchaseLine], object]) -> PurchaseLine | None:
        """Return the one line that the first telling test names; None where none or several are named."""
        for test in tests:
            named = [line for line in self.lines if test(line)]
            if len(named) == 1:
                return named[0]
        return None


def order_lines(supplier_id: UUID, number: str) -> OrderLines:
    """Return the lines of a supplier's order, by its number."""
    number = number.strip()
    order = PurchaseOrder.objects.filter(supplier_id=supplier_id, number=number).first() if number else None
    if order is None:
        return OrderLines(())
    found = PurchaseLine.objects.filter(order=order).prefetch_related("product").order_by("position")
    return OrderLines(tuple(found))
