"""Tax numbers: checked where the country's rule is known, kept as they were typed elsewhere.

Rules by python-stdnum: Brazil CNPJ (numeric, and with letters as issued from July 2026: Instrução Normativa RFB
2.229/2024, each character worth its ASCII code less 48) and CPF; VAT numbers of the European Union and the United
Kingdom (XI for Northern Ireland); Vietnam MST. A checked number is stored without separators; VAT numbers begin with
their country (EL for Greece).
"""

import re
import unicodedata
from collections.abc import Callable
from types import ModuleType

from stdnum.br import cnpj, cpf
from stdnum.eu import vat as eu_vat
from stdnum.exceptions import ValidationError
from stdnum.gb import vat as gb_vat
from stdnum.vn import mst

from apps.core.errors import InputError
from apps.core.text import clean_text

LIMIT = 64
CPF_LENGTH = 11
_SEPARATORS = re.compile(r"[\s./\-\u2010-\u2015]")
_PREFIXES = {"GR": "EL"}
_EU = frozenset(code.upper() for code in eu_vat.MEMBER_STATES) - {"XI"}
_VAT_COUNTRIES = {*_EU, "GB"}
_VAT_PREFIXES = {*(_EU - {"GR"}), "EL", "GB", "XI"}
_OWN_NUMBERS = {"BR", "VN"}
_EXAMPLES = {"BR": "11.222.333/0001-81", "GB": "GB 980 7806 84", "VN": "0100233488"}


def check_tax_id(text: str, country_code: str) -> str:
    """Return a tax number as it is stored. Raises InputError for one that its country's rule refuses."""
    typed = clean_text(text, field="tax_id", limit=LIMIT, required=False)
    check = _check_of(country_code)
    if not typed or check is None:
        return typed
    number = compact(typed)
    try:
        if not number.isascii():
            raise ValidationError
        return check(number)
    except ValidationError:
        example = _EXAMPLES.get(country_code)
        like = f", for example {example}" if example else ""
        raise InputError(
            f"“{typed}” is no valid tax number of this country.", code="invalid_tax_id", field="tax_id",
            cure=f"Compare it with the registration{like}. Leave it empty when there is none.",
        ) from None  # fmt: skip


def is_vat_number(number: str, country_code: str) -> bool:
    """Say whether a stored tax number is one for VAT: it begins with its country (EN 16931, BR-CO-09).

    Numbers of Brazil and Vietnam never are, whatever letters they begin with.
    """
    if country_code in _OWN_NUMBERS:
        return False
    prefixes = {_PREFIXES.get(country_code, country_code), *(["XI"] if country_code == "GB" else [])}
    return number[:2] in prefixes


def compact(text: str) -> str:
    """Return a tax number without separators, in capitals."""
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", text)).upper()


def compact_known(text: str, country_code: str) -> str:
    """Return a tax number as it is stored, unchecked: for files whose sender is believed."""
    return compact(text) if text and _check_of(country_code) else text


def _check_of(country_code: str) -> Callable[[str], str] | None:
    if country_code == "BR":
        return _brazilian
    if country_code == "VN":
        return _by(mst)
    if country_code in _VAT_COUNTRIES:
        return lambda number: _vat(number, country_code)
    return None


def _by(module: ModuleType) -> Callable[[str], str]:
    return lambda number: str(module.validate(number))


def _brazilian(number: str) -> str:
    return str((cpf if len(number) == CPF_LENGTH else cnpj).validate(number))


def _vat(number: str, country_code: str) -> str:
    """Check a VAT number; one of another country of the system is taken too: companies register abroad."""
    prefix = _PREFIXES.get(country_code, country_code)
    if prefix != country_code:
        number = number.removeprefix(country_code)
    given = number[:2] if number[:2] in _VAT_PREFIXES else ""
    if given and given != prefix:
        try:
            return _vat_of(number[2:], given)
        except ValidationError:
            # It may also be letters that belong to the number, as in Ireland or Cyprus.
            given = ""
    return _vat_of(number[2:] if given else number, prefix)


def _vat_of(number: str, prefix: str) -> str:
    if prefix in {"GB", "XI"}:
        return f"{prefix}{gb_vat.validate(number)}"
    return str(eu_vat.validate(f"{prefix}{number}"))
