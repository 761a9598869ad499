"""Money: integers of minor units beside a currency; rounding is half away from zero, once, where named."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

from babel.core import get_global

from apps.core.errors import InputError

MAX_MINOR = 2**63 - 1
# Room for a product of two stored numbers and its quotient by a third: nothing is rounded before the place named.
EXACT = Context(prec=100, rounding=ROUND_HALF_UP)
_FRACTIONS = get_global("currency_fractions")
_CURRENCIES = frozenset(get_global("all_currencies"))
# CLDR prints some currencies with fewer digits than ISO 4217 gives them; books follow ISO 4217.
_ISO_EXPONENTS = {"AFN": 2, "ALL": 2, "IRR": 2, "KPW": 2, "LAK": 2, "LBP": 2, "MMK": 2, "SOS": 2, "SYP": 2,
                  "YER": 2, "CLP": 0, "ISK": 0, "UGX": 0, "IQD": 3, "RSD": 2, "TZS": 2, "COP": 2, "IDR": 2,
                  "PKR": 2, "MGA": 2, "HUF": 2, "CRC": 2, "CZK": 2, "SEK": 2, "NOK": 2, "TWD": 2, "UZS": 2}  # fmt: skip


def exponent(currency: str) -> int:
    """Return the number of decimals of a currency (ISO 4217). Raises InputError for an unknown one."""
    if currency not in _CURRENCIES:
        raise InputError(f"“{currency}” is not a currency code.", code="unknown_currency", field="currency")
    if currency in _ISO_EXPONENTS:
        return _ISO_EXPONENTS[currency]
    digits: int = _FRACTIONS.get(currency, _FRACTIONS["DEFAULT"])[0]
    return digits


def to_minor(value: Decimal, currency: str) -> int:
    """Return an amount in minor units, rounded half away from zero. Raises InputError when too large."""
    minor = int(EXACT.quantize(EXACT.scaleb(value, Decimal(exponent(currency))), Decimal(1)))
    if abs(minor) > MAX_MINOR:
        raise InputError("The amount is too large to be booked.", code="amount_too_large")
    return minor


def from_minor(minor: int, currency: str) -> Decimal:
    """Return minor units as an amount with exactly the currency's decimals."""
    return Decimal(minor).scaleb(-exponent(currency))


def spread(minor: int, weights: Sequence[Decimal]) -> list[int]:
    """Spread an amount so that the parts sum to it exactly (largest remainder; ties to the first)."""
    total = sum((Fraction(weight) for weight in weights), Fraction(0))
    if not weights or total == 0:
        raise InputError("There is nothing to spread the amount over.", code="nothing_to_spread")
    exact = [Fraction(weight) * minor / total for weight in weights]
    parts = [share.numerator // share.denominator for share in exact]
    by_remainder = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for index in by_remainder[: minor - sum(parts)]:
        parts[index] += 1
    return parts


def check_decimal(
    value: Decimal,
    *,
    field: str,
    minimum: Decimal | None = None,
    maximum: Decimal = Decimal(10) ** 12 - 1,
    places: int = 6,
) -> Decimal:
    """Return a number that the books can hold exactly. Raises InputError."""
    if not value.is_finite():
        raise InputError("This is not a number.", code="not_a_number", field=field)
    if value.normalize().as_tuple().exponent < -places:  # type: ignore[operator]
        raise InputError(f"At most {places} decimals can be kept.", code="too_many_decimals", field=field)
    if (minimum is not None and value < minimum) or abs(value) > maximum:
        lower = f"{minimum} " if minimum is not None else f"−{maximum} "
        raise InputError(
            f"The number must lie between {lower}and {maximum}.", code="out_of_range", field=field
        )
    return value
