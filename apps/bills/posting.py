"""What posting a bill does to the books: its entry in the ledger, what it leaves open, what of it is approved.

The received amounts are booked (books.md 17). What the parts differ from the whole by stands in the entry as a line
of its own (37).
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from apps.approvals.subjects import Subject
from apps.bills.models import Bill, BillAdjustment, BillLine, BillTax, LineMatch
from apps.core.ids import new_id
from apps.documents.arithmetic import line_net
from apps.documents.taxes import tax_code
from apps.ledger.entries import EntryInput, EntryLine
from apps.ledger.rates import get_rate, to_book
from apps.settlement.inputs import ItemInput

ENTRY_KIND = "purchase"
# What source a bill is to ledger and settlement, by its kind.
SOURCE_KINDS = {"invoice": "bill", "credit_note": "bill_credit_note"}
Row = tuple[str, int, str]


def source_kind_of(bill: Bill) -> str:
    """Return the name under which ledger and settlement know a bill."""
    return SOURCE_KINDS[bill.kind]


def rate_of(bill: Bill) -> Decimal:
    """Return the rate that is stored with a bill, or that of its day. Raises NoRate."""
    return bill.rate or get_rate(currency=bill.currency, day=bill.issue_date).rate


def book_total(bill: Bill) -> int:
    """Return what a bill asks for in the book currency."""
    return to_book(bill.payable_minor, bill.currency, rate_of(bill), bill.book_currency)


def subject_of(bill: Bill, lines: Sequence[BillLine]) -> Subject:
    """Return a bill as far as its approval is concerned: a note or an order's reference is no fact (books.md 51)."""
    return Subject(
        kind="bill", id=bill.id, label=f"{bill.supplier_number} from {bill.supplier.name}"[:200],
        amount_minor=bill.payable_minor, currency=bill.currency, book_minor=book_total(bill),
        party_id=bill.supplier_id, category=bill.category, created_by=bill.created_by, changed_by=bill.changed_by,
        facts=facts_of(bill, lines)["facts"],
    )  # fmt: skip


def facts_of(bill: Bill, lines: Sequence[BillLine]) -> dict[str, dict[str, object]]:
    """Return what voids an approval when it changes; a note or an order's reference is not among it."""
    return {
        "header": {
            "amount": bill.payable_minor, "currency": bill.currency, "payee": bill.supplier_id,
            "category": bill.category,
        },
        "facts": {
            "kind": bill.kind, "number": bill.supplier_number, "due_date": bill.due_date,
            "account": bill.stated_account, "tax": bill.tax_minor,
            "lines": [
                [line.description, line.quantity, line.unit_price, line.base_quantity, line.net_minor,
                 line.tax_category, line.tax_rate, line.account, line.purchase_line_id]
                for line in lines
            ],
        },
    }  # fmt: skip


def entry_of(
    bill: Bill, lines: Sequence[BillLine], adjustments: Sequence[BillAdjustment], taxes: Sequence[BillTax],
    matches: Sequence[LineMatch],
) -> EntryInput:  # fmt: skip
    """Return the journal entry: expense or goods received, and input tax, to the supplier; a credit note reversed."""
    assert bill.booked_on is not None
    sign = 1 if bill.kind == "invoice" else -1
    rate, home = rate_of(bill), bill.book_currency
    rows = [*_line_rows(bill, lines, matches), *_other_rows(adjustments, taxes)]
    rows.append(("rounding", bill.payable_minor - sum(minor for _, minor, _ in rows), ""))
    rows.append(("payable", -bill.payable_minor, ""))
    rows = [row for row in rows if row[1]]
    converted = [to_book(minor, bill.currency, rate, home) for _, minor, _ in rows]
    made = [
        _line(bill, role, sign * in_book, sign * minor, code)
        for (role, minor, code), in_book in zip(rows, converted, strict=True)
    ]
    left = sum(converted)
    if left:
        made.append(EntryLine("rounding", debit_minor=max(-sign * left, 0), credit_minor=max(sign * left, 0)))
    return EntryInput(
        kind=ENTRY_KIND, entry_date=bill.booked_on, source_kind=source_kind_of(bill), source_id=bill.id,
        source_number=bill.number or "", lines=tuple(made), text=bill.supplier_number,
    )  # fmt: skip


def items_of(bill: Bill, day: date) -> list[ItemInput]:
    """Return what a bill leaves open; nothing where it asks for nothing."""
    if not bill.payable_minor:
        return []
    return [
        ItemInput(
            id=new_id(), side="payable", party_id=bill.supplier_id, source_kind=source_kind_of(bill),
            source_id=bill.id, number=bill.number or "", direction="charge" if bill.kind == "invoice" else "credit",
            issue_date=day, due_date=max(bill.due_date, day), currency=bill.currency,
            amount_minor=bill.payable_minor, book_minor=book_total(bill), rate=rate_of(bill),
        )
    ]  # fmt: skip


def _line_rows(bill: Bill, lines: Sequence[BillLine], matches: Sequence[LineMatch]) -> list[Row]:
    """Book what came at the order's price on goods received, and the rest as expense."""
    by_line = {match.line_id: match for match in matches}
    rows: list[Row] = []
    for line in lines:
        code = tax_code(line.tax_category, line.tax_rate)
        stocked = _stocked_minor(bill, line, by_line.get(line.id))
        rows.append(("goods_received", stocked, code))
        rows.append((line.account or "expense", line.net_minor - stocked, code))
    return rows


def _stocked_minor(bill: Bill, line: BillLine, match: LineMatch | None) -> int:
    order_line = line.purchase_line
    if match is None or order_line is None or not order_line.is_stocked or match.outcome == "unordered":
        return 0
    if (
        match.outcome == "matched"
        and not match.price_variance_minor
        and abs(match.matched) == abs(line.quantity)
    ):
        return int(line.net_minor)
    return line_net(abs(match.matched), match.price_ordered, bill.currency)


def _other_rows(adjustments: Sequence[BillAdjustment], taxes: Sequence[BillTax]) -> list[Row]:
    rows: list[Row] = [
        ("expense", each.amount_minor if each.is_charge else -each.amount_minor,
         tax_code(each.tax_category, each.tax_rate))
        for each in adjustments
    ]  # fmt: skip
    rows += [("tax_input", each.tax_minor, tax_code(each.category, each.rate)) for each in taxes]
    return rows


def _line(bill: Bill, role: str, in_book: int, minor: int, code: str) -> EntryLine:
    is_home = bill.currency == bill.book_currency
    return EntryLine(
        role, debit_minor=max(in_book, 0), credit_minor=max(-in_book, 0), currency="" if is_home else bill.currency,
        # On the line's side; where nothing is left in the book currency, the sign says the side.
        amount_minor=None if is_home else (abs(minor) if in_book else minor),
        party_id=bill.supplier_id if role == "payable" else None, tax_code=code,
    )  # fmt: skip
