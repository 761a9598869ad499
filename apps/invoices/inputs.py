"""What a document is made from: its lines, what is taken off and added, when it is due, what was paid before."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from apps.documents.entry import AdjustmentInput
from apps.documents.entry import LineInput as EnteredLine

MAX_LINES = 5000


@dataclass(frozen=True)
class LineInput(EnteredLine):
    """A line as it is entered; on a credit note it may name the line that it takes back."""

    credits_line_id: UUID | None = None


@dataclass(frozen=True)
class InstalmentInput:
    """A part of what is due: its day, and its share of the whole (percent, or any number beside the others)."""

    due_date: date
    share: Decimal


@dataclass(frozen=True)
class Content:
    """All that amounts are made from. `rounding` may be negative; `prepaid` was received before."""

    lines: Sequence[LineInput]
    adjustments: Sequence[AdjustmentInput] = field(default=())
    instalments: Sequence[InstalmentInput] = field(default=())
    prepaid: Decimal = Decimal(0)
    rounding: Decimal = Decimal(0)


@dataclass(frozen=True)
class Due:
    """When a document is to be paid: under which terms, at last on which day, with which discount until when."""

    terms: str
    due_date: date
    instalments: tuple[InstalmentInput, ...]
    discount_percent: Decimal = Decimal(0)
    discount_until: date | None = None
