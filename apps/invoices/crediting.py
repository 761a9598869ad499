"""What of an invoice is taken back: all that is left, or chosen quantities with their part of what was taken off.

Each credit note takes the difference between what its lines come to after it and before it, so that credit notes over
all quantities sum to the invoice's lines, allowances and charges to the cent (books.md 14, 19).
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from uuid import UUID

from django.db.models import Sum

from apps.core.errors import InputError
from apps.core.money import check_decimal, from_minor
from apps.documents.arithmetic import line_net
from apps.documents.entry import AdjustmentInput
from apps.invoices.drafting import read_content
from apps.invoices.inputs import Content, LineInput
from apps.invoices.models import Adjustment, Invoice, Line

PART = "Part of what was taken off or added"
EVEN = "Rounding of a part"


@dataclass(frozen=True)
class CreditLine:
    """So much of an invoice's line to take back."""

    line_id: UUID
    quantity: Decimal


def list_credited(invoice: Invoice) -> dict[UUID, Decimal]:
    """Return the quantities of an invoice's lines that credit notes have taken back, drafts counted, void ones not."""
    notes = Invoice.objects.filter(credits=invoice).exclude(state="void").values("id")
    rows = Line.objects.filter(invoice_id__in=notes).exclude(credits_line=None)
    return dict(rows.values_list("credits_line_id").annotate(taken=Sum("quantity")))


def list_creditable(invoice: Invoice) -> dict[UUID, Decimal]:
    """Return what is left of each line of an invoice, by the line's id."""
    credited = list_credited(invoice)
    lines = Line.objects.filter(invoice=invoice).values_list("id", "quantity")
    return {key: quantity - credited.get(key, Decimal(0)) for key, quantity in lines}


def credit_content(invoice: Invoice, chosen: Mapping[UUID, Decimal] | None) -> Content:
    """Return the content of a credit note: all that is left of an invoice, or the chosen quantities of its lines.

    The caller holds the invoice's lock. Raises InputError for a line that is not the invoice's, or too much of one.
    """
    lines = list(Line.objects.filter(invoice=invoice).order_by("position"))
    credited = list_credited(invoice)
    wanted = _wanted(lines, credited, chosen)
    if not credited and all(wanted[line.id] == line.quantity for line in lines):
        return _mirror(invoice, lines)
    before = {line.id: _share(credited.get(line.id, Decimal(0)), line) for line in lines}
    after = {
        key: share + _share(wanted[key], line)
        for line in lines
        for key, share in [(line.id, before[line.id])]
    }
    rows = defaultdict(list)
    for row in Adjustment.objects.filter(invoice=invoice).order_by("position"):
        rows[row.line_id].append(row)
    entered = {each.id: given for each, given in zip(lines, read_content(invoice).lines, strict=True)}
    made = [
        _part_of_line(
            line, entered[line.id], wanted[line.id], rows[line.id], before[line.id], after[line.id], invoice.currency
        )
        for line in lines
        if wanted[line.id]
    ]  # fmt: skip
    return Content(lines=made, adjustments=_parts_of_whole(invoice, lines, rows[None], before, after))


def _mirror(invoice: Invoice, lines: list[Line]) -> Content:
    content = read_content(invoice)
    named = [
        replace(given, credits_line_id=line.id) for line, given in zip(lines, content.lines, strict=True)
    ]
    return replace(content, lines=named, instalments=(), prepaid=Decimal(0))


def _wanted(
    lines: list[Line], credited: Mapping[UUID, Decimal], chosen: Mapping[UUID, Decimal] | None
) -> dict[UUID, Decimal]:
    left = {line.id: line.quantity - credited.get(line.id, Decimal(0)) for line in lines}
    if chosen is None:
        return left
    if set(chosen) - set(left):
        raise InputError("The invoice has no such line.", code="unknown_line", field="lines")
    for position, (key, quantity) in enumerate(chosen.items()):
        check_decimal(quantity, field=f"lines[{position}].quantity")
        if quantity * left[key] < 0 or abs(quantity) > abs(left[key]):
            raise InputError(
                f"Only {left[key].normalize():f} of this line is left to credit.", code="credits_too_much",
                field=f"lines[{position}].quantity",
            )  # fmt: skip
    return {key: chosen.get(key, Decimal(0)) for key in left}


def _share(quantity: Decimal, line: Line) -> Fraction:
    return Fraction(quantity) / Fraction(line.quantity) if line.quantity else Fraction(0)


def _between(minor: int, before: Fraction, after: Fraction) -> int:
    """Return what of an amount lies between two shares of it, each rounded half away from zero."""
    return _rounded(minor * after) - _rounded(minor * before)


def _rounded(value: Fraction) -> int:
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _part_of_line(
    line: Line,
    entered: LineInput,
    quantity: Decimal,
    rows: list[Adjustment],
    before: Fraction,
    after: Fraction,
    currency: str,
) -> LineInput:
    net = line_net(quantity, line.unit_price, currency, base_quantity=line.base_quantity)
    extras = []
    for row in rows:
        part = _between(row.amount_minor, before, after)
        if part > 0:
            extras.append(_extra(row.is_charge, part, currency, row.reason or PART, row.reason_code))
            net += part if row.is_charge else -part
    left = _between(line.net_minor, before, after) - net
    if left:
        extras.append(_extra(left > 0, abs(left), currency, EVEN))
    return replace(entered, quantity=quantity, adjustments=tuple(extras), credits_line_id=line.id)


def _extra(is_charge: bool, minor: int, currency: str, reason: str, code: str = "") -> AdjustmentInput:
    return AdjustmentInput(is_charge, from_minor(minor, currency), reason=reason, reason_code=code)


def _parts_of_whole(
    invoice: Invoice,
    lines: list[Line],
    rows: list[Adjustment],
    before: Mapping[UUID, Fraction],
    after: Mapping[UUID, Fraction],
) -> list[AdjustmentInput]:
    """Return the parts of allowances and charges on the whole invoice, by the share of their category's lines."""
    made = []
    for row in rows:
        own = [x for x in lines if (x.tax_category, x.tax_rate) == (row.tax_category, row.tax_rate)] or lines
        whole = sum(abs(line.net_minor) for line in own)
        if not whole:
            continue
        shares = [sum(abs(x.net_minor) * at[x.id] for x in own) / Fraction(whole) for at in (before, after)]
        part = _between(row.amount_minor, Fraction(shares[0]), Fraction(shares[1]))
        if part > 0:
            made.append(AdjustmentInput(
                row.is_charge, from_minor(part, invoice.currency), reason=row.reason or PART,
                reason_code=row.reason_code, tax_category=row.tax_category, tax_rate=row.tax_rate,
            ))  # fmt: skip
    return made
