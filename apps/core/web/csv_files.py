"""Lists as CSV files that a spreadsheet opens without running anything in them."""

import csv
import io
import tempfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import IO, cast

from django.http import FileResponse

from apps.core.errors import DomainError

MAX_ROWS = 100_000
IN_MEMORY = 2_000_000
# A cell that begins so is a formula to a spreadsheet; the apostrophe makes it text again.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


class TooManyRows(DomainError):
    """The list is longer than one file may be."""

    code = "too_many_rows"
    status = 422
    cure = "Narrow the list with a filter, such as a range of dates, and export it in parts."


def check_rows(number: int) -> None:
    """Raise TooManyRows when a list does not fit one file."""
    if number > MAX_ROWS:
        raise TooManyRows(f"The list has {number:,} rows; one file holds {MAX_ROWS:,}. Nothing was exported.")


def csv_file(name: str, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> FileResponse:
    """Return a CSV download. All rows are read here, inside the scope; only the finished file travels."""
    spool = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 the response closes it
    text = io.TextIOWrapper(cast("IO[bytes]", spool), encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(headings)
    writer.writerows([safe_cell(value) for value in row] for row in rows)
    text.detach()
    spool.seek(0)
    return FileResponse(spool, as_attachment=True, filename=name, content_type="text/csv; charset=utf-8")


def safe_cell(value: object) -> object:
    """Return a cell as it is written: numbers and dates plainly, text never as a formula."""
    if isinstance(value, str):
        return f"'{value}" if _is_guarded_or_formula(value) else value
    if isinstance(value, date | datetime):
        return value.isoformat()
    return "" if value is None else value


def plain_cell(text: str) -> str:
    """Return what a cell of our own files says: the apostrophe that `safe_cell` put there is taken away again."""
    return text[1:] if text.startswith("'") and _is_guarded_or_formula(text) else text


def _is_guarded_or_formula(text: str) -> bool:
    # A text that itself begins with an apostrophe and a formula gets one more, so that reading gives it back.
    return text.lstrip("'").startswith(FORMULA_STARTS)
