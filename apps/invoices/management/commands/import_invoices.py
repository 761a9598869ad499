"""Import a file of invoice lines into a tenant's books."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from apps.core import clock
from apps.core.errors import DomainError
from apps.core.scope import SYSTEM, platform_scope, tenant_scope
from apps.invoices.imports import progress as told
from apps.invoices.imports.job import run_import
from apps.invoices.imports.limits import ImportLimits
from apps.invoices.imports.profiles import list_profiles
from apps.invoices.imports.report_text import report_lines
from apps.invoices.imports.run import ImportResult
from apps.tenancy.queries import get_tenant

WIDE = 120
LABELS = {"checking": "Checking the file", "sorting": "Sorting rows by document", "booking": "Booking"}


class Command(BaseCommand):
    help = "Import invoices from a CSV or CSV.gz file. Running it again changes nothing that is in the books."

    def add_arguments(self, parser: ArgumentParser) -> None:
        usual = ImportLimits()
        parser.add_argument("file", type=Path, help="CSV, plain or packed with gzip")
        parser.add_argument("--tenant", required=True, help="slug or id of the tenant")
        parser.add_argument("--profile", required=True, choices=[profile.name for profile in list_profiles()])
        parser.add_argument("--shift-to-today", action="store_true",
                            help="move dates by whole weeks so that the last day comes near today")  # fmt: skip
        parser.add_argument("--report-dir", type=Path, help="where the report and the refused rows go")
        parser.add_argument("--max-bytes", type=int, default=usual.max_bytes, help="most bytes when unpacked")
        parser.add_argument("--max-ratio", type=int, default=usual.max_ratio, help="most unpacked ÷ packed")
        parser.add_argument("--set-documents", type=int, default=usual.batch_documents,
                            help="most documents in one transaction")  # fmt: skip
        parser.add_argument("--json", action="store_true", help="print the report as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with platform_scope(SYSTEM):
                tenant = get_tenant(options["tenant"])
            with tenant_scope(tenant.id, SYSTEM, database=tenant.database):
                result = self._run(options)
        except DomainError as error:
            raise CommandError(f"{error.message} {error.cure}".strip()) from error
        except KeyboardInterrupt:
            raise CommandError(
                "Stopped. What is booked stays booked; run the same command to go on."
            ) from None
        if options["json"]:
            self.stdout.write(json.dumps(result.report.as_json(), ensure_ascii=False, indent=2))
        else:
            self.stdout.write("\n".join(report_lines(result.report)))

    def _run(self, options: dict[str, Any]) -> ImportResult:
        now = clock.now()
        with _bar() as bar:
            return run_import(
                path=options["file"],
                profile=options["profile"],
                actor=SYSTEM,
                now=now,
                progress=_Screen(bar).show,
                shift_to=now.date() if options["shift_to_today"] else None,
                folder=options["report_dir"],
                limits=ImportLimits(
                    max_bytes=options["max_bytes"],
                    max_ratio=options["max_ratio"],
                    batch_documents=options["set_documents"],
                ),
            )


class _Rate(ProgressColumn):
    """Rows in a second, for the phases that count rows."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text(f"{speed:,.0f} {task.fields['unit']}/s" if speed else "")


def _bar() -> Progress:
    console = Console(stderr=True)
    columns: list[ProgressColumn] = [
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=20),
        TextColumn("{task.completed:,.0f}"),
        _Rate(),
        TimeRemainingColumn(compact=True),
    ]
    if console.width >= WIDE:
        columns.append(TextColumn("{task.fields[note]}"))
    return Progress(*columns, console=console)


class _Screen:
    """One line of the terminal for each phase."""

    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._tasks: dict[str, TaskID] = {}

    def show(self, step: told.Progress) -> None:
        """Move the line of the step's phase, and end the lines before it."""
        unit, scale = ("kB", 1_000) if step.phase == "checking" else ("rows", 1)
        if step.phase not in self._tasks:
            for earlier in self._tasks.values():
                self._bar.update(earlier, total=self._bar.tasks[earlier].completed)
            self._tasks[step.phase] = self._bar.add_task(LABELS[step.phase], unit=unit, note="")
        total = None if step.total is None else step.total / scale
        self._bar.update(self._tasks[step.phase], completed=step.done / scale, total=total, note=step.note)
