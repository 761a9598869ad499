"""Read an electronic invoice from a file, whatever it is: UBL, CII, or a PDF that holds one of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal

from apps.exchange.cii import names as cii
from apps.exchange.cii.reading import read_root as read_cii_root
from apps.exchange.model import EInvoice
from apps.exchange.nodes import UNREAD_AT_MOST, Reading, Unread, place_of
from apps.exchange.pdf import extract_xml
from apps.exchange.ubl.names import PREFIXES
from apps.exchange.ubl.reading import ROOTS
from apps.exchange.ubl.reading import read_root as read_ubl_root
from apps.exchange.validator import Finding, Profile, check
from apps.exchange.validator.checking import by_profile
from apps.exchange.validator.finding import broken
from apps.exchange.xml import parse_xml, refuse

Syntax = Literal["UBL", "CII"]
PDF_MAGIC = b"%PDF-"


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file that was read: the document, what it is written in, what the model has no place for.

    `container` is the name of the file inside a PDF, or nothing. `empty` are the places of empty elements.
    """

    invoice: EInvoice
    syntax: Syntax
    unread: tuple[Unread, ...] = ()
    empty: tuple[str, ...] = ()
    container: str = ""


def read_einvoice(content: bytes) -> ReadFile:
    """Return the electronic invoice in a file. Raises EInvoiceRefused: not one, hostile, or damaged."""
    if content.lstrip()[:5] == PDF_MAGIC:
        name, inner = extract_xml(content)
        return _read_xml(inner, container=name)
    return _read_xml(content)


def check_file(read: ReadFile, *, profile: Profile = "auto") -> list[Finding]:
    """Return the findings about a file: about what it says, and about its form (PEPPOL-EN16931-R008)."""
    form = [broken("PEPPOL-EN16931-R008", place, expected="a value") for place in read.empty]
    return [*check(read.invoice, profile=profile), *by_profile(form, read.invoice, profile=profile)]


def _read_xml(content: bytes, *, container: str = "") -> ReadFile:
    root = parse_xml(content)
    if root.tag == cii.ROOT:
        invoice, unread = read_cii_root(root)
        return ReadFile(invoice, "CII", unread, _list_empty(root, cii.PREFIXES), container)
    if root.tag in ROOTS:
        invoice, unread = read_ubl_root(root)
        return ReadFile(invoice, "UBL", unread, _list_empty(root, PREFIXES), container)
    name = root.tag.rpartition("}")[2][:80]
    raise refuse(
        "wrong_root", f"The file is XML, but its root is “{name}”, not an invoice of UBL 2.1 or CII."
    )


def _list_empty(root: Any, prefixes: dict[str, str]) -> tuple[str, ...]:
    return tuple(islice(_empty(root, Reading(prefixes)), UNREAD_AT_MOST))


def _empty(root: Any, reading: Reading) -> Iterator[str]:
    for element in root.iter():
        if len(element) == 0 and not (element.text or "").strip():
            yield place_of(element, reading)
