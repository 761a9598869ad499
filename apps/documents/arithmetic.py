"""Document arithmetic. Sources: EN 16931 rules BR-CO-10 … BR-CO-17, BR-S-08/09 and siblings, PEPPOL-R040 … R130.

All amounts are whole minor units of the document's currency (BR-DEC-01 … 28). Rounding is half away from zero,
once, where a function says so; `f(−document) = −f(document)` for everything here (docs/books.md 14).
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Protocol

from apps.core.errors import InputError
from apps.core.money import EXACT, MAX_MINOR, spread, to_minor
from apps.documents.taxes import NOT_SUBJECT

PER_CATEGORY: Final = "category"
PER_LINE: Final = "line"
POLICIES: Final = {
    PER_CATEGORY: "Once on the sum of each tax category and rate",
    PER_LINE: "On each line, then added up",
}
ONE: Final = Decimal(1)


class Taxed(Protocol):
    """A line as far as totals are concerned; its net amount is made by `line_net`."""

    @property
    def net_minor(self) -> int: ...
    @property
    def tax_category(self) -> str: ...
    @property
    def tax_rate(self) -> Decimal: ...


class Adjusting(Protocol):
    """An allowance or charge on the whole document; the amount is positive, `is_charge` says which way it goes."""

    @property
    def is_charge(self) -> bool: ...
    @property
    def amount_minor(self) -> int: ...
    @property
    def tax_category(self) -> str: ...
    @property
    def tax_rate(self) -> Decimal: ...


@dataclass(frozen=True, slots=True)
class TaxAmount:
    """The taxable base of one category and rate, and the tax on it (BR-S-08, BR-S-09 and their siblings)."""

    category: str
    rate: Decimal
    base_minor: int
    tax_minor: int


@dataclass(frozen=True, slots=True)
class Totals:
    """Totals of a document in minor units; `taxes` ordered by rate and category."""

    lines_minor: int
    allowances_minor: int
    charges_minor: int
    tax_minor: int
    taxes: tuple[TaxAmount, ...]
    prepaid_minor: int = 0
    rounding_minor: int = 0

    @property
    def net_minor(self) -> int:
        """Total without tax: lines − allowances + charges (BR-CO-13)."""
        return self.lines_minor - self.allowances_minor + self.charges_minor

    @property
    def total_minor(self) -> int:
        """Total with tax (BR-CO-15)."""
        return self.net_minor + self.tax_minor

    @property
    def payable_minor(self) -> int:
        """What the document asks for in all: total with tax + rounding amount."""
        return self.total_minor + self.rounding_minor

    @property
    def due_minor(self) -> int:
        """Amount due: total with tax − prepaid + rounding amount (BR-CO-16)."""
        return self.payable_minor - self.prepaid_minor


def net_price(gross_price: Decimal, discount: Decimal) -> Decimal:
    """Return gross price − discount (PEPPOL-R046); neither, nor the outcome, is negative (BR-27, BR-28)."""
    for name, value in (("gross_price", gross_price), ("price_discount", discount)):
        if value < 0:
            raise InputError("A price or its discount is not negative.", code="negative_price", field=name)
    if discount > gross_price:
        raise InputError(
            "The discount is larger than the price.", code="discount_too_large", field="price_discount"
        )
    return gross_price - discount


def line_net(
    quantity: Decimal,
    unit_price: Decimal,
    currency: str,
    *,
    base_quantity: Decimal = ONE,
    charges_minor: int = 0,
    allowances_minor: int = 0,
) -> int:
    """Return round(quantity × net price ÷ base quantity) + charges − allowances in minor units (PEPPOL-R120).

    Rounded half away from zero, once. Raises InputError for a base quantity that is not above zero (R121).
    """
    if base_quantity == ONE:
        amount = to_minor(EXACT.multiply(quantity, unit_price), currency)
    elif base_quantity > 0:
        amount = to_minor(EXACT.divide(EXACT.multiply(quantity, unit_price), base_quantity), currency)
    else:
        raise InputError("The base quantity is above zero.", code="out_of_range", field="base_quantity")
    return amount + charges_minor - allowances_minor


def percentage_of(base_minor: int, percent: Decimal) -> int:
    """Return base × percentage ÷ 100, rounded half away from zero (PEPPOL-R040 … R042, BR-CO-17)."""
    return int(EXACT.quantize(EXACT.multiply(Decimal(base_minor), percent).scaleb(-2, EXACT), ONE))


def tax_of(base_minor: int, rate: Decimal) -> int:
    """Return the tax on a base: base × rate ÷ 100, rounded half away from zero (BR-CO-17)."""
    return percentage_of(base_minor, rate)


def pro_rate(minor: int, weights: Sequence[Decimal]) -> list[int]:
    """Spread an amount over weights so that the parts sum to it exactly, and −amount to the mirror (books.md 19)."""
    parts = spread(abs(minor), weights)
    return parts if minor >= 0 else [-part for part in parts]


def document_totals(
    lines: Collection[Taxed],
    adjustments: Collection[Adjusting] = (),
    *,
    policy: str = PER_CATEGORY,
    prepaid_minor: int = 0,
    rounding_minor: int = 0,
) -> Totals:
    """Return a document's totals (BR-CO-10 … BR-CO-17).

    `policy` says where tax is rounded: once for each category and rate, as EN 16931 has it, or on each line,
    allowance and charge. Raises InputError when a total is too large to be booked, or when something that is not
    subject to tax stands beside something that is (BR-O-11 … 14).
    """
    totals = Totals(
        lines_minor=sum(line.net_minor for line in lines),
        allowances_minor=sum(each.amount_minor for each in adjustments if not each.is_charge),
        charges_minor=sum(each.amount_minor for each in adjustments if each.is_charge),
        tax_minor=0,
        taxes=(),
        prepaid_minor=prepaid_minor,
        rounding_minor=rounding_minor,
    )
    taxes = _taxes(lines, adjustments, policy)
    totals = Totals(
        totals.lines_minor, totals.allowances_minor, totals.charges_minor,
        sum(each.tax_minor for each in taxes), taxes, prepaid_minor, rounding_minor,
    )  # fmt: skip
    _check_size(totals)
    return totals


def _taxes(
    lines: Collection[Taxed], adjustments: Collection[Adjusting], policy: str
) -> tuple[TaxAmount, ...]:
    bases: dict[tuple[str, Decimal], int] = defaultdict(int)
    rounded: dict[tuple[str, Decimal], int] = defaultdict(int)
    by_line = policy == PER_LINE
    for line in lines:
        key = (line.tax_category, line.tax_rate)
        bases[key] += line.net_minor
        if by_line:
            rounded[key] += tax_of(line.net_minor, line.tax_rate)
    for each in adjustments:
        key = (each.tax_category, each.tax_rate)
        amount = each.amount_minor if each.is_charge else -each.amount_minor
        bases[key] += amount
        if by_line:
            rounded[key] += tax_of(amount, each.tax_rate)
    _check_categories({category for category, _ in bases})
    return tuple(
        TaxAmount(
            category, rate.normalize(), base, rounded[category, rate] if by_line else tax_of(base, rate)
        )
        for (category, rate), base in sorted(bases.items(), key=lambda pair: (pair[0][1], pair[0][0]))
    )


def _check_categories(categories: set[str]) -> None:
    if NOT_SUBJECT in categories and len(categories) > 1:
        raise InputError(
            "“Not subject to tax” cannot stand beside another tax category (BR-O-11).",
            code="category_alone", field="lines", cure="Put those lines on a document of their own.",
        )  # fmt: skip


def _check_size(totals: Totals) -> None:
    if any(
        abs(each) > MAX_MINOR
        for each in (totals.total_minor, totals.net_minor, totals.lines_minor, totals.due_minor)
    ):
        raise InputError(
            "The document's total is too large to be booked.", code="amount_too_large", field="lines"
        )
