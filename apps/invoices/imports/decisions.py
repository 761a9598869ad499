"""What an import decides about each document of a file, and why. Plain data, no database."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

ZERO = Decimal(0)
Kind = Literal["invoice", "credit_note"]
Outcome = Literal["accepted", "skipped", "refused"]


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One row of the file, as it stands there."""

    row: int
    fields: list[str]
    flaw_code: str = ""
    flaw_reason: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row is refused: where, what stands there, and what should."""

    code: str
    row: int
    column: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Remark:
    """Something decided by rule about a row or document that is in the books."""

    code: str
    row: int
    value: str = ""
    difference: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A line that passed. Quantity and price are positive on credit notes too: the kind is the sign."""

    row: int
    sku: str
    description: str
    quantity: Decimal
    unit_price: Decimal
    net_minor: int


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """A whole document, ready for the books. `content_hash` is of the file's words, before dates move."""

    number: str
    kind: Kind
    issue_date: date
    customer_code: str
    country_code: str
    currency: str
    lines: tuple[SourceLine, ...]
    content_hash: bytes

    @property
    def net_minor(self) -> int:
        """The document's net amount in minor units, positive for both kinds."""
        return sum(line.net_minor for line in self.lines)


@dataclass(slots=True)
class Decision:
    """The verdict on all rows of one document. `value` is the exact, signed sum of quantity × price."""

    number: str
    rows: list[SourceRow]
    outcome: Outcome
    value: Decimal = ZERO
    rows_without_value: int = 0
    rule: str = ""
    document: SourceDocument | None = None
    problems: list[Problem] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    facts: dict[str, Decimal] = field(default_factory=dict)
    met: set[tuple[str, str]] = field(default_factory=set)

    def refuse(self, problem: Problem) -> None:
        """Turn an accepted document into a refused one (the books hold something else under its number)."""
        self.outcome, self.rule = "refused", problem.code
        self.problems = [problem]
        self.document, self.remarks = None, []

    def skip(self, rule: str) -> None:
        """Turn an accepted document into a skipped one."""
        self.outcome, self.rule = "skipped", rule
        self.document, self.remarks = None, []
