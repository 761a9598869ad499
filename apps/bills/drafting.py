"""Rows of a bill from its input: checked, recomputed, with the sender's totals beside ours. Nothing is saved here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from apps.bills.inputs import AdjustmentInput, BillInput, BillLineInput, TaxInput
from apps.bills.known import Known
from apps.bills.models import KINDS, SOURCES, Bill, BillAdjustment, BillLine, BillTax
from apps.bills.numbers import number_key, number_loose
from apps.core.errors import InputError
from apps.core.money import MAX_MINOR, check_decimal, exponent
from apps.core.scope import Actor
from apps.core.text import clean_text
from apps.documents.arithmetic import Totals, document_totals, line_net
from apps.documents.taxes import read_category
from apps.orders.models import PurchaseLine

SERIES = {"invoice": "BILL", "credit_note": "BCN"}
MAX_LINES = 5000
USUAL_DAYS = 30


@dataclass
class Draft:
    """A bill with the rows that belong to it."""

    bill: Bill
    lines: list[BillLine]
    adjustments: list[BillAdjustment]
    taxes: list[BillTax]


def new_draft(given: BillInput, known: Known, *, actor: Actor, now: datetime) -> Draft:
    """Return the rows of a new bill. Raises InputError."""
    bill = Bill(created_by=actor.id, changed_by=actor.id, created_at=now, source=given.source)
    if given.source not in SOURCES:
        raise InputError("There is no such source.", code="unknown_source", field="source")
    return fill(bill, given, known)


def fill(bill: Bill, given: BillInput, known: Known) -> Draft:
    """Set a bill's values from an input and return its rows. Raises InputError."""
    _set_header(bill, given, known)
    if not 1 <= len(given.lines) <= MAX_LINES:
        raise InputError(f"A bill has 1 to {MAX_LINES} lines.", code="no_lines", field="lines")
    lines = [_line(bill, number, each, known) for number, each in enumerate(given.lines, start=1)]
    adjustments = [_adjustment(bill, number, each) for number, each in enumerate(given.adjustments, start=1)]
    # The computed totals are made of what quantity and price make, not of what the sender says a line comes to.
    ours = document_totals([_Ours(line) for line in lines], adjustments)
    _set_totals(bill, given, ours, known)
    taxes = _taxes(bill, given, ours)
    return Draft(bill, lines, adjustments, taxes)


@dataclass(frozen=True, slots=True)
class _Ours:
    line: BillLine

    @property
    def net_minor(self) -> int:
        return self.line.computed_minor

    @property
    def tax_category(self) -> str:
        return self.line.tax_category

    @property
    def tax_rate(self) -> Decimal:
        return self.line.tax_rate


def _set_header(bill: Bill, given: BillInput, known: Known) -> None:
    exponent(given.currency)
    if given.kind not in KINDS:
        raise InputError(f"“{given.kind}” is not a kind of document.", code="unknown_kind", field="kind")
    supplier = known.suppliers.get(given.supplier_id)
    if supplier is None:
        raise InputError("There is no such supplier.", code="unknown_supplier", field="supplier")
    bill.kind, bill.series, bill.supplier = given.kind, SERIES[given.kind], supplier
    bill.supplier_number = clean_text(given.supplier_number, field="supplier_number", limit=64)
    bill.number_key, bill.number_loose = number_key(bill.supplier_number), number_loose(bill.supplier_number)
    bill.currency, bill.book_currency = given.currency, known.home
    bill.issue_date = _check_day(given.issue_date)
    bill.due_date = given.due_date or given.issue_date + timedelta(days=_days(supplier.net_days))
    if bill.due_date < bill.issue_date:
        raise InputError(
            "The due date lies before the document's date.", code="due_before_issue", field="due_date"
        )
    bill.order_reference = clean_text(
        given.order_reference, field="order_reference", limit=64, required=False
    )
    bill.category = clean_text(given.category, field="category", limit=64, required=False)
    bill.note = clean_text(given.note, field="note", limit=4000, required=False, lines=True)
    bill.content_hash = given.content_hash
    bill.stated_account = clean_text(given.stated_account, field="stated_account", limit=64, required=False)
    _set_credits(bill, given, known)
    rate = known.rate(given.currency, given.issue_date)
    bill.rate, bill.rate_day = (rate.rate, rate.day) if rate else (None, None)
    bill.rate_source = rate.source if rate else ""


def _days(net_days: int | None) -> int:
    return USUAL_DAYS if net_days is None else net_days


def _check_day(day: date) -> date:
    if not 1990 <= day.year <= 2100:
        raise InputError("The date lies outside 1990 to 2100.", code="date_out_of_range", field="issue_date")
    return day


def _set_credits(bill: Bill, given: BillInput, known: Known) -> None:
    bill.credits = None
    if given.credits_id is None:
        return
    credited = known.credited.get(given.credits_id)
    if given.kind != "credit_note" or credited is None or credited.supplier_id != given.supplier_id:
        raise InputError("A credit note takes back a bill of the same supplier.", code="credits_another",
                         field="credits")  # fmt: skip
    bill.credits = credited


def _line(bill: Bill, number: int, given: BillLineInput, known: Known) -> BillLine:
    place = f"lines[{number - 1}]."
    if given.product_id and given.product_id not in known.products:
        raise InputError("There is no such product.", code="unknown_product", field=place + "product")
    category, rate = read_category(given.tax_category, given.tax_rate, place=place)
    line = BillLine(
        bill=bill, position=number, product_id=given.product_id,
        description=clean_text(given.description, field=place + "description", limit=1000),
        supplier_sku=clean_text(given.supplier_sku, field=place + "supplier_sku", limit=64, required=False),
        account=clean_text(given.account, field=place + "account", limit=64, required=False),
        quantity=check_decimal(given.quantity, field=place + "quantity"),
        unit_price=check_decimal(given.unit_price, field=place + "unit_price", minimum=Decimal(0)),
        base_quantity=check_decimal(given.base_quantity, field=place + "base_quantity"),
        adjustment_minor=given.adjustment_minor, tax_category=category, tax_rate=rate,
        purchase_line=_purchase_line(bill, given.purchase_line_id, known, place),
    )  # fmt: skip
    ours = line_net(line.quantity, line.unit_price, bill.currency, base_quantity=line.base_quantity)
    line.computed_minor = ours + given.adjustment_minor
    line.net_minor = line.computed_minor if given.net_minor is None else given.net_minor
    return line


def _purchase_line(bill: Bill, line_id: UUID | None, known: Known, place: str) -> PurchaseLine | None:
    if line_id is None:
        return None
    found = known.purchase_lines.get(line_id)
    if found is None or found.order.supplier_id != bill.supplier_id:
        raise InputError("There is no such line of an order of this supplier.", code="unknown_purchase_line",
                         field=place + "purchase_line")  # fmt: skip
    if found.order.state in ("draft", "cancelled"):
        raise InputError(f"{found.order.number} was never ordered.", code="order_not_sent",
                         field=place + "purchase_line")  # fmt: skip
    return found


def _adjustment(bill: Bill, number: int, given: AdjustmentInput) -> BillAdjustment:
    place = f"adjustments[{number - 1}]."
    if given.amount_minor < 0:
        raise InputError("The amount is not negative.", code="out_of_range", field=place + "amount")
    category, rate = read_category(given.tax_category, given.tax_rate, place=place)
    return BillAdjustment(
        bill=bill, position=number, is_charge=given.is_charge, amount_minor=given.amount_minor,
        tax_category=category, tax_rate=rate,
        reason=clean_text(given.reason, field=place + "reason", limit=500, required=False),
    )  # fmt: skip


def _set_totals(bill: Bill, given: BillInput, ours: Totals, known: Known) -> None:
    """Store the sender's totals, and ours beside them; where he says none, ours are taken (books.md 17)."""
    bill.computed_net_minor, bill.computed_tax_minor = ours.net_minor, ours.tax_minor
    bill.computed_total_minor = ours.total_minor
    stated = given.stated
    bill.is_stated = stated is not None
    bill.total_minor = stated.total_minor if stated else ours.total_minor
    bill.tax_minor = stated.tax_minor if stated else ours.tax_minor
    bill.rounding_minor = stated.rounding_minor if stated else 0
    bill.prepaid_minor = stated.prepaid_minor if stated else 0
    bill.net_minor = bill.total_minor - bill.tax_minor
    if bill.total_minor < 0 or bill.payable_minor < 0:
        raise InputError("The document comes to less than nothing.", code="negative_total", field="lines",
                         cure="Enter it as a credit note.")  # fmt: skip
    if (
        max(bill.total_minor, abs(bill.tax_minor), abs(bill.rounding_minor), abs(bill.prepaid_minor))
        > MAX_MINOR
    ):
        raise InputError(
            "The document's total is too large to be booked.", code="amount_too_large", field="lines"
        )
    bill.has_total_exception = abs(bill.difference_minor) > known.settings.total_minor


def _taxes(bill: Bill, given: BillInput, ours: Totals) -> list[BillTax]:
    """Return the sender's break-down, or ours with what the sender's tax differs from it in the largest part."""
    if given.taxes is not None:
        return _stated_taxes(bill, given.taxes)
    found = [
        BillTax(bill=bill, category=x.category, rate=x.rate, base_minor=x.base_minor, tax_minor=x.tax_minor)
        for x in ours.taxes
    ]
    if found:
        largest = max(found, key=lambda each: (abs(each.tax_minor), abs(each.base_minor)))
        largest.tax_minor += bill.tax_minor - sum(each.tax_minor for each in found)
    return found


def _stated_taxes(bill: Bill, given: Sequence[TaxInput]) -> list[BillTax]:
    found: dict[tuple[str, Decimal], BillTax] = {}
    for each in given:
        category, rate = read_category(each.category, each.rate, place="taxes.")
        row = found.setdefault(
            (category, rate.normalize()),
            BillTax(bill=bill, category=category, rate=rate, base_minor=0, tax_minor=0),
        )
        row.base_minor += each.base_minor
        row.tax_minor += each.tax_minor
    return list(found.values())
