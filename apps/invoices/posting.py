"""What posting a document does to the books: its rate, its entry in the ledger, what it leaves open.

The numbers of a document are converted once: the receivable from what it asks for, revenue and tax by category. What
the parts differ from the whole by stands in the entry as a line of its own (books.md 37).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from apps.core.ids import new_id
from apps.documents.arithmetic import pro_rate
from apps.documents.taxes import tax_code
from apps.documents.terms import discount_of
from apps.ledger.entries import EntryInput, EntryLine
from apps.ledger.queries import book_currency
from apps.ledger.rates import Rate, get_rate, to_book
from apps.settlement.inputs import ItemInput

ENTRY_KIND = "sales"
SIDE = "receivable"


@dataclass(frozen=True, slots=True)
class Part:
    """The taxable base of a category and rate, and its tax."""

    category: str
    rate: Decimal
    base_minor: int
    tax_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A document as its booking needs it; amounts positive whatever its kind."""

    id: UUID
    kind: str
    number: str
    customer_id: UUID
    issue_date: date
    due_date: date
    currency: str
    net_minor: int
    tax_minor: int
    rounding_minor: int
    parts: tuple[Part, ...]
    instalments: tuple[tuple[date, int], ...] = ()
    discount_percent: Decimal = Decimal(0)
    discount_until: date | None = None

    @property
    def payable_minor(self) -> int:
        """Total with tax + rounding amount."""
        return self.net_minor + self.tax_minor + self.rounding_minor


@dataclass(frozen=True, slots=True)
class Booked:
    """A document's amounts in the book currency; `payable_minor` is what stands on the control account."""

    currency: str
    rate: Rate
    net_minor: int
    tax_minor: int
    payable_minor: int

    @property
    def total_minor(self) -> int:
        """Total with tax."""
        return self.net_minor + self.tax_minor


def find_rate(currency: str, day: date, *, of_credited: Rate | None = None) -> Rate:
    """Return the rate that a document is booked at: a credit note takes its invoice's. Raises NoRate."""
    return of_credited or get_rate(currency=currency, day=day)


def book(document: Posted, rate: Rate) -> Booked:
    """Return a document's amounts in the book currency (tax: BR-53, same sign as in the document's)."""
    home = book_currency()
    net, tax, payable = (
        to_book(minor, document.currency, rate.rate, home)
        for minor in (document.net_minor, document.tax_minor, document.payable_minor)
    )
    return Booked(home, rate, net, tax, payable)


def entry_of(document: Posted, booked: Booked) -> EntryInput:
    """Return the journal entry: customer to revenue and tax by tax code; a credit note the other way round."""
    sign = 1 if document.kind == "invoice" else -1
    rows = [("receivable", document.payable_minor, "")]
    for part in document.parts:
        code = tax_code(part.category, part.rate)
        rows.append(("revenue", -part.base_minor, code))
        if part.tax_minor:
            rows.append(("tax_output", -part.tax_minor, code))
    if document.rounding_minor:
        rows.append(("rounding", -document.rounding_minor, ""))
    converted = [to_book(minor, document.currency, booked.rate.rate, booked.currency) for _, minor, _ in rows]
    lines = [
        _line(
            role, sign * in_book, sign * minor, document.currency, booked.currency, code,
            document.customer_id if role == "receivable" else None,
        )
        for (role, minor, code), in_book in zip(rows, converted, strict=True)
    ]  # fmt: skip
    left = sum(converted)
    if left:
        lines.append(
            _line("rounding", -sign * left, -sign * left, booked.currency, booked.currency, "", None)
        )
    return EntryInput(
        kind=ENTRY_KIND, entry_date=document.issue_date, source_kind=document.kind, source_id=document.id,
        source_number=document.number, lines=tuple(lines),
    )  # fmt: skip


def items_of(document: Posted, booked: Booked) -> list[ItemInput]:
    """Return what the document leaves open: an item for each instalment, which sum to it in both currencies."""
    plan = document.instalments or ((document.due_date, document.payable_minor),)
    amounts = [amount for _, amount in plan]
    discount = (
        discount_of(document.payable_minor, document.discount_percent) if document.discount_until else 0
    )
    return [
        ItemInput(
            id=new_id(), side=SIDE, party_id=document.customer_id, source_kind=document.kind, source_id=document.id,
            number=document.number, direction="charge" if document.kind == "invoice" else "credit",
            issue_date=document.issue_date, due_date=due, currency=document.currency, amount_minor=amount,
            book_minor=in_book, rate=booked.rate.rate, position=position,
            discount_until=document.discount_until if reduced else None, discount_minor=reduced,
        )
        for position, ((due, amount), in_book, reduced) in enumerate(
            zip(plan, _spread(booked.payable_minor, amounts), _spread(discount, amounts), strict=True), start=1
        )
    ]  # fmt: skip


def _spread(minor: int, amounts: Sequence[int]) -> list[int]:
    return pro_rate(minor, [Decimal(x) for x in amounts]) if any(amounts) else [0 for _ in amounts]


def _line(
    role: str, in_book: int, minor: int, currency: str, home: str, code: str, party: UUID | None
) -> EntryLine:
    is_home = currency == home
    return EntryLine(
        role,
        debit_minor=max(in_book, 0),
        credit_minor=max(-in_book, 0),
        currency="" if is_home else currency,
        # On the line's side; where nothing is left in the book currency, the sign says the side.
        amount_minor=None if is_home else (abs(minor) if in_book else minor),
        party_id=party,
        tax_code=code,
    )
