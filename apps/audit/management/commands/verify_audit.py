"""Verify the audit log: signatures, chains, anchors, seals and every entry."""

import json
import time
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error as DatabaseError
from django.utils.connection import ConnectionDoesNotExist

from apps.audit import queries
from apps.audit.findings import Report
from apps.core import clock

NOT_VERIFIED = 4
WORST_FIRST = (1, 3, 2, 0)


class Command(BaseCommand):
    """Exit 0: in order; 1: tampered; 2: a gap, or unsealed too long; 3: an anchor; 4: could not verify."""

    help = (
        "Verify the audit log. Exits 0 when all is in order, 1 when something was tampered with, 2 when entries "
        "wait for their seal too long or a gap is found, 3 when an anchor is missing or different, 4 when the "
        "log could not be read."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--database", action="append", help="an alias; default: every database with books"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object for each database")
        parser.add_argument(
            "--max-wait", type=int, default=300, help="seconds an entry may wait for its seal"
        )

        parser.add_argument(
            "--anchors-since",
            type=int,
            default=1,
            metavar="SEQ",
            help="anchors before this one were archived",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        wanted = options["database"] or list(settings.BOOK_DATABASES)
        codes = {self._verify(database, options) for database in wanted}
        code = next(code for code in WORST_FIRST if code in codes)
        if code:
            raise SystemExit(code)

    def _verify(self, database: str, options: dict[str, Any]) -> int:
        started = time.perf_counter()
        patience = timedelta(seconds=options["max_wait"])
        try:
            report = queries.verify_log(
                database=database,
                now=clock.now(),
                patience=patience,
                anchors_since=options["anchors_since"],
            )
        except (DatabaseError, ConnectionDoesNotExist, OSError) as error:
            message = f"{database}: the log could not be verified: {error}"
            raise CommandError(message, returncode=NOT_VERIFIED) from error
        seconds = time.perf_counter() - started
        if options["json"]:
            facts = {**asdict(report), "exit_code": report.exit_code, "seconds": round(seconds, 3)}
            self.stdout.write(json.dumps(facts))
        else:
            self._tell(report, seconds)
        return report.exit_code

    def _tell(self, report: Report, seconds: float) -> None:
        words = {0: "in order", 1: "TAMPERED", 2: "INCOMPLETE", 3: "ANCHORS DIFFER"}
        self.stdout.write(f"{report.database}: {words[report.exit_code]}")
        self.stdout.write(
            f"  read {report.entries:,} entries under {report.seals:,} seals and {report.checkpoints:,} checkpoints "
            f"in {seconds:.1f} s; {report.unsealed:,} wait for the sealer"
        )
        if report.first:
            self.stdout.write(f"  first: {report.first}")
        for finding in report.findings:
            if finding is not report.first:
                self.stdout.write(f"  {finding.kind}: {finding}")
