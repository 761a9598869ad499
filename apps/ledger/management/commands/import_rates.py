"""Import a published file of exchange rates into a tenant's books."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.core import clock
from apps.core.errors import DomainError
from apps.core.scope import SYSTEM, platform_scope, tenant_scope
from apps.ledger.rate_files import SHAPES, RateReport, import_rates
from apps.tenancy.queries import get_tenant


class Command(BaseCommand):
    help = "Import a file of exchange rates. Rates that are there stay; importing it again makes nothing new."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--tenant", required=True, help="slug or id of the tenant")
        parser.add_argument("--shape", required=True, choices=list(SHAPES),
                            help="; ".join(f"{name}: {words}" for name, words in SHAPES.items()))  # fmt: skip
        parser.add_argument(
            "--source", default="", help="what the rates are called; default: the file's name"
        )
        parser.add_argument("--base", default="USD", help="the currency that the file quotes against")
        parser.add_argument("--turned", default="", help="currencies quoted the other way round, as AUD,GBP")
        parser.add_argument("--dry-run", action="store_true", help="only say what would happen")
        parser.add_argument("--json", action="store_true", help="print the report as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with platform_scope(SYSTEM):
                tenant = get_tenant(options["tenant"])
            with (
                tenant_scope(tenant.id, SYSTEM, database=tenant.database),
                options["file"].open(encoding="utf-8-sig", newline="") as lines,
            ):
                report = import_rates(
                    lines=lines, shape=options["shape"], source=options["source"] or options["file"].name,
                    base=options["base"].upper(), turned=[*filter(None, options["turned"].upper().split(","))],
                    keep=not options["dry_run"], actor=SYSTEM, now=clock.now(),
                )  # fmt: skip
        except DomainError as error:
            raise CommandError(f"{error.message} {error.cure}".strip()) from error
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"The file cannot be read: {error}") from error
        self._tell(report, as_json=options["json"])

    def _tell(self, report: RateReport, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(asdict(report)))
            return
        self.stdout.write(
            f"{report.rows:,} rows: {report.made:,} rates are new, {report.same:,} were there, "
            f"{report.kept:,} differ from what is there and were left, {len(report.refused):,} rows are refused"
        )
        for row, reason in report.refused[:20]:
            self.stdout.write(f"  row {row}: {reason}")
