"""Country names as files write them → ISO 3166-1 alpha-2 codes."""

from functools import cache

from apps.core.countries import country_codes, country_name

UNKNOWN = "ZZ"
# Names that are not a country's English name in CLDR.
_BY_HAND = {
    "eire": "IE",
    "rsa": "ZA",
    "usa": "US",
    "uk": "GB",
    "uae": "AE",
    "czech republic": "CZ",
    "hong kong": "HK",
    "korea": "KR",
    "turkey": "TR",
    "unspecified": UNKNOWN,
}
# Places without a code of their own.
STAND_INS = {"european community": "EU", "channel islands": "JE"}


def country_code(name: str) -> str | None:
    """Return the code of a country given by English name or code, “ZZ” for unspecified, None when unknown."""
    plain = name.strip().lower()
    return _BY_HAND.get(plain) or STAND_INS.get(plain) or _by_name().get(plain)


@cache
def _by_name() -> dict[str, str]:
    codes = sorted(country_codes())
    return {country_name(code).lower(): code for code in codes} | {code.lower(): code for code in codes}
