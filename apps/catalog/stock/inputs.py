"""What the operations of stock take and give. Quantities are in the product's unit, at most six decimals."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Reference:
    """A line of a document, such as ("shipment", its id, 3): what a movement is for."""

    kind: str
    id: UUID
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """A quantity of a product in a warehouse, and the line that moves it."""

    product_id: UUID
    warehouse_id: UUID
    quantity: Decimal
    reference: Reference

    @property
    def key(self) -> tuple[UUID, UUID]:
        """Which stock it is of."""
        return self.product_id, self.warehouse_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Reserving(Goods):
    """Keep a quantity for `reservation`, by default the line itself. More may be added by another reference."""

    reservation: Reference | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Releasing:
    """Give back what is kept for `reservation`, by default all of it. Never more than is kept."""

    product_id: UUID
    warehouse_id: UUID
    reference: Reference
    reservation: Reference
    quantity: Decimal | None = None

    @property
    def key(self) -> tuple[UUID, UUID]:
        """Which stock it is of."""
        return self.product_id, self.warehouse_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipping(Goods):
    """Send a quantity out: first what is kept for `reservation`, then what is available to all.

    The lots that expire first go first; expired ones stay. `lot_id` names one instead.
    """

    reservation: Reference | None = None
    lot_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiving(Goods):
    """Take a quantity in. `unit_cost` in the book currency; None = at the average cost, else the planned cost.

    `expected` is how much of the announced quantity this fulfils.
    """

    unit_cost: Decimal | None = None
    lot_number: str = ""
    expires_on: date | None = None
    expected: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expecting(Goods):
    """Announce a quantity that was ordered, or take the announcement back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjusting(Goods):
    """Add (above zero) or take away (below zero) a quantity, of a lot where one is named."""

    lot_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting(Goods):
    """Say how much was counted: of a lot where one is named, else of everything of the product in the warehouse."""

    lot_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transferring:
    """Move a quantity to another warehouse, lots and value with it."""

    product_id: UUID
    from_warehouse_id: UUID
    to_warehouse_id: UUID
    quantity: Decimal
    reference: Reference
    lot_id: UUID | None = None

    @property
    def key(self) -> tuple[UUID, UUID]:
        """Which stock it leaves."""
        return self.product_id, self.from_warehouse_id

    @property
    def goal(self) -> tuple[UUID, UUID]:
        """Which stock it goes to."""
        return self.product_id, self.to_warehouse_id


@dataclass(frozen=True, slots=True)
class Moved:
    """What a line did. `quantity` and `value_minor` (book currency) are how on hand changed, below zero = out.

    `reserved` and `incoming` say how those changed; `lots` which lots moved by how much (None: goods without lot).
    `is_repeat` means that it was done before and nothing changed now.
    """

    reference: Reference
    product_id: UUID
    warehouse_id: UUID
    quantity: Decimal
    value_minor: int
    reserved: Decimal
    incoming: Decimal
    lots: tuple[tuple[UUID | None, Decimal], ...]
    is_repeat: bool
