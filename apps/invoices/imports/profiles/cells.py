"""Read single cells strictly: a value is what it says, or a reason why it is not."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from apps.invoices.imports.countries import country_code
from apps.invoices.imports.decisions import Problem

_NUMBER = re.compile(r"[+-]?\d{1,12}(?:\.\d{1,6})?", re.ASCII)
_CUSTOMER = re.compile(r"[0-9A-Za-z][0-9A-Za-z._/-]{0,39}", re.ASCII)
_FLOAT_TEXT = re.compile(r"(\d+)\.0+", re.ASCII)
# Besides control characters what breaks lines or turns the direction of text (see `apps.core.text`).
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
_STAMP = re.compile(r"\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d)?)?", re.ASCII)
EARLIEST = date(1990, 1, 1)
# What a document is refused for, by the code of its first problem, whatever the profile.
READING_RULES = {
    "nul_byte": "Rows must not hold NUL bytes.",
    "bad_letter": "All letters of a row must be readable.",
    "line_too_long": "Lines have a bounded length.",
    "quote_not_closed": "Quotes that open must close.",
    "broken_quotes": "Quotes inside a quoted text are written twice.",
    "wrong_field_count": "Rows have as many fields as the first row.",
    "number_missing": "Quantities and prices must be there.",
    "not_a_number": "Quantities and prices must be plain numbers.",
    "date_missing": "Dates must be there.",
    "not_a_date": "Dates are written year first.",
    "date_out_of_range": "Dates must lie in a believable range.",
    "bad_customer_code": "Customer codes are short and plain.",
    "bad_stock_code": "Stock codes are short and plain.",
    "unknown_country": "Countries must be known by name or code.",
    "text_too_long": "Texts have a bounded length.",
    "control_character": "Texts hold no control characters.",
}


class BadCellError(ValueError):
    """A cell cannot be taken: code and reason; the caller knows the row and column."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason

    def at(self, row: int, column: str, value: str) -> Problem:
        """Return the problem with its place."""
        return Problem(self.code, row, column, value[:200], self.reason)


def cell(fields: Sequence[str], positions: Mapping[str, int], column: str) -> str:
    """Return a cell without surrounding spaces; empty when the row is too short."""
    place = positions[column]
    return fields[place].strip() if place < len(fields) else ""


@lru_cache(maxsize=4096)
def read_number(text: str) -> Decimal:
    """Return a number with a point as decimal mark, up to 12 digits before it and 6 after."""
    if _NUMBER.fullmatch(text):
        return Decimal(text)
    if not text:
        raise BadCellError("number_missing", "A number is missing.")
    raise BadCellError(
        "not_a_number", "This is not a plain number. Write it like 1234.56, without other signs."
    )


@lru_cache(maxsize=4096)
def read_stamp(text: str, latest: date) -> datetime:
    """Return a time written as YYYY-MM-DD[ HH:MM[:SS]]; other orders of day and month are not guessed."""
    if not text:
        raise BadCellError("date_missing", "The date is missing.")
    if not _STAMP.fullmatch(text):
        raise BadCellError("not_a_date", "This is not a date written as 2011-12-31 or 2011-12-31 17:05:00.")
    try:
        stamp = datetime.fromisoformat(text)
    except ValueError:
        raise BadCellError("not_a_date", "There is no such day or time in the calendar.") from None
    if not EARLIEST <= stamp.date() <= latest:
        raise BadCellError("date_out_of_range", f"The date is not between {EARLIEST} and {latest}.")
    return stamp


@lru_cache(maxsize=4096)
def read_customer(text: str) -> str:
    """Return a customer code; “17850.0” is the number 17850 that passed through a spreadsheet."""
    plain = _FLOAT_TEXT.fullmatch(text)
    code = plain.group(1) if plain else text
    if code and not _CUSTOMER.fullmatch(code):
        raise BadCellError(
            "bad_customer_code", "A customer code has up to 40 letters, digits, dots, dashes or slashes."
        )
    return code


@lru_cache(maxsize=512)
def read_country(text: str) -> str:
    """Return the two-letter code of a country name."""
    code = country_code(text)
    if code is None:
        raise BadCellError(
            "unknown_country",
            "No country is known by this name. Write its English name or its two-letter code.",
        )
    return code


def read_text(text: str, *, longest: int) -> str:
    """Return a text of bounded length without control characters."""
    if len(text) > longest:
        raise BadCellError("text_too_long", f"The text has {len(text)} letters; {longest} fit.")
    if _CONTROL.search(text):
        raise BadCellError(
            "control_character", "The text holds a control character or a line break. Remove it."
        )
    return text
