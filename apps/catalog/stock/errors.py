"""Why a movement of stock is refused."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from apps.core.errors import DomainError, InputError


@dataclass(frozen=True, slots=True)
class Shortage:
    """A line that cannot be had: what it wants and what there is."""

    product_id: UUID
    warehouse_id: UUID
    wanted: Decimal
    available: Decimal

    def facts(self) -> dict[str, str]:
        """Return it in plain words for programs."""
        return {
            "product": str(self.product_id),
            "warehouse": str(self.warehouse_id),
            "wanted": f"{self.wanted.normalize():f}",
            "available": f"{self.available.normalize():f}",
        }


class InsufficientStock(DomainError):
    """What is wanted is not there, or waits for somebody else (books.md 66)."""

    code = "insufficient_stock"
    cure = "Ask for less, choose another warehouse, or wait for what is announced."


class ReferenceReused(DomainError):
    """The same line of the same document has moved something else already."""

    code = "reference_reused"
    cure = "Nothing was moved. Give a new movement a reference of its own."


class NotStocked(InputError):
    """The product is a service, or is not there; nothing of it lies anywhere."""

    code = "not_stocked"


class ProductBlocked(DomainError):
    """A blocked product is neither kept for anybody nor sent out."""

    code = "product_blocked"
    cure = "Set the product's status to active first, if it may be sold again."


def short(shortages: list[Shortage], names: dict[UUID, str]) -> InsufficientStock:
    """Return the refusal that names every line that is short."""
    told = [
        f"{names.get(each.product_id, 'a product')}: {each.facts()['wanted']} wanted, "
        f"{each.facts()['available']} available"
        for each in shortages
    ]
    return InsufficientStock(
        "There is not enough in stock. " + "; ".join(told) + ".",
        field="quantity",
        detail={"lines": [each.facts() for each in shortages]},
    )
