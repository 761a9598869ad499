"""A CSV file read into rows: what its cells mean, or why they mean nothing. Nothing is written here."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from apps.core.errors import DomainError, InputError
from apps.core.web.csv_files import plain_cell
from apps.tenancy.rowfiles.columns import LEFT, Column

MAX_ROWS = 5_000
MAX_BYTES = 4_000_000
LONGEST_VALUE = 200
# The column that a file of refused rows has besides its own: read over, so that the repaired file can be sent as it is.
REASON = "Reason"
PROTECTED = "protected"


class UnreadableFile(DomainError):
    """Refuse a file that cannot be taken apart into rows at all."""

    code = "unreadable_file"
    status = 422
    cure = "Nothing was imported. Save it as CSV with the headings of an exported file and send it again."


@dataclass(frozen=True)
class Problem:
    """Why a row is refused: the row as a spreadsheet counts it, the column's heading, what stood there."""

    row: int
    column: str
    value: str
    reason: str


@dataclass
class Row:
    """A row of a file: its cells as they stood, the values they mean by field, and what is wrong."""

    number: int
    cells: list[str]
    values: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True)
class Sheet:
    """A file taken apart. `columns` has None where a column is read over."""

    headings: tuple[str, ...]
    columns: tuple[Column | None, ...]
    rows: list[Row]

    def problem_of(self, row: Row, name: str | None, reason: str) -> Problem:
        """Return a problem of a row at the column of a field; at none when no column has that field."""
        for column, cell in zip(self.columns, row.cells, strict=False):
            if column is not None and column.field == name:
                return Problem(row.number, column.heading, _told(column, cell), reason)
        return Problem(row.number, "", "", reason)


def read_sheet(content: bytes, columns: Sequence[Column]) -> Sheet:
    """Return a file's rows, each with its values or its problems. Raises UnreadableFile for the file as a whole."""
    lines = _lines(_text(content))
    if not lines:
        raise UnreadableFile("The file is empty.", field="file")
    headings = tuple(cell.strip() for cell in lines[0][1])
    placed = _placed(headings, columns)
    rows = [Row(number, cells) for number, cells in lines[1:]]
    if not rows:
        raise UnreadableFile("The file has headings and no rows.", field="file")
    if len(rows) > MAX_ROWS:
        raise UnreadableFile(
            f"The file has {len(rows):,} rows; one file may have {MAX_ROWS:,}.",
            cure="Nothing was imported. Send it in parts.", field="file",
        )  # fmt: skip
    sheet = Sheet(headings, placed, rows)
    for row in rows:
        _read(sheet, row)
    return sheet


def reason_of(error: DomainError) -> str:
    """Return a refusal as one text for a cell."""
    return " ".join(part for part in (error.message, error.cure) if part)


def _text(content: bytes) -> str:
    if len(content) > MAX_BYTES:
        raise UnreadableFile(
            f"The file is larger than {MAX_BYTES // 1_000_000} MB.",
            cure="Nothing was imported. Send it in parts.", field="file",
        )  # fmt: skip
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UnreadableFile(
            f"The file is not in UTF-8: line {line} holds a byte that is none.",
            cure="Nothing was imported. Save it as “CSV UTF-8” and send it again.", field="file",
        ) from None  # fmt: skip
    if "\0" in text:
        raise UnreadableFile("The file holds null characters; it is no CSV file.", field="file")
    return text


def _lines(text: str) -> list[tuple[int, list[str]]]:
    """Return the lines that hold anything, each with the number a spreadsheet shows."""
    first = text.partition("\n")[0]
    mark = max(",;\t", key=first.count)
    try:
        read = list(
            enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True), start=1)
        )
    except csv.Error as error:
        raise UnreadableFile(f"The file cannot be read as CSV: {error}.", field="file") from None
    return [(number, cells) for number, cells in read if any(cell.strip() for cell in cells)]


def _placed(headings: Sequence[str], columns: Sequence[Column]) -> tuple[Column | None, ...]:
    known = {column.heading.casefold(): column for column in columns}
    passed_over = {REASON.casefold(), *(c.heading.casefold() for c in columns if not c.is_read)}
    folded = [heading.casefold() for heading in headings]
    unknown = [heading for heading in headings if heading.casefold() not in {*known, *passed_over}]
    missing = [
        column.heading for column in columns if column.is_required and column.heading.casefold() not in folded
    ]
    twice = [heading for n, heading in enumerate(headings) if heading.casefold() in folded[:n]]
    for names, said in (
        (unknown, "There is no column “{}”."),
        (missing, "The column “{}” is missing."),
        (twice, "The column “{}” stands there twice."),
    ):
        if names:
            told = ", ".join(column.heading for column in columns if column.is_read)
            cure = f"Nothing was imported. The columns are: {told}."
            raise UnreadableFile(said.format(names[0][:100]), cure=cure, field="file")
    return tuple(None if name in passed_over else known[name] for name in folded)


def _read(sheet: Sheet, row: Row) -> None:
    if any(cell.strip() for cell in row.cells[len(sheet.headings) :]):
        row.problems.append(Problem(row.number, "", "", "The row has more cells than the headings."))
        return
    row.cells = [*row.cells, *[""] * len(sheet.headings)][: len(sheet.headings)]
    plain = [plain_cell(cell).strip() for cell in row.cells]
    cells = {column.field: cell for column, cell in zip(sheet.columns, plain, strict=True) if column}
    for column, cell in zip(sheet.columns, plain, strict=True):
        if column is None:
            continue
        try:
            value = _value(column, cell, cells)
            if value is not LEFT:
                row.values[column.field] = value
        except DomainError as error:
            row.problems.append(Problem(row.number, column.heading, _told(column, cell), reason_of(error)))


def _value(column: Column, cell: str, cells: Mapping[str, str]) -> Any:
    if cell:
        return column.kind.read(cell, cells)
    if column.is_required:
        raise InputError("This is needed.")
    return column.kind.empty


def _told(column: Column, cell: str) -> str:
    """Return a cell as a person is told of it: cut, and never what is personal."""
    if not column.is_written:
        return PROTECTED
    return cell if len(cell) <= LONGEST_VALUE else f"{cell[:LONGEST_VALUE]}…"
