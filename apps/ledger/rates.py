"""Exchange rates to the book currency, and amounts converted at them."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from apps.core.errors import DomainError
from apps.core.money import exponent, from_minor, to_minor
from apps.ledger.models import ExchangeRate
from apps.ledger.queries import book_currency, get_settings


class NoRate(DomainError):
    """No exchange rate of this currency is recent enough for the day."""

    code = "no_rate"
    status = 422
    cure = "Enter a rate for this day under Ledger, Rates, or import a file of rates."


@dataclass(frozen=True, slots=True)
class Rate:
    """What one unit of a currency is worth in the book currency; `day` is the day that the rate is of."""

    currency: str
    day: date
    rate: Decimal
    source: str


def get_rate(*, currency: str, day: date) -> Rate:
    """Return the latest rate to the book currency on or before a day, 1 for the book currency itself.

    Raises NoRate when the latest is older than the tenant allows, InputError for an unknown currency.
    """
    exponent(currency)
    if currency == book_currency():
        return Rate(currency, day, Decimal(1), "book currency")
    found = ExchangeRate.objects.filter(currency=currency, day__lte=day).order_by("-day").first()
    oldest = day - timedelta(days=get_settings().rate_max_days)
    if found is None or found.day < oldest:
        last = f"the latest is of {found.day}" if found else "there is none"
        raise NoRate(f"There is no rate from {currency} to {book_currency()} for {day}: {last}.",
                     field="currency", detail={"currency": currency, "day": day.isoformat()})  # fmt: skip
    return Rate(currency, found.day, found.rate, found.source)


def to_book(minor: int, currency: str, rate: Decimal, book_currency: str) -> int:
    """Return an amount in minor units of the book currency, rounded half away from zero, once."""
    return to_minor(from_minor(minor, currency) * rate, book_currency)
