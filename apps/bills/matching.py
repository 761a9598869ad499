"""The three-way match of one line: what was ordered, what came, what is billed. Pure; no query runs here.

Price and quantity are judged apart, each with a tolerance that is the greater of a percentage and an amount.
"""

from dataclasses import dataclass
from decimal import Decimal

from apps.core.money import EXACT, to_minor

PLACES = Decimal("0.000001")
HUNDREDTH = Decimal(-2)


@dataclass(frozen=True, kw_only=True)
class Tolerances:
    """What may pass: prices by percent or minor units of a line, quantities by percent or units."""

    price_percent: Decimal = Decimal(0)
    price_minor: int = 0
    quantity_percent: Decimal = Decimal(0)
    quantity_units: Decimal = Decimal(0)


@dataclass(frozen=True, kw_only=True)
class Ordered:
    """The order's side: its quantity, the quantity that may be billed (`basis`), its price and currency."""

    quantity: Decimal
    basis: Decimal
    price: Decimal
    currency: str


@dataclass(frozen=True, kw_only=True)
class Billed:
    """The bill's side: a credit note's quantity is below zero. `before` is what other documents billed."""

    quantity: Decimal
    price: Decimal
    currency: str
    before: Decimal


@dataclass(frozen=True, kw_only=True)
class Match:
    """The figures of a match, as they are stored and shown."""

    outcome: str
    limit: Decimal
    matched: Decimal
    quantity_variance: Decimal
    price_variance_minor: int
    price_tolerance_minor: int
    is_price_ok: bool
    is_quantity_ok: bool


def limit_of(basis: Decimal, tolerances: Tolerances) -> Decimal:
    """Return how much may be billed in all: basis + the greater of percentage and units (books.md 53)."""
    by_percent = EXACT.scaleb(EXACT.multiply(basis, tolerances.quantity_percent), HUNDREDTH)
    return (basis + max(by_percent, tolerances.quantity_units)).quantize(PLACES, context=EXACT)


def match_line(ordered: Ordered, billed: Billed, tolerances: Tolerances) -> Match:
    """Match one line (books.md 53). A credit note gives quantity back, and its price is not judged."""
    limit = limit_of(ordered.basis, tolerances) if ordered.basis > 0 else Decimal(0)
    is_quantity_ok, matched, variance = _quantity(ordered, billed, limit)
    difference, allowed = _price(ordered, billed, tolerances)
    is_credit = billed.quantity < 0
    is_price_ok = billed.currency == ordered.currency and (is_credit or abs(difference) <= allowed)
    return Match(
        outcome=_outcome(is_price_ok, is_quantity_ok), limit=limit, matched=matched, quantity_variance=variance,
        price_variance_minor=difference, price_tolerance_minor=allowed, is_price_ok=is_price_ok,
        is_quantity_ok=is_quantity_ok,
    )  # fmt: skip


def _quantity(ordered: Ordered, billed: Billed, limit: Decimal) -> tuple[bool, Decimal, Decimal]:
    """Return whether the quantity passes, how much of it is covered, and what it is beyond the basis."""
    if billed.quantity < 0:
        given = min(-billed.quantity, max(billed.before, Decimal(0)))
        return given == -billed.quantity, -given, billed.quantity + given
    after = billed.before + billed.quantity
    covered = min(billed.quantity, max(limit - billed.before, Decimal(0)))
    return after <= limit, covered, max(after - ordered.basis, Decimal(0))


def _price(ordered: Ordered, billed: Billed, tolerances: Tolerances) -> tuple[int, int]:
    """Return the price variance of the line and what of it is allowed, in minor units of the bill's currency."""
    if billed.currency != ordered.currency:
        return 0, 0
    count = abs(billed.quantity)
    difference = to_minor(EXACT.multiply(count, billed.price - ordered.price), billed.currency)
    value = EXACT.multiply(count, ordered.price)
    share = EXACT.scaleb(EXACT.multiply(value, tolerances.price_percent), HUNDREDTH)
    return difference, max(to_minor(share, billed.currency), tolerances.price_minor)


def _outcome(is_price_ok: bool, is_quantity_ok: bool) -> str:
    if is_price_ok and is_quantity_ok:
        return "matched"
    if is_price_ok:
        return "quantity"
    return "price" if is_quantity_ok else "both"
