"""Find the columns that a profile needs in the header of a file."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass

from apps.invoices.imports.errors import refuse_file

DELIMITERS = (",", ";", "\t", "|")
REASON_COLUMN = "import_reason"


@dataclass(frozen=True, slots=True)
class Column:
    """A column that a profile reads: its name in reports and the other names it goes by."""

    name: str
    aliases: tuple[str, ...] = ()
    required: bool = True

    def answers_to(self, heading: str) -> bool:
        """Tell whether a heading means this column; case, spaces and underscores do not matter."""
        return _plain(heading) in {_plain(name) for name in (self.name, *self.aliases)}


@dataclass(frozen=True, slots=True)
class Header:
    """The header of a file and where the profile's columns are in it.

    A reason column left by an earlier import is not part of it; `reason_at` says where it stood.
    """

    headings: tuple[str, ...]
    positions: dict[str, int]
    ignored: tuple[str, ...] = ()
    reason_at: int | None = None

    @property
    def width(self) -> int:
        """How many fields a whole row has."""
        return len(self.headings)


def detect_delimiter(first_line: str, columns: Sequence[Column]) -> str:
    """Return the delimiter under which the first line holds most of the columns; ties go to the comma."""
    return max(DELIMITERS, key=lambda delimiter: _matches(first_line, delimiter, columns))


def read_header(headings: Sequence[str], columns: Sequence[Column]) -> Header:
    """Return where each column is. Raises FileRefused when one is missing or there twice."""
    every = [heading.strip() for heading in headings]
    reason_at = every.index(REASON_COLUMN) if REASON_COLUMN in every else None
    names = tuple(name for i, name in enumerate(every) if i != reason_at)
    found = {
        column.name: [i for i, name in enumerate(names) if column.answers_to(name)] for column in columns
    }
    _refuse_missing([c.name for c in columns if c.required and not found[c.name]], names)
    _refuse_twice([name for name, places in found.items() if len(places) > 1])
    used = {place for places in found.values() for place in places}
    ignored = tuple(name for i, name in enumerate(names) if i not in used)
    positions = {name: places[0] for name, places in found.items() if places}
    return Header(names, positions, ignored, reason_at)


def _matches(line: str, delimiter: str, columns: Sequence[Column]) -> int:
    try:
        headings = next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return 0
    return sum(any(column.answers_to(heading) for heading in headings) for column in columns)


def _refuse_missing(missing: list[str], names: tuple[str, ...]) -> None:
    if not missing:
        return
    shown = ", ".join(f"“{name[:40]}”" for name in names[:20])
    raise refuse_file(
        "columns_missing",
        f"The first row must name the columns. Missing: {', '.join(missing)}. Found: {shown or 'nothing'}.",
        "Write the missing names into the first row, or choose the profile that fits the file.",
        missing=missing,
    )


def _refuse_twice(twice: list[str]) -> None:
    if twice:
        raise refuse_file(
            "columns_twice",
            f"The first row names these columns more than once: {', '.join(twice)}.",
            "Remove or rename the column that is not meant.",
            twice=twice,
        )


def _plain(heading: str) -> str:
    return "".join(letter for letter in heading.lower() if letter.isalnum())
