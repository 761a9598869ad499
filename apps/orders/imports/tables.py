"""Tab-separated files without a header, read row by row: each cell by its type, each fault by its place."""

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from apps.core.errors import DomainError, InputError
from apps.core.money import check_decimal
from apps.core.text import clean_text

LONGEST_CELL = 10_000
MAX_BYTES = 200_000_000
SHOWN_VALUE = 80


@dataclass(frozen=True)
class Problem:
    """A row that was not taken: where, which value, and why."""

    file: str
    row: int
    column: str
    value: str
    reason: str


class CellError(ValueError):
    """A cell does not hold what its column wants."""


@dataclass(frozen=True)
class Column:
    """A cell of a row: its place from 0, its name, and what reads it."""

    place: int
    name: str
    read: Callable[[str], Any]


@dataclass(frozen=True)
class Table:
    """A file: its name, how many cells each row has, and the columns that are read."""

    file: str
    width: int
    columns: tuple[Column, ...]


Row = tuple[int, Mapping[str, Any]]


def read_table(folder: Path, table: Table, problems: list[Problem]) -> Iterator[Row]:
    """Yield (row number, values by column) of a file's good rows; faults of the others are added to `problems`.

    Raises InputError when the file is not there, too large, or not text.
    """
    path = folder / table.file
    if not path.is_file():
        raise InputError(
            f"The folder has no file {table.file}.", code="file_missing", cure="Name another folder."
        )
    if path.stat().st_size > MAX_BYTES:
        raise InputError(f"{table.file} is larger than {MAX_BYTES:,} bytes.", code="file_too_large")
    csv.field_size_limit(LONGEST_CELL)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for number, cells in enumerate(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE), start=1):
                values = _read_row(table, number, cells, problems)
                if values is not None:
                    yield number, values
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{table.file} cannot be read as text: {error}.", code="not_text") from error


def _read_row(table: Table, number: int, cells: list[str], problems: list[Problem]) -> dict[str, Any] | None:
    if len(cells) != table.width:
        reason = f"The row has {len(cells)} cells, not {table.width}."
        problems.append(Problem(table.file, number, "", "\t".join(cells)[:SHOWN_VALUE], reason))
        return None
    values: dict[str, Any] = {}
    for column in table.columns:
        text = cells[column.place]
        try:
            values[column.name] = column.read(text)
        except CellError as error:
            problems.append(Problem(table.file, number, column.name, text[:SHOWN_VALUE], str(error)))
            return None
    return values


def key(text: str) -> str:
    """Read a whole number that names a row."""
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise CellError("This is not a whole number.")
    return str(int(text))


def words(limit: int) -> Callable[[str], str]:
    """Return what reads a text that must hold something."""

    def read(text: str) -> str:
        try:
            return clean_text(text, field="", limit=limit)
        except DomainError as error:
            raise CellError(error.message) from error

    return read


def number(*, above_zero: bool = False) -> Callable[[str], Decimal]:
    """Return what reads a number from zero with at most six decimals."""

    def read(text: str) -> Decimal:
        try:
            value = check_decimal(Decimal(text), field="", minimum=Decimal(0))
        except InvalidOperation:
            raise CellError("This is not a number.") from None
        except DomainError as error:
            raise CellError(error.message) from error
        if above_zero and value == 0:
            raise CellError("This must be above zero.")
        return value

    return read


def day(text: str) -> date:
    """Read the day of a moment such as 2022-04-15 00:00:00.000."""
    try:
        found = datetime.strptime(text[:10], "%Y-%m-%d").date()  # noqa: DTZ007 only its day is read
    except ValueError:
        raise CellError("This is not a date.") from None
    if not 1990 <= found.year <= 2100:
        raise CellError("The date lies outside 1990 to 2100.")
    return found


def choice(*allowed: str) -> Callable[[str], str]:
    """Return what reads one of some values."""

    def read(text: str) -> str:
        if text not in allowed:
            raise CellError(f"This is none of {', '.join(allowed)}.")
        return text

    return read
