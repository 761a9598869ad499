"""Suppliers' numbers, made comparable: two that a person would take for one get one key (books.md 54)."""

import re
import unicodedata
from typing import Final

# Words before a number that say only what it is. The longest comes first.
_PREFIXES: Final = tuple(sorted((
    "INVOICENUMBER", "INVOICENO", "INVOICENR", "INVOICE", "INV", "IN", "RECHNUNGSNUMMER", "RECHNUNGSNR", "RECHNUNG",
    "RGNR", "RG", "RE", "FACTURE", "FACTURA", "FATTURA", "FATURA", "FACT", "FAC", "FAT", "FA", "FT", "FV", "BILL",
    "BILLNO", "CREDITNOTE", "CREDITNO", "CREDIT", "CRN", "CN", "GUTSCHRIFT", "GS", "AVOIR", "NFE", "NF", "HOADON",
    "HD", "DOC", "NO", "NR", "NUMBER", "NUM", "N",
), key=len, reverse=True))  # fmt: skip
# Letters that are read as digits, and typed for them.
_LOOKALIKES: Final = str.maketrans({"O": "0", "Q": "0", "I": "1", "L": "1"})
_BESIDE: Final = re.compile(r"(?<=[0-9])[OQIL]|[OQIL](?=[0-9])")
_PARTS: Final = re.compile(r"[A-Z]+|[0-9]+")


def number_key(number: str) -> str:
    """Return a number without case, punctuation, words before it and leading zeros, O read as 0, I and L as 1."""
    plain = _plain(number)
    digits = _without_prefix(plain).translate(_LOOKALIKES)
    return digits.lstrip("0") or digits[:1] or plain or _fallback(number)


def number_loose(number: str) -> str:
    """Return the same with the leading zeros of every part gone: 2026-0042 is 2026/42, R01 is R-1."""
    parts = _PARTS.findall(_read(unicodedata.normalize("NFKD", number).upper()))
    while len(parts) > 1 and parts[0] in _PREFIXES:
        parts = parts[1:]
    return "-".join(part.lstrip("0") or "0" for part in parts) or _fallback(number)


def _read(text: str) -> str:
    """Return a text with the letters beside digits that are read as digits turned into them."""
    before = ""
    while before != text:
        before, text = text, _BESIDE.sub(lambda found: found[0].translate(_LOOKALIKES), text)
    return text


def _plain(number: str) -> str:
    text = unicodedata.normalize("NFKD", number).upper()
    return "".join(_PARTS.findall(text))


def _without_prefix(text: str) -> str:
    """Leave out a word before digits; a number that is only a word stays."""
    for prefix in _PREFIXES:
        rest = text.removeprefix(prefix)
        if rest != text and any(each.isdigit() for each in rest[:1]):
            return rest
    return text


def _fallback(number: str) -> str:
    return unicodedata.normalize("NFKC", number).casefold().strip()
