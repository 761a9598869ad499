"""What the operations of payments take."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class PaymentPart:
    """So much of a payment for an open item; a charge also loses the discount."""

    item_id: UUID
    amount_minor: int
    discount_minor: int = 0


@dataclass(frozen=True, kw_only=True)
class PaymentInput:
    """Money that moved. `rate` is to the book currency, the tenant's table where not given.

    `book_minor` is what the bank booked where its currency is the book's and the payment's is not; it decides the
    rate. `external_number` is the payment's name at its source, unique there.
    """

    direction: str
    side: str
    party_id: UUID
    payment_date: date
    currency: str
    amount_minor: int
    method: str = "bank_transfer"
    account: str = "bank"
    rate: Decimal | None = None
    book_minor: int | None = None
    reference: str = ""
    note: str = ""
    source: str = "page"
    external_number: str = ""
    parts: tuple[PaymentPart, ...] = ()
