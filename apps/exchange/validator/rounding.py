"""Amounts compared: exactly, or as far as the official tests accept."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from apps.core.errors import DomainError
from apps.core.money import exponent
from apps.exchange.model import Amount

CENT = Decimal("0.01")
UNIT = Decimal(1)
ZERO = Decimal(0)


def value_of(amount: Amount | None) -> Decimal:
    """Return an amount's value, zero for none."""
    return amount.value if amount is not None else ZERO


def total_of(amounts: Iterable[Amount | None]) -> Decimal:
    """Return the sum of amounts."""
    return sum(map(value_of, amounts), ZERO)


def cents(value: Decimal) -> Decimal:
    """Return a value with two decimals, half away from zero."""
    return value.quantize(CENT, rounding=ROUND_HALF_UP)


def rounded(value: Decimal, currency: str) -> Decimal:
    """Return a value with its currency's decimals, two at most: EN 16931 allows no more (BR-DEC)."""
    try:
        places = min(exponent(currency), 2)
    except DomainError:
        places = 2
    return value.quantize(UNIT.scaleb(-places), rounding=ROUND_HALF_UP)


def is_exact(found: Decimal, exact: Decimal, currency: str) -> bool:
    """Say whether an amount is the rounded value: with the currency's decimals, or with the two of the standard."""
    return found in {rounded(exact, currency), cents(exact)}
