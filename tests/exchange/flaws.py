"""Put a flaw of the table into its document: a value at a path, or one of the few that need more than one place."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from apps.exchange.model import EInvoice, References, TaxRegistration
from tests.exchange.documents import category, eur, spoil


def _no_reason(document: EInvoice, path: str) -> EInvoice:
    for name in ("reason", "reason_code"):
        document = spoil(document, f"{path}.{name}", "")
    return document


def _no_numbers(document: EInvoice) -> EInvoice:
    document = spoil(spoil(document, "seller.registrations", ()), "buyer.registrations", ())
    return spoil(document, "buyer.legal_id", None)  # type: ignore[no-any-return]


def _a_number(document: EInvoice) -> EInvoice:
    return spoil(document, "seller.registrations", (TaxRegistration("NO923609016MVA"),))  # type: ignore[no-any-return]


def _only(document: EInvoice, which: int) -> EInvoice:
    """Leave the category on one adjustment alone; what else it stood on becomes something else."""
    other = category("Z", "0")
    for path in ("lines.0.item.category", f"adjustments.{1 - which}.category"):
        document = spoil(document, path, other)
    return document


SPECIAL: dict[str, Callable[[EInvoice], EInvoice]] = {
    "no due date": lambda it: replace(it, due_date=None, terms=""),
    "no reference": lambda it: replace(it, references=References()),
    "nameless seller": lambda it: replace(
        it,
        seller=replace(it.seller, identifiers=(), legal_id=None, registrations=()),  # type: ignore[type-var]
    ),
    "no numbers": _no_numbers,
    "no numbers, allowance only": lambda it: _only(_no_numbers(it), 0),
    "no numbers, charge only": lambda it: _only(_no_numbers(it), 1),
    "a number": _a_number,
    "a number, allowance only": lambda it: _only(_a_number(it), 0),
    "a number, charge only": lambda it: _only(_a_number(it), 1),
}


def flawed(document: EInvoice, path: str, value: Any) -> EInvoice:
    """Return the document with its flaw."""
    if value == "no reason":
        return _no_reason(document, path)
    if value == "one more":
        subtotals = document.tax_totals[0].subtotals
        added = replace(subtotals[0], base=eur("0.00"), tax=eur("0.00"), category=category("Z", "0"))
        return spoil(document, path, (*subtotals, added))  # type: ignore[no-any-return]
    if not path:
        return SPECIAL[value](document)
    return spoil(document, path, value)  # type: ignore[no-any-return]
