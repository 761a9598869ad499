"""Bring the rows of each document together in bounded memory, whatever the order of the file.

The rows lie in a private SQLite file without a name, which the system removes even after kill -9.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import islice
from types import TracebackType

from apps.invoices.imports.decisions import SourceRow
from apps.invoices.imports.errors import refuse_file

_PAGE_CACHE_KIB = 16_384
_CHUNK = 2_000
_LATELY = 50_000
# Between fields; content that has these signs itself, or a flaw, is kept as JSON behind the second one.
_BETWEEN, _AS_JSON = "\x1f", "\x1e"
_SCHEMA = """
pragma journal_mode = off;
pragma synchronous = off;
pragma cache_size = -{cache};
create table line (row integer primary key, number text not null, content text not null);
create table met (kind text, value text, primary key (kind, value)) without rowid;
"""
_ORDER = """
create index line_number on line (number);
create table document as
    select number, min(row) as first, count(*) as size from line
    where number <> '' group by number order by first;
"""


class Spool:
    """Rows on disk by document number, in the order in which the documents begin in the file.

    One thread at a time may use it.
    """

    def __init__(self) -> None:
        self._disk = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._disk.executescript(_SCHEMA.format(cache=_PAGE_CACHE_KIB))
        self._met_lately: set[tuple[str, str]] = set()
        self.rows = 0
        self.documents = 0

    def __enter__(self) -> "Spool":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._disk.close()

    def fill(self, rows: Iterable[tuple[str, SourceRow]]) -> Iterator[int]:
        """Take (document number, row) pairs; yield the count of rows taken from time to time."""
        source = iter(rows)
        while chunk := list(islice(source, _CHUNK)):
            self._store(chunk)
            self.rows += len(chunk)
            yield self.rows
        self._guarded(_ORDER)
        self.documents = self._disk.execute("select count(*) from document").fetchone()[0]

    def without_number(self) -> Iterator[SourceRow]:
        """Yield the rows that name no document."""
        with closing(
            self._disk.execute("select row, content from line where number = '' order by row")
        ) as found:
            for row, content in found:
                yield _unpack(row, content)

    def by_document(self, max_rows: int) -> Iterator[tuple[str, int, list[SourceRow]]]:
        """Yield (number, rows in all, its first `max_rows` rows) for each document."""
        with closing(self._disk.execute("select number, size from document order by rowid")) as documents:
            for number, size in documents:
                yield number, size, list(islice(self.rows_of(number), max_rows))

    def rows_of(self, number: str) -> Iterator[SourceRow]:
        """Yield all rows of one document in the order of the file."""
        query = "select row, content from line where number = ? order by row"
        with closing(self._disk.execute(query, (number,))) as found:
            for row, content in found:
                yield _unpack(row, content)

    def meet(self, pairs: set[tuple[str, str]]) -> None:
        """Remember distinct (kind, value) pairs, such as customers, without holding all of them in memory."""
        fresh = pairs - self._met_lately
        if fresh:
            self._disk.executemany("insert or ignore into met values (?, ?)", fresh)
            self._met_lately |= fresh
        if len(self._met_lately) > _LATELY:
            self._met_lately = set()

    def count_met(self, kind: str) -> int:
        """Return how many distinct values of a kind were met."""
        count: int = self._disk.execute("select count(*) from met where kind = ?", (kind,)).fetchone()[0]
        return count

    def _store(self, chunk: list[tuple[str, SourceRow]]) -> None:
        self._disk.execute("begin")
        try:
            self._disk.executemany("insert into line values (?, ?, ?)", (_pack(n, row) for n, row in chunk))
            self._disk.execute("commit")
        except sqlite3.OperationalError as error:
            raise _disk_full(error) from error

    def _guarded(self, script: str) -> None:
        try:
            self._disk.executescript(script)
        except sqlite3.OperationalError as error:
            raise _disk_full(error) from error


def _disk_full(error: sqlite3.OperationalError) -> Exception:
    return refuse_file(
        "no_room_for_sorting",
        f"There is no room on the disk to sort the file ({error}).",
        "Free about twice the size of the unpacked file in the temporary folder and try again.",
    )


def _pack(number: str, row: SourceRow) -> tuple[int, str, str]:
    content = _BETWEEN.join(row.fields)
    if row.flaw_code or content.count(_BETWEEN) != len(row.fields) - 1 or content.startswith(_AS_JSON):
        content = _AS_JSON + json.dumps([row.fields, row.flaw_code, row.flaw_reason])
    return row.row, number, content


def _unpack(row: int, content: str) -> SourceRow:
    if content.startswith(_AS_JSON):
        return SourceRow(row, *json.loads(content[1:]))
    return SourceRow(row, content.split(_BETWEEN))
