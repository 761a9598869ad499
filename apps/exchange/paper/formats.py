"""Numbers and dates on paper, as the tenant's locale writes them."""

from datetime import date
from decimal import Decimal

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import NumberPattern, parse_pattern

from apps.core.errors import DomainError
from apps.core.money import exponent
from apps.exchange.model import Amount

DEFAULT = "en_GB"


def locale_of(name: str) -> Locale:
    """Return a locale by its name, British English where the name says nothing."""
    try:
        return Locale.parse(name.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale.parse(DEFAULT)


class Formats:
    """How one document writes its numbers and dates."""

    def __init__(self, locale: Locale, currency: str) -> None:
        self._locale, self._pattern = locale, str(locale.decimal_formats[None].pattern)
        try:
            self._places = exponent(currency)
        except DomainError:
            self._places = 2

    def money(self, amount: Amount | None) -> str:
        """Write a sum with its currency's decimals; more, where the document has more."""
        if amount is None:
            return ""
        places = max(self._places, _places(amount.value.normalize()))
        return self._write(amount.value, places, places)

    def number(self, value: Decimal | None, *, least: int = 0) -> str:
        """Write a number with the decimals it needs."""
        return "" if value is None else self._write(value, least, max(least, _places(value.normalize())))

    def price(self, amount: Amount | None) -> str:
        """Write a price: at least the currency's decimals."""
        return "" if amount is None else self.number(amount.value, least=self._places)

    def day(self, value: date | None) -> str:
        """Write a date."""
        return format_date(value, format="medium", locale=self._locale) if value else ""

    def _write(self, value: Decimal, least: int, most: int) -> str:
        pattern: NumberPattern = parse_pattern(self._pattern)
        pattern.frac_prec = (least, most)
        # A true minus sign is as wide as a plus and is not taken for a hyphen.
        return str(pattern.apply(value, self._locale)).replace("-", "−")


def _places(value: Decimal) -> int:
    return max(0, -int(value.as_tuple().exponent))
