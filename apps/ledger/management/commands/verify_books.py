"""Verify a tenant's books: lines, entries, log, balance, kept reports, control accounts."""

import json
import time
from argparse import ArgumentParser
from dataclasses import asdict
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import Error as DatabaseError

from apps.core import clock
from apps.core.clock import local_date
from apps.core.db import replica_of
from apps.core.errors import DomainError
from apps.core.reads import note_position, shows
from apps.core.scope import SYSTEM, platform_scope, reading_from, tenant_scope
from apps.ledger.verification import BooksReport, verify_books
from apps.tenancy.queries import TenantInfo, get_tenant, list_tenants

NOT_VERIFIED = 4
WORST_FIRST = (1, 2, 3, 0)
PATIENCE_SECONDS = 30
WORDS = {0: "in order", 1: "TAMPERED", 2: "DOES NOT ADD UP", 3: "OPEN ITEMS DIFFER"}


class Command(BaseCommand):
    """Exit 0: in order; 1: tampered; 2: does not add up; 3: open items differ; 4: could not verify."""

    help = (
        "Verify the books. Exits 0 when all is in order, 1 when an entry, a line or a kept report was changed, 2 when "
        "something does not balance, 3 when a control account differs from the open items, 4 when the books could "
        "not be read."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--tenant", action="append", help="slug or id; default: every tenant")
        parser.add_argument("--as-of", type=date.fromisoformat, help="day of the comparison with open items")
        parser.add_argument("--json", action="store_true", help="print one JSON object for each tenant")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with platform_scope(SYSTEM):
                names = options["tenant"]
                tenants = [get_tenant(name) for name in names] if names else list_tenants()
            codes = {self._verify(tenant, options) for tenant in tenants}
        except DomainError as error:
            raise CommandError(f"{error.message} {error.cure}".strip(), returncode=NOT_VERIFIED) from error
        code = next((code for code in WORST_FIRST if code in codes), 0)
        if code:
            raise SystemExit(code)

    def _verify(self, tenant: TenantInfo, options: dict[str, Any]) -> int:
        started = time.perf_counter()
        day = options["as_of"] or local_date(clock.now(), tenant.time_zone)
        try:
            with tenant_scope(tenant.id, SYSTEM, database=tenant.database):
                _wait_for_replica(tenant.database)
                with reading_from("replica"):
                    report = verify_books(as_of=day)
        except DatabaseError as error:
            message = f"{tenant.slug}: the books could not be verified: {error}"
            raise CommandError(message, returncode=NOT_VERIFIED) from error
        self._tell(tenant, report, time.perf_counter() - started, as_json=options["json"])
        return report.exit_code

    def _tell(self, tenant: TenantInfo, report: BooksReport, seconds: float, *, as_json: bool) -> None:
        if as_json:
            facts = asdict(report) | {"tenant": tenant.slug, "as_of": report.as_of.isoformat()}
            self.stdout.write(
                json.dumps(facts | {"exit_code": report.exit_code, "seconds": round(seconds, 3)})
            )
            return
        self.stdout.write(f"{tenant.slug}: {WORDS[report.exit_code]}")
        compared = " and ".join(report.compared) or "no"
        self.stdout.write(
            f"  read {report.entries:,} entries with {report.lines:,} lines and {report.reports:,} kept reports, "
            f"compared {compared} items, in {seconds:.1f} s"
        )
        for finding in report.findings:
            self.stdout.write(f"  {finding.kind}: {finding.what}")


def _wait_for_replica(database: str) -> None:
    """Wait until the copy that holds the log shows all that is committed now."""
    position, until = note_position(), time.monotonic() + PATIENCE_SECONDS
    while not shows(replica_of(database), position.lsn):
        if time.monotonic() > until:
            raise CommandError(f"{database}: the replica is behind.", returncode=NOT_VERIFIED)
        time.sleep(0.05)
