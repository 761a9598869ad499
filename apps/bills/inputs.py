"""What a bill is made of as it comes in, by whatever road: page, API, file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class BillLineInput:
    """A line. `net_minor` is the sender's amount where he says one, else it is made from quantity and price."""

    description: str
    quantity: Decimal
    unit_price: Decimal
    base_quantity: Decimal = Decimal(1)
    adjustment_minor: int = 0
    net_minor: int | None = None
    tax_category: str = ""
    tax_rate: Decimal = Decimal(0)
    account: str = ""
    supplier_sku: str = ""
    product_id: UUID | None = None
    purchase_line_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class AdjustmentInput:
    """An allowance or a charge on the whole document; the amount is not negative."""

    is_charge: bool
    amount_minor: int
    tax_category: str = ""
    tax_rate: Decimal = Decimal(0)
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class TaxInput:
    """The tax of a category and rate, as the sender has it."""

    category: str
    rate: Decimal
    base_minor: int
    tax_minor: int


@dataclass(frozen=True, kw_only=True)
class Stated:
    """The sender's own totals, in minor units; they are stored and booked as they are (books.md 17)."""

    total_minor: int
    tax_minor: int
    rounding_minor: int = 0
    prepaid_minor: int = 0


@dataclass(frozen=True, kw_only=True)
class BillInput:
    """A bill to be entered. Without `stated` our own totals are taken; without `taxes` our own break-down."""

    supplier_id: UUID
    supplier_number: str
    issue_date: date
    currency: str
    lines: Sequence[BillLineInput]
    due_date: date | None = None
    kind: str = "invoice"
    adjustments: Sequence[AdjustmentInput] = ()
    taxes: Sequence[TaxInput] | None = None
    stated: Stated | None = None
    order_reference: str = ""
    category: str = ""
    note: str = ""
    source: str = "page"
    content_hash: str = ""
    stated_account: str = ""
    credits_id: UUID | None = None
