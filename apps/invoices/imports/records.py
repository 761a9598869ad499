"""Cut text into records. A broken quote costs one line, not the rest of the file."""

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TextIO

from apps.invoices.imports.limits import ImportLimits


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with a record as such: a stable code, and words with the cure in them."""

    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Record:
    """One row of the file. `row` counts as a spreadsheet does: the header is row 1.

    With a flaw, `fields` is the best guess of what was meant.
    """

    row: int
    fields: list[str]
    flaw: Flaw | None = None


NUL_BYTE = Flaw("nul_byte", "The row holds a NUL byte. Remove it.")
BAD_LETTER = Flaw("bad_letter", "A letter of the row could not be read (shown as “\ufffd”). Type it again.")
LONG_LINE = Flaw(
    "line_too_long", "The line is too long to be an invoice line. Only its beginning is kept here."
)
LONG_RECORD = Flaw("quote_not_closed", 'A quote (") opens and does not close. Close it or write it twice.')

# With these the number may stand in a part of the row that could not be told apart.
HIDES_THE_NUMBER = frozenset({"line_too_long", "quote_not_closed", "broken_quotes"})


class _RecordTooLongError(Exception):
    """A quote was opened and not closed within a sane number of lines."""


class _Lines:
    """Physical lines of bounded length, which can be put back after a broken record."""

    def __init__(self, text: TextIO, limits: ImportLimits) -> None:
        self._text = text
        self._limits = limits
        self._back: deque[str] = deque()
        self.taken: list[str] = []
        self.was_cut = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._back.popleft() if self._back else self._read()
        if not line:
            raise StopIteration
        self.taken.append(line)
        if len(self.taken) > self._limits.max_record_lines:
            raise _RecordTooLongError
        return line

    def begin(self) -> None:
        """Forget the record before: the next line opens a new one."""
        self.taken = []
        self.was_cut = False

    def keep_only_first(self) -> str:
        """Put all lines but the first of this record back and return the first."""
        first, *rest = self.taken
        self._back.extendleft(reversed(rest))
        return first

    def _read(self) -> str:
        limit = self._limits.max_line_length
        line = self._text.readline(limit)
        if len(line) < limit or line.endswith(("\n", "\r")):
            return line
        self.was_cut = True
        while (rest := self._text.readline(limit)) and not rest.endswith(("\n", "\r")):
            pass
        return line + "\n"


def read_records(text: TextIO, *, delimiter: str, limits: ImportLimits) -> Iterator[Record]:
    """Yield each record of a CSV text, the header included, with its flaw where it has one."""
    lines = _Lines(text, limits)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    row = 0
    while True:
        row += 1
        lines.begin()
        try:
            fields = next(reader)
        except StopIteration:
            return
        except (csv.Error, _RecordTooLongError) as error:
            yield _recovered(row, lines, delimiter, error)
            continue
        yield Record(row, fields, _flaw_of(lines))


def _flaw_of(lines: _Lines) -> Flaw | None:
    for line in lines.taken:
        if "\0" in line:
            return NUL_BYTE
        if "\ufffd" in line:
            return BAD_LETTER
    return LONG_LINE if lines.was_cut else None


def _recovered(row: int, lines: _Lines, delimiter: str, error: Exception) -> Record:
    was_cut = lines.was_cut
    first = lines.keep_only_first()
    guess = _lenient_fields(first, delimiter)
    if was_cut:
        return Record(row, guess, LONG_LINE)
    message = str(error)
    if isinstance(error, _RecordTooLongError) or "unexpected end" in message:
        return Record(row, guess, LONG_RECORD)
    return Record(
        row, guess, Flaw("broken_quotes", f"The quotes of the row are wrong ({message}). Repair them.")
    )


def _lenient_fields(line: str, delimiter: str) -> list[str]:
    stripped = line.rstrip("\r\n")
    try:
        return next(csv.reader([stripped], delimiter=delimiter), [])
    except csv.Error:
        return stripped.split(delimiter)
