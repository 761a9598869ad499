"""Moving average cost in whole minor units: the value of a stock and its quantity, and what leaves takes its share.

The average is never stored, so it never drifts: an empty stock is worth nothing, to the cent.
"""

from decimal import Decimal
from fractions import Fraction

from apps.core.errors import InputError
from apps.core.money import MAX_MINOR, exponent


def cost_of(quantity: Decimal, unit_cost: Decimal, currency: str) -> int:
    """Return what a quantity costs in minor units, rounded half away from zero. Raises InputError when too large."""
    return _rounded(Fraction(quantity) * Fraction(unit_cost) * 10 ** exponent(currency))


def share_of(quantity: Decimal, on_hand: Decimal, value_minor: int) -> int:
    """Return the value of a part of a stock at its average cost; all of it takes all the value."""
    if quantity == on_hand:
        return value_minor
    return at_average(quantity, on_hand, value_minor)


def at_average(quantity: Decimal, on_hand: Decimal, value_minor: int) -> int:
    """Return what a quantity that comes in is worth at the average cost of what lies there."""
    return _rounded(Fraction(value_minor) * Fraction(quantity) / Fraction(on_hand)) if on_hand else 0


def average_cost(on_hand: Decimal, value_minor: int, currency: str) -> Decimal | None:
    """Return the average cost of a unit with six decimals, or None where nothing lies."""
    if not on_hand:
        return None
    exact = Fraction(value_minor) / Fraction(on_hand) / 10 ** exponent(currency)
    return Decimal(_rounded(exact * 10**6)).scaleb(-6)


def _rounded(value: Fraction) -> int:
    # Values are never negative here: half up is half away from zero.
    rounded = (value + Fraction(1, 2)).__floor__()
    if rounded > MAX_MINOR:
        raise InputError("The amount is too large to be booked.", code="amount_too_large")
    return rounded
