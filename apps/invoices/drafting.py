"""From what is entered to the rows of a draft: lines, allowances, charges, taxes, instalments, totals.

Everything here is made in memory and then written by `operations.py`; nothing is locked and nothing decided twice.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from apps.catalog.queries import list_known_products
from apps.core.errors import InputError
from apps.core.money import check_decimal, exponent, from_minor, to_minor
from apps.documents.arithmetic import Totals, document_totals, line_net, pro_rate
from apps.documents.entry import Adjustment as Extra
from apps.documents.entry import AdjustmentInput, PricedLine, price_line, signed, spread_adjustment
from apps.documents.taxes import CATEGORIES
from apps.documents.terms import instalments_of
from apps.invoices.inputs import MAX_LINES, Content, InstalmentInput, LineInput
from apps.invoices.models import Adjustment, Instalment, Invoice, Line, TaxSubtotal

MAX_ADJUSTMENTS = 200
Key = tuple[str, Decimal]


@dataclass(frozen=True)
class Made:
    """The rows of a document beside its header."""

    lines: list[Line]
    adjustments: list[Adjustment]
    taxes: list[TaxSubtotal]
    instalments: list[Instalment]


@dataclass(frozen=True)
class Computed:
    """The amounts of a content: what a page shows while somebody types, and what is stored."""

    lines: list[PricedLine]
    extras: list[Extra]
    totals: Totals
    reasons: dict[Key, tuple[str, str]]


def compute(content: Content, *, currency: str, tax_rounding: str) -> Computed:
    """Return the amounts of a document that says this. Raises InputError at the field at fault."""
    if len(content.lines) > MAX_LINES:
        raise InputError(f"A document has at most {MAX_LINES} lines.", code="too_many_lines", field="lines")
    if len(content.adjustments) > MAX_ADJUSTMENTS:
        raise InputError(f"A document has at most {MAX_ADJUSTMENTS} allowances and charges.", code="too_many",
                         field="adjustments")  # fmt: skip
    lines = [price_line(x, currency, place=f"lines[{n}].") for n, x in enumerate(content.lines)]
    extras = [
        extra
        for number, each in enumerate(content.adjustments)
        for extra in spread_adjustment(each, lines, currency, place=f"adjustments[{number}].")
    ]
    totals = document_totals(
        lines, extras, policy=tax_rounding,
        prepaid_minor=_amount(content.prepaid, currency, "prepaid", minimum=Decimal(0)),
        rounding_minor=_amount(content.rounding, currency, "rounding"),
    )  # fmt: skip
    return Computed(lines, extras, totals, _reasons(lines, extras))


def fill(invoice: Invoice, content: Content) -> Made:
    """Set a draft's amounts and return the rows of its content; nothing is saved. Raises InputError."""
    _check_products(content.lines)
    computed = compute(content, currency=invoice.currency, tax_rounding=invoice.tax_rounding)
    totals = computed.totals
    _check_totals(totals)
    invoice.allowance_minor, invoice.charge_minor = totals.allowances_minor, totals.charges_minor
    invoice.net_minor, invoice.tax_minor, invoice.total_minor = (
        totals.net_minor,
        totals.tax_minor,
        totals.total_minor,
    )
    invoice.rounding_minor, invoice.prepaid_minor = totals.rounding_minor, totals.prepaid_minor
    lines = _lines(invoice, content.lines, computed)
    return Made(
        lines=lines,
        adjustments=_adjustments(invoice, lines, computed),
        taxes=[
            TaxSubtotal(
                invoice=invoice, position=position, category=each.category, rate=each.rate,
                base_minor=each.base_minor, tax_minor=each.tax_minor,
                exemption_reason=computed.reasons[each.category, each.rate][0],
                exemption_code=computed.reasons[each.category, each.rate][1],
            )
            for position, each in enumerate(totals.taxes, start=1)
        ],
        instalments=[
            Instalment(invoice=invoice, position=n, due_date=x.due_date, share=x.share, amount_minor=x.amount_minor)
            for n, x in enumerate(
                instalments_of(totals.payable_minor, [(i.due_date, i.share) for i in content.instalments]), start=1
            )
        ],
    )  # fmt: skip


def save_content(made: Made) -> None:
    """Write the rows of a new draft."""
    Line.objects.bulk_create(made.lines, batch_size=2000)
    Adjustment.objects.bulk_create(made.adjustments, batch_size=2000)
    TaxSubtotal.objects.bulk_create(made.taxes)
    Instalment.objects.bulk_create(made.instalments)


def drop_content(invoice: Invoice) -> None:
    """Delete the rows of a draft."""
    for model in (Adjustment, TaxSubtotal, Instalment, Line):
        model._default_manager.filter(invoice=invoice).delete()


def read_content(invoice: Invoice) -> Content:
    """Return a stored document as it would be entered again: same amounts, in another draft as in this one."""
    lines = list(Line.objects.filter(invoice=invoice).order_by("position"))
    rows = list(Adjustment.objects.filter(invoice=invoice).order_by("position"))
    plan = Instalment.objects.filter(invoice=invoice).order_by("position")
    currency = invoice.currency
    gross = {x.id: line_net(x.quantity, x.unit_price, currency, base_quantity=x.base_quantity) for x in lines}
    bases: dict[object, int] = defaultdict(int)
    for line in lines:
        bases[line.tax_category, line.tax_rate] += line.net_minor
    of_line: dict[object, list[AdjustmentInput]] = defaultdict(list)
    for row in rows:
        usual = gross[row.line_id] if row.line_id else bases[row.tax_category, row.tax_rate]
        of_line[row.line_id].append(_as_entered(row, currency, usual))
    return Content(
        lines=[_line_as_entered(line, tuple(of_line[line.id])) for line in lines],
        adjustments=tuple(of_line[None]),
        instalments=tuple(InstalmentInput(each.due_date, each.share) for each in plan),
        prepaid=from_minor(invoice.prepaid_minor, currency),
        rounding=from_minor(invoice.rounding_minor, currency),
    )


def _line_as_entered(line: Line, adjustments: Sequence[AdjustmentInput]) -> LineInput:
    return LineInput(
        description=line.description, quantity=line.quantity, unit_price=line.unit_price, tax_rate=line.tax_rate,
        product_id=line.product_id, unit=line.unit, base_quantity=line.base_quantity, gross_price=line.gross_price,
        price_discount=line.price_discount, tax_category=line.tax_category, exemption_reason=line.exemption_reason,
        exemption_code=line.exemption_code, adjustments=adjustments, credits_line_id=line.credits_line_id,
    )  # fmt: skip


def _as_entered(row: Adjustment, currency: str, usual: int) -> AdjustmentInput:
    """Return a stored adjustment as it is entered; `usual` is the base that it has unless another was named."""
    is_stated = row.percent is None
    names_base = row.base_minor is not None and row.base_minor != usual
    return AdjustmentInput(
        is_charge=row.is_charge, amount=from_minor(row.amount_minor, currency) if is_stated else None,
        percent=row.percent, base=from_minor(row.base_minor or 0, currency) if names_base else None,
        reason=row.reason, reason_code=row.reason_code, tax_category=row.tax_category,
        tax_rate=None if row.line_id else row.tax_rate,
    )  # fmt: skip


def _lines(invoice: Invoice, entered: Sequence[LineInput], computed: Computed) -> list[Line]:
    shares = _shares(computed)
    return [
        Line(
            invoice=invoice, position=position, product_id=given.product_id, description=priced.description,
            quantity=priced.quantity, unit=priced.unit, base_quantity=priced.base_quantity,
            gross_price=priced.gross_price, price_discount=priced.price_discount, unit_price=priced.unit_price,
            tax_category=priced.tax.category, tax_rate=priced.tax.rate, exemption_reason=priced.tax.reason,
            exemption_code=priced.tax.reason_code, net_minor=priced.net_minor, shared_minor=shares[position - 1],
            credits_line_id=given.credits_line_id,
        )
        for position, (given, priced) in enumerate(zip(entered, computed.lines, strict=True), start=1)
    ]  # fmt: skip


def _shares(computed: Computed) -> list[int]:
    """Return the lines' parts of what is taken off or added on the whole document, which sum to it exactly.

    What is in a tax category falls on its lines, by their size (books.md 19).
    """
    parts = [0 for _ in computed.lines]
    for extra in computed.extras if parts else ():
        own = [
            n
            for n, line in enumerate(computed.lines)
            if (line.tax_category, line.tax_rate) == (extra.tax_category, extra.tax_rate)
        ]
        chosen = own or list(range(len(parts)))
        weights = [Decimal(abs(computed.lines[n].net_minor)) for n in chosen]
        if not any(weights):
            weights = [Decimal(1)] * len(chosen)
        for n, part in zip(chosen, pro_rate(signed(extra), weights), strict=True):
            parts[n] += part
    return parts


def _adjustments(invoice: Invoice, lines: Sequence[Line], computed: Computed) -> list[Adjustment]:
    pairs: list[tuple[Line | None, Extra]] = [
        (line, each)
        for line, priced in zip(lines, computed.lines, strict=True)
        for each in priced.adjustments
    ]
    pairs += [(None, each) for each in computed.extras]
    return [
        Adjustment(
            invoice=invoice, line=line, position=position, is_charge=each.is_charge, amount_minor=each.amount_minor,
            base_minor=each.base_minor, percent=each.percent, reason=each.reason, reason_code=each.reason_code,
            tax_category=each.tax_category, tax_rate=each.tax_rate,
        )
        for position, (line, each) in enumerate(pairs, start=1)
    ]  # fmt: skip


def _reasons(lines: Sequence[PricedLine], extras: Sequence[Extra]) -> dict[Key, tuple[str, str]]:
    """Return why each category and rate carries no tax: one reason each, as the breakdown has it (BT-120, BT-121)."""
    found: dict[Key, tuple[str, str]] = {}
    for number, line in enumerate(lines):
        key, reason = (line.tax_category, line.tax_rate), (line.tax.reason, line.tax.reason_code)
        if found.setdefault(key, reason) != reason:
            raise InputError(
                "Lines of one tax category have one exemption reason.", code="reasons_differ",
                field=f"lines[{number}].exemption_reason", cure="Use the same reason, or another document.",
            )  # fmt: skip
    for extra in extras:
        key = (extra.tax_category, extra.tax_rate)
        if key not in found:
            known = CATEGORIES[extra.tax_category]
            if known.needs_reason and not known.reason:
                raise InputError(
                    "There is no line of this tax category to say why no tax is charged.", code="reason_missing",
                    field="adjustments",
                )  # fmt: skip
            found[key] = (known.reason, known.reason_code)
    return found


def _check_products(lines: Sequence[LineInput]) -> None:
    wanted = {line.product_id for line in lines if line.product_id}
    if wanted and wanted - list_known_products(wanted):
        raise InputError("There is no such product.", code="unknown_product", field="lines")


def _check_totals(totals: Totals) -> None:
    if totals.net_minor < 0 or totals.tax_minor < 0:
        raise InputError("The total is below zero.", code="negative_total", field="lines",
                         cure="Enter a credit note instead: its amounts are positive.")  # fmt: skip
    if totals.payable_minor < 0:
        raise InputError(
            "The rounding is larger than the total.", code="rounding_too_large", field="rounding"
        )
    if totals.due_minor < 0:
        raise InputError("More is paid already than the document asks for.", code="prepaid_too_large",
                         field="prepaid")  # fmt: skip


def _amount(value: Decimal, currency: str, field: str, minimum: Decimal | None = None) -> int:
    check_decimal(value, field=field, minimum=minimum, places=exponent(currency))
    return to_minor(value, currency)
