"""What the operations of settlement take."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

PAYMENT = "payment"


@dataclass(frozen=True, kw_only=True)
class ItemInput:
    """An instalment of a posted document, or a payment. Amounts are never negative: `direction` says the sign.

    `book_minor` is what was posted to the control account for it. A discount is what may be left out until its day.
    """

    id: UUID
    side: str
    party_id: UUID
    source_kind: str
    source_id: UUID
    number: str
    direction: str
    issue_date: date
    due_date: date
    currency: str
    amount_minor: int
    book_minor: int
    rate: Decimal
    position: int = 1
    discount_until: date | None = None
    discount_minor: int = 0
    on_control: str = ""

    @property
    def control(self) -> str:
        """The role of the account that the item stands on: payments wait beside the control account."""
        if self.on_control:
            return self.on_control
        if self.source_kind != PAYMENT:
            return self.side
        return "unapplied_receipts" if self.side == "receivable" else "unapplied_payments"


@dataclass(frozen=True, kw_only=True)
class AllocationInput:
    """So much of a credit for a charge; the charge also loses the discount. `on` overrides the day of the set."""

    charge_id: UUID
    credit_id: UUID
    amount_minor: int
    discount_minor: int = 0
    on: date | None = None
