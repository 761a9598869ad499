"""Countries by their ISO 3166 code."""

from functools import cache

from babel import Locale

from apps.core.errors import InputError

_TERRITORIES = {str(code): str(name) for code, name in Locale("en").territories.items()}
# CLDR also names regions, test codes and “unknown”, which are nobody's address.
_NOT_COUNTRIES = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"})


@cache
def country_codes() -> frozenset[str]:
    """Return the codes that name a country or territory."""
    return frozenset(code for code in _TERRITORIES if len(code) == 2 and code.isalpha()) - _NOT_COUNTRIES


def check_country(code: str) -> str:
    """Return a country code in capitals. Raises InputError for one that is none."""
    found = code.strip().upper()
    if found not in country_codes():
        raise InputError(f"“{code}” is not a country code.", code="unknown_country", field="country_code",
                         cure="Use the two letters of ISO 3166, for example GB, BR or VN.")  # fmt: skip
    return found


def country_name(code: str, locale: str = "en") -> str:
    """Return a country's name in a locale; the code itself when it has none."""
    return str(Locale.parse(locale.replace("-", "_")).territories.get(code, code))
