"""From a file to decisions: look, sort by document, decide. Nothing here knows the database."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date

from apps.invoices.imports.columns import Header, detect_delimiter, read_header
from apps.invoices.imports.decisions import ZERO, Decision, Problem, SourceRow
from apps.invoices.imports.errors import refuse_file
from apps.invoices.imports.files import SourceFile, open_text
from apps.invoices.imports.limits import ImportLimits
from apps.invoices.imports.profiles.contract import Profile
from apps.invoices.imports.records import HIDES_THE_NUMBER, Record, read_records
from apps.invoices.imports.spool import Spool

CountRows = Callable[[int], None]


@dataclass(slots=True)
class Reading:
    """A file whose rows are sorted by document and can be decided about, document by document."""

    source: SourceFile
    profile: Profile
    limits: ImportLimits
    spool: Spool
    header: Header
    delimiter: str
    blank_rows: int = 0
    last_day: date | None = None
    suspects: dict[str, int] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """Rows with content, the header not counted."""
        return self.spool.rows

    def decisions(self, latest: date) -> Iterator[Decision]:
        """Yield a decision for each document in the order of the file, then for rows without a number."""
        for number, size, rows in self.spool.by_document(self.limits.max_document_rows):
            if size > len(rows):
                yield from self._too_long(number, size)
            elif number in self.suspects:
                yield self._suspected(number, rows, latest)
            else:
                yield self.profile.decide(number, rows, self.header.positions, latest)
        for row in self.spool.without_number():
            yield self._unnumbered(row)

    def _suspected(self, number: str, rows: list[SourceRow], latest: date) -> Decision:
        decision = self.profile.decide(number, rows, self.header.positions, latest)
        reason = (
            f"Row {self.suspects[number]} beside it cannot be read and may belong to it. Repair that row."
        )
        decision.refuse(Problem("neighbour_unreadable", rows[0].row, "", number, reason))
        return decision

    def _too_long(self, number: str, size: int) -> Iterator[Decision]:
        """Refuse a document piece by piece, so that it never lies in memory whole."""
        reason = f"The document has {size:,} rows; {self.limits.max_document_rows:,} are the most."
        piece: list[SourceRow] = []
        for row in self.spool.rows_of(number):
            piece.append(row)
            if len(piece) == self.limits.batch_rows:
                yield self._refused(number, piece, "document_too_long", reason)
                piece = []
        if piece:
            yield self._refused(number, piece, "document_too_long", reason)

    def _unnumbered(self, row: SourceRow) -> Decision:
        if row.flaw_code:
            return self._refused("", [row], row.flaw_code, row.flaw_reason)
        reason = "The row names no document. Fill in the document number."
        return self._refused("", [row], "document_number_missing", reason)

    def _refused(self, number: str, rows: list[SourceRow], code: str, reason: str) -> Decision:
        facts = self.profile.count_facts(number, rows, self.header.positions)
        return Decision(
            number,
            list(rows),
            "refused",
            value=facts.get("quantity_times_price", ZERO),
            rule=code,
            problems=[Problem(code, rows[0].row, "", number[:200], reason)],
            facts=facts,
        )


def read_file(
    source: SourceFile,
    *,
    profile: Profile,
    limits: ImportLimits,
    spool: Spool,
    watch: CountRows | None = None,
) -> Reading:
    """Sort the rows of an inspected file by document into the spool.

    Raises FileRefused when the header cannot be used or there are no rows.
    """
    delimiter = _delimiter_of(source, profile, limits)
    with open_text(source) as text:
        records = read_records(text, delimiter=delimiter, limits=limits)
        header = _header_of(records, profile)
        reading = Reading(source, profile, limits, spool, header, delimiter)
        for taken in spool.fill(_numbered_rows(records, reading)):
            if watch:
                watch(taken)
    if not reading.rows:
        raise refuse_file("no_rows", "The file has a header and no rows.", "Export it again with its rows.")
    return reading


def _delimiter_of(source: SourceFile, profile: Profile, limits: ImportLimits) -> str:
    with open_text(source) as text:
        return detect_delimiter(text.readline(limits.max_line_length), profile.columns)


def _header_of(records: Iterator[Record], profile: Profile) -> Header:
    first = next(records, None)
    if first is None or first.flaw:
        what = first.flaw.reason if first and first.flaw else "There is none."
        raise refuse_file(
            "header_unreadable", f"The first row cannot be read. {what}", "Repair the first row."
        )
    return read_header(first.fields, profile.columns)


def _numbered_rows(records: Iterator[Record], reading: Reading) -> Iterator[tuple[str, SourceRow]]:
    """Yield each row with content beside its document number, and note what the file says about itself."""
    before, open_flaw_row, last_day = "", 0, ""
    positions, profile = reading.header.positions, reading.profile
    for record in records:
        if not any(map(str.strip, record.fields)) and record.flaw is None:
            reading.blank_rows += 1
            continue
        row = _source_row(record, reading.header)
        number = profile.number_of(row.fields, positions)
        if not number and record.flaw and record.flaw.code in HIDES_THE_NUMBER:
            reading.suspects.setdefault(before, record.row)
            open_flaw_row = record.row
        elif number:
            if open_flaw_row:
                reading.suspects.setdefault(number, open_flaw_row)
                open_flaw_row = 0
            before = number
            last_day = max(last_day, profile.day_of(row.fields, positions))
        yield number, row
    reading.last_day = _as_date(last_day)


def _source_row(record: Record, header: Header) -> SourceRow:
    """Take the reason of an earlier import out of the row, and check how many fields there are."""
    fields = record.fields
    if header.reason_at is not None and header.reason_at < len(fields):
        fields = [*fields[: header.reason_at], *fields[header.reason_at + 1 :]]
    while len(fields) > header.width and not fields[-1].strip():
        fields = fields[:-1]
    if record.flaw:
        return SourceRow(record.row, fields, record.flaw.code, record.flaw.reason)
    if len(fields) != header.width:
        reason = f"The row has {len(fields)} fields; the first row names {header.width} columns."
        return SourceRow(record.row, fields, "wrong_field_count", reason)
    return SourceRow(record.row, fields)


def _as_date(day: str) -> date | None:
    try:
        return date.fromisoformat(day)
    except ValueError:
        return None
