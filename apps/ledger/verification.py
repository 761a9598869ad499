"""Proof that the books are as they were written and add up; reads only.

Lines have no audit rows of their own: an entry's digest stands for them, and the entry is in the audit log. So a
changed line differs from its entry, and a changed entry from the log, which is sealed (docs/adr/0015).
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any, Literal
from uuid import UUID

from django.db import connections

from apps.audit.models import Entry as LogEntry
from apps.core.db import read_alias
from apps.core.scope import current_tenant_id
from apps.ledger.entries import LineRow, digest_of
from apps.ledger.models import Entry, Line, Snapshot
from apps.ledger.queries import control_totals
from apps.ledger.registries import OPEN_ITEMS

Kind = Literal["tamper", "balance", "items"]
# The worst counts: what was changed, then what does not add up, then what differs from the open items.
EXIT_CODES: dict[Kind, int] = {"tamper": 1, "balance": 2, "items": 3}
MOST_FINDINGS = 50
CHUNK = 5000
LINE_COLUMNS = ("position", "account_id", "debit_minor", "credit_minor", "currency", "amount_minor", "party_id",
                "tax_code", "dimension", "text")  # fmt: skip
LOGGED = ("id", "kind", "entry_date", "source_kind", "source_id", "source_number", "text", "book_currency", "currency",
          "total_minor", "line_count", "digest", "reverses_id")  # fmt: skip
_UNBALANCED_DAYS = """
select entry_date, sum(debit_minor - credit_minor)::bigint from ledger_line
group by entry_date having sum(debit_minor) <> sum(credit_minor) order by 1 limit 20
"""
_NOT_MIRRORED = """
select r.source_number, r.id from ledger_entry r
where r.reverses_id is not null and exists (
    select from ledger_line l where l.tenant_id = r.tenant_id and l.entry_id in (r.id, r.reverses_id)
    group by l.account_id, l.currency, l.tax_code, l.dimension, l.party_id
    having sum(l.debit_minor) <> sum(l.credit_minor) or sum(l.amount_minor) <> 0
) limit 20
"""
_STRAY_LINES = """
select count(*) from ledger_line l
where not exists (select from ledger_entry e where e.tenant_id = l.tenant_id and e.id = l.entry_id)
"""
_GONE = """
select a.row_key from audit.entry a
where a.tenant_id = %s and a.table_name = 'ledger_entry' and a.operation = 'insert'
  and not exists (select from ledger_entry e where e.tenant_id = a.tenant_id and e.id = a.row_key::uuid)
order by a.id limit 20
"""


@dataclass(frozen=True)
class Finding:
    """Something that is not as it should be, in words."""

    kind: Kind
    what: str


@dataclass
class BooksReport:
    """What a verification of a tenant's books saw; counts are of what was read and checked."""

    as_of: date
    entries: int = 0
    lines: int = 0
    reports: int = 0
    compared: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """0 in order, 1 tampered, 2 does not add up, 3 control accounts differ from the open items."""
        return min((EXIT_CODES[finding.kind] for finding in self.findings), default=0)

    def add(self, kind: Kind, what: str) -> None:
        """Keep a finding; of each kind the first fifty."""
        if sum(finding.kind == kind for finding in self.findings) < MOST_FINDINGS:
            self.findings.append(Finding(kind, what))


def verify_books(*, as_of: date) -> BooksReport:
    """Verify the open tenant's books: digests and log (tampering), balance, reversals, open items (books.md 28–33).

    Reads where the scope reads; the log is read on the replica alone, so open the scope with `reads="replica"`.
    """
    report = BooksReport(as_of)
    for entries in _chunks():
        _check_entries(entries, report)
    _check_whole(report)
    _check_snapshots(report)
    for control, items in sorted(OPEN_ITEMS.items()):
        report.compared.append(control)
        _compare_items(control, dict(items(as_of)), report)
    return report


def _chunks() -> Iterator[list[Entry]]:
    last: UUID | None = None
    while True:
        found = Entry.objects.order_by("id")
        entries = list(found.filter(id__gt=last)[:CHUNK] if last else found[:CHUNK])
        if not entries:
            return
        yield entries
        last = entries[-1].id


def _check_entries(entries: list[Entry], report: BooksReport) -> None:
    ids = [entry.id for entry in entries]
    lines: dict[UUID, list[LineRow]] = defaultdict(list)
    rows = Line.objects.filter(entry__in=ids).order_by("entry_id", "position")
    strayed = set()
    days = {entry.id: entry.entry_date for entry in entries}
    for entry_id, day, *row in rows.values_list("entry_id", "entry_date", *LINE_COLUMNS):
        lines[entry_id].append(tuple(row))
        if day != days[entry_id]:
            strayed.add(entry_id)
    logged = _logged(ids)
    for entry in entries:
        own = lines[entry.id]
        report.entries += 1
        report.lines += len(own)
        _check_entry(entry, own, report)
        if entry.id in strayed:
            report.add("tamper", f"{_name(entry)}: a line has another date.")
        if logged.get(str(entry.id)) != _as_logged(entry):
            report.add("tamper", f"{_name(entry)}: the entry is not as the audit log says it was made.")


def _check_entry(entry: Entry, lines: list[LineRow], report: BooksReport) -> None:
    if len(lines) != entry.line_count or digest_of(entry.id, entry.entry_date, lines) != entry.digest:
        report.add("tamper", f"{_name(entry)}: its lines are not those that were posted.")
    debit, credit = sum(line[2] for line in lines), sum(line[3] for line in lines)
    if debit != credit or debit != entry.total_minor:
        report.add("balance", f"{_name(entry)}: debit {debit}, credit {credit}, total {entry.total_minor}.")


def _logged(ids: list[UUID]) -> dict[str, dict[str, str]]:
    """Return what the log says that entries were, when they were made."""
    found = LogEntry.objects.using(read_alias()).filter(
        tenant_id=current_tenant_id(), table_name="ledger_entry", operation="insert",
        row_key__in=[str(key) for key in ids],
    )  # fmt: skip
    kept = {}
    for row_key, canonical in found.values_list("row_key", "canonical"):
        new: dict[str, Any] = json.loads(canonical)["new"]
        kept[row_key] = {name: str(new[name]) for name in LOGGED}
    return kept


def _as_logged(entry: Entry) -> dict[str, str]:
    return {name: str(getattr(entry, name)) for name in LOGGED}


def _check_whole(report: BooksReport) -> None:
    with connections[read_alias()].cursor() as cursor:
        cursor.execute(_GONE, [current_tenant_id()])
        for (key,) in cursor.fetchall():
            report.add("tamper", f"Entry {key} is in the audit log and not in the books.")
        cursor.execute(_STRAY_LINES)
        (strays,) = cursor.fetchone()
        if strays:
            report.add("tamper", f"{strays} lines belong to no entry.")
        cursor.execute(_UNBALANCED_DAYS)
        for day, minor in cursor.fetchall():
            report.add("balance", f"The entries of {day} do not balance: {minor} minor units.")
        cursor.execute(_NOT_MIRRORED)
        for number, key in cursor.fetchall():
            report.add("balance", f"{number} ({key}) does not mirror the entry that it reverses.")


def _check_snapshots(report: BooksReport) -> None:
    for snapshot in Snapshot.objects.prefetch_related("period").order_by("id").iterator(20):
        report.reports += 1
        if sha256(bytes(snapshot.content)).hexdigest() != snapshot.sha256:
            report.add("tamper", f"The report {snapshot.report} of {snapshot.period} is not as it was kept.")


def _compare_items(control: str, items: dict[UUID, int], report: BooksReport) -> None:
    """Compare a control account with the open items, party by party (books.md 31)."""
    booked = control_totals(control=control, as_of=report.as_of)
    for party in sorted({*booked, *items}):
        ledger, open_minor = booked.get(party, 0), items.get(party, 0)
        if ledger != open_minor:
            report.add(
                "items",
                f"{control} {party}: the ledger has {ledger}, the open items {open_minor} minor units.",
            )


def _name(entry: Entry) -> str:
    return f"{entry.source_number} of {entry.entry_date} ({entry.id})"
