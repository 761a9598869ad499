"""The rules of the Online Retail layout: which documents are taken, which are not, and why."""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal

from apps.invoices.imports.decisions import Kind, Problem
from apps.invoices.imports.profiles.cells import READING_RULES
from apps.invoices.imports.profiles.online_retail_rows import (
    COUNTRY,
    CUSTOMER,
    NUMBER,
    PRICE,
    QUANTITY,
    STAMP,
    Row,
)

CURRENCY = "GBP"
# Far above any real line; a document of such lines still fits into a bigint of minor units.
LARGEST_LINE = Decimal(10) ** 12

RULES: dict[str, str] = {
    # Taken, with a remark
    "walk_in_customer": "Documents without a customer are booked on the walk-in customer.",
    "free_line": "Lines with price 0 in a document that has priced lines belong to it and are kept.",
    "exact_duplicate": "Rows that repeat another row of their document are kept: the sender counted both, "
    "and a line has no identifier that would prove a copy.",
    "several_times": "Documents whose rows carry several times of one day are one document of that day.",
    "rounded_line": "Lines whose quantity × price has parts of a cent are rounded half away from zero.",
    "stock_code_in_capitals": "Stock codes are read in capitals: 85123a and 85123A are one product.",
    "description_missing": "Lines without a description show their stock code.",
    "country_stand_in": "Places without a country code of their own get a stand-in "
    "(Channel Islands → JE, European Community → EU, Unspecified → ZZ).",
    # Not taken, and rightly so
    "stock_adjustment": "Documents in which every price is 0 and nobody bought are stock counts, damages and "
    "the like: nothing was sold.",
    "free_goods": "Documents in which every price is 0 and a customer is named are gifts: nothing is owed.",
    "bad_debt_adjustment": "Documents whose number starts with A adjust bad debt: they are entries of the "
    "ledger, not sales.",
    "blank_row": "Rows without any content.",
    "already_imported": "Documents that are in the books with the same content are left as they are.",
    # Refused until repaired
    **READING_RULES,
    "document_number_missing": "Rows without a document number.",
    "bad_document_number": "Document numbers are digits, with a C before them for a cancellation.",
    "several_customers": "Documents must have one customer.",
    "several_countries": "Documents must have one country.",
    "several_days": "Documents must have one day.",
    "negative_price": "Invoices and credit notes have no negative prices.",
    "zero_quantity": "Lines must have a quantity.",
    "negative_quantity": "Invoices have no negative quantities; a return is a credit note.",
    "positive_quantity": "Credit notes have only negative quantities.",
    "amount_too_large": "Line amounts have a bound.",
    "neighbour_unreadable": "Documents beside a row whose document cannot be told are not taken without it.",
    "document_too_long": "Documents have a bounded number of rows.",
    "changed_after_import": "Documents that are in the books with other content are not changed.",
}
_SALE = re.compile(r"C?\d{1,20}", re.ASCII)


def kind_of(number: str) -> Kind:
    """Return what a number that passed `judge` stands for."""
    return "credit_note" if number.startswith("C") else "invoice"


def skip_rule(number: str, rows: list[Row]) -> str:
    """Return the rule by which a readable document is rightly not taken, or an empty text."""
    if number.startswith("A"):
        return "bad_debt_adjustment"
    if any(row.unit_price != 0 for row in rows):
        return ""
    is_gift = any(row.customer for row in rows) and all(row.quantity > 0 for row in rows)
    return "free_goods" if is_gift else "stock_adjustment"


def judge(number: str, rows: list[Row]) -> list[Problem]:
    """Return why a readable document cannot be booked, row by row; nothing when it can."""
    if not _SALE.fullmatch(number):
        reason = "The document number is not digits, or C and digits. Correct it."
        return [Problem("bad_document_number", row.row, NUMBER, number[:200], reason) for row in rows]
    found = [*_differing(number, rows)]
    for row in rows:
        found.extend(_line_problems(kind_of(number), row))
    return found


def _differing(number: str, rows: list[Row]) -> Iterator[Problem]:
    first = rows[0]
    checks: tuple[tuple[str, str, str, Callable[[Row], object]], ...] = (
        ("several_customers", CUSTOMER, "customer", lambda row: row.customer),
        ("several_countries", COUNTRY, "country", lambda row: row.country),
        ("several_days", STAMP, "day", lambda row: row.stamp.date()),
    )
    for code, column, word, read in checks:
        expected = read(first)
        for row in rows:
            if read(row) != expected:
                reason = f"Row {first.row} of document {number} has another {word} (“{expected}”)."
                yield Problem(code, row.row, column, str(read(row)), reason)


def _line_problems(kind: Kind, row: Row) -> Iterator[Problem]:
    if row.unit_price < 0:
        yield Problem("negative_price", row.row, PRICE, str(row.unit_price), "A price cannot be negative.")
    if row.quantity == 0:
        yield _at_quantity("zero_quantity", row, "The quantity is 0.")
    if kind == "invoice" and row.quantity < 0:
        reason = "A return does not belong on an invoice. Give it a document number that starts with C."
        yield _at_quantity("negative_quantity", row, reason)
    if kind == "credit_note" and row.quantity > 0:
        reason = "A sale does not belong on a credit note. Give it a document number without C."
        yield _at_quantity("positive_quantity", row, reason)
    if abs(row.value) > LARGEST_LINE:
        yield _at_quantity("amount_too_large", row, "Quantity × price is too large to be an invoice line.")


def _at_quantity(code: str, row: Row, reason: str) -> Problem:
    return Problem(code, row.row, QUANTITY, str(row.quantity), reason)
