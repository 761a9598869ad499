"""The booking part of one run: sets of decisions into the books, the report beside them."""

import json
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from django.db import Error as DatabaseError

from apps.core import clock
from apps.core.scope import Actor
from apps.invoices.imports.batches import close_batch
from apps.invoices.imports.decisions import Decision, Outcome
from apps.invoices.imports.prefetch import prefetched
from apps.invoices.imports.progress import Progress, Tell
from apps.invoices.imports.reader import Reading
from apps.invoices.imports.report import ImportReport
from apps.invoices.imports.report_text import report_lines
from apps.invoices.imports.row_files import LeftOut
from apps.invoices.imports.sink import write_set
from apps.invoices.models import ImportBatch

# Nobody sends invoices dated later than this after the day of the import.
BELIEVED_AHEAD = timedelta(days=366)
OUTCOMES: tuple[Outcome, ...] = ("accepted", "skipped", "refused")
DISTINCT = ("customers", "countries", "stock_codes")


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What a run leaves behind: its record, its report, the folder of its files."""

    batch_id: UUID
    report: ImportReport
    folder: Path


class Run:
    """Books a reading set by set and keeps the account of it."""

    def __init__(
        self, reading: Reading, batch: ImportBatch, folder: Path, actor: Actor, now: datetime
    ) -> None:
        self._reading = reading
        self._batch = batch
        self._folder = folder
        self._actor = actor
        self._now = now
        self._left_out = LeftOut(folder, reading.header, reading.delimiter)
        source = reading.source
        self.report = ImportReport(
            file={"name": source.name, "sha256": source.sha256, "bytes": source.total_bytes,
                  "encoding": source.encoding, "delimiter": reading.delimiter,
                  "ignored_columns": list(reading.header.ignored)},
            profile=reading.profile.name,
            currency=reading.profile.currency,
            rules=reading.profile.rules,
            shift_days=batch.shift_days or 0,
            blank_rows=reading.blank_rows,
        )  # fmt: skip

    def complete(self, progress: Tell) -> ImportResult:
        """Book everything; close the record of the run however it ends."""
        started = time.monotonic()
        try:
            with closing(prefetched(self._sets())) as sets:
                for decisions in sets:
                    self._write(decisions)
                    self._tell(progress)
        except BaseException as error:
            was_stopped = self.report.state == "cancelled" or isinstance(error, KeyboardInterrupt)
            # The database or the disk may be what failed; the error on its way out says more than a second one.
            with suppress(DatabaseError, OSError):
                self._finish("cancelled" if was_stopped else "failed", started)
            raise
        self._finish("finished", started)
        return ImportResult(self._batch.id, self.report, self._folder)

    def _sets(self) -> Iterator[list[Decision]]:
        """Cut the decisions into sets. The cuts depend on the file alone, so a second run cuts alike."""
        limits = self._reading.limits
        current: list[Decision] = []
        rows = 0
        for decision in self._reading.decisions(self._now.date() + BELIEVED_AHEAD):
            if current and (
                rows + len(decision.rows) > limits.batch_rows or len(current) >= limits.batch_documents
            ):
                yield current
                current, rows = [], 0
            self._reading.spool.meet(decision.met)
            current.append(decision)
            rows += len(decision.rows)
        if current:
            yield current

    def _write(self, decisions: list[Decision]) -> None:
        written = write_set(
            decisions,
            profile=self._reading.profile,
            shift_days=self._batch.shift_days,
            actor=self._actor,
            now=self._now,
        )
        self.report.customers_made += written.customers
        self.report.products_made += written.products
        for decision in decisions:
            self.report.add(decision)
            self._left_out.add(decision, self.report.rules.get(decision.rule, ""))

    def _tell(self, progress: Tell) -> None:
        done = int(self.report.facts["rows"])
        counts = ", ".join(f"{self.report.total(outcome).documents:,} {outcome}" for outcome in OUTCOMES)
        try:
            progress(Progress("booking", done, self._reading.rows, counts))
        except BaseException:
            self.report.state = "cancelled"
            raise

    def _finish(self, state: str, started: float) -> None:
        """Name the files, write the report beside them, close the record."""
        report = self.report
        report.state, report.seconds = state, time.monotonic() - started
        for kind in DISTINCT:
            report.facts[kind] = Decimal(self._reading.spool.count_met(kind))
        self._folder.mkdir(parents=True, exist_ok=True)
        report.files = self._left_out.close() | {"Report": str(self._folder / "report.json")}
        plain = report.as_json()
        text = json.dumps(plain, ensure_ascii=False, indent=2)
        (self._folder / "report.json").write_text(text + "\n", encoding="utf-8")
        (self._folder / "report.txt").write_text("\n".join(report_lines(report)) + "\n", encoding="utf-8")
        close_batch(batch_id=self._batch.id, state=state, report=plain, actor=self._actor, now=clock.now())
