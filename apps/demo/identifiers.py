"""Tax identifiers with right check digits, and e-mail addresses that reach nobody."""

import unicodedata
from random import Random

from stdnum.br import cnpj
from stdnum.gb import vat
from stdnum.vn import mst


def make_cnpj(rng: Random) -> str:
    """Return a Brazilian CNPJ, formatted."""
    base = f"{rng.randrange(1_000_000, 99_999_999):08d}0001"
    return str(cnpj.format(base + cnpj.calc_check_digits(base)))


def make_mst(rng: Random) -> str:
    """Return a Vietnamese tax code (MST)."""
    while True:
        base = f"{rng.randrange(1, 64):02d}{rng.randrange(1, 9_999_999):07d}"
        number = base + mst.calc_check_digit(base)
        # One base in eleven has no check digit.
        if mst.is_valid(number):
            return number


def make_gb_vat(rng: Random) -> str:
    """Return a British VAT number, formatted."""
    base = f"{rng.randrange(1_000_000, 9_999_999)}"
    checks = (f"{base}{check:02d}" for check in range(97))
    return "GB " + str(vat.format(next(number for number in checks if vat.checksum(number) == 0)))


def make_email(name: str, part: str) -> str:
    """Return an address under .example, which by RFC 2606 belongs to nobody."""
    plain = unicodedata.normalize("NFKD", name.lower().replace("đ", "d").replace("'", ""))
    words = "".join(
        c if c.isascii() and c.isalnum() else " " for c in plain if not unicodedata.combining(c)
    ).split()
    return f"{part}@{'-'.join(words)[:48].strip('-')}.example"
