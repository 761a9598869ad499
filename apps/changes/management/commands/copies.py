"""Look at the copies, prove them equal to the books, or build them anew."""

import sys
import time
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.changes.errors import CopyError
from apps.changes.lsn import format_lsn
from apps.changes.projections import Projection, list_projections
from apps.changes.queries import CopyStatus, StreamStatus, get_stream_status
from apps.changes.rebuild import rebuild
from apps.changes.verify import verify
from apps.core.errors import DomainError
from apps.core.scope import SYSTEM, platform_scope
from apps.tenancy.queries import TenantInfo, get_tenant


class Command(BaseCommand):
    help = "status: how far each copy is. verify: compare with the books. rebuild: make anew beside the live one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=("status", "verify", "rebuild"))
        parser.add_argument("--projection", choices=[p.name for p in list_projections()])
        parser.add_argument("--tenant", help="slug or id; else all tenants")
        parser.add_argument("--database", choices=sorted(settings.BOOK_DATABASES))

    def handle(self, *args: Any, **options: Any) -> None:
        actions: dict[str, Callable[..., bool]] = {
            "status": self._status,
            "verify": self._verify,
            "rebuild": self._rebuild,
        }
        with platform_scope(SYSTEM):
            try:
                tenant = get_tenant(options["tenant"]) if options["tenant"] else None
                databases = self._databases(options["database"], tenant)
                chosen = [p for p in list_projections() if options["projection"] in {None, p.name}]
                if not actions[options["action"]](databases, chosen, [tenant.id] if tenant else None):
                    sys.exit(1)
            except (DomainError, psycopg.Error) as error:
                raise CommandError(f"{error} {getattr(error, 'cure', '')}".strip()) from error

    @staticmethod
    def _databases(wanted: str | None, tenant: TenantInfo | None) -> Sequence[str]:
        if tenant is None:
            return [wanted] if wanted else list(settings.BOOK_DATABASES)
        if wanted not in {None, tenant.database}:
            raise CopyError(
                f"{tenant.name} lives in database “{tenant.database}”.", cure="Leave --database out."
            )
        return [tenant.database]

    def _status(self, databases: Sequence[str], chosen: Sequence[Projection], _: object) -> bool:
        names = {projection.name for projection in chosen}
        healthy = True
        for database in databases:
            status = get_stream_status(database)
            healthy = healthy and status.is_healthy
            self.stdout.write(_slot_line(status))
            for copy in status.copies:
                if copy.projection in names:
                    self.stdout.write(_copy_line(copy))
        return healthy

    def _verify(
        self, databases: Sequence[str], chosen: Sequence[Projection], tenants: Sequence[UUID] | None
    ) -> bool:
        equal = True
        for database in databases:
            for projection in chosen:
                found = verify(projection, database, tenants)
                equal = equal and found.is_equal
                head = f"{database} {projection.name} at {format_lsn(found.lsn)}, {found.tenants} tenants"
                if found.is_equal:
                    self.stdout.write(f"{head}: equal ({found.pending} changes under way counted in)")
                    continue
                self.stdout.write(self.style.ERROR(f"{head}: DIFFERENT"))
                for difference in found.differences:
                    self.stdout.write(f"  {difference}")
        return equal

    def _rebuild(
        self, databases: Sequence[str], chosen: Sequence[Projection], tenants: Sequence[UUID] | None
    ) -> bool:
        for database in databases:
            for projection in chosen:
                begun = time.monotonic()
                done = rebuild(projection, database, tenants, progress=self._progress)
                self._progress("", 0, 0)
                self.stdout.write(
                    f"{database} {done.projection}: {done.tenants} tenants, {done.rows:,} rows, "
                    f"{done.changes:,} changes caught up, at {format_lsn(done.lsn)}, "
                    f"{time.monotonic() - begun:.1f} s"
                )
        return True

    def _progress(self, step: str, done: int, total: int) -> None:
        if sys.stderr.isatty():
            share = f" {done:,} of {total:,}" if total > 1 else ""
            self.stderr.write(f"\r\033[K{step}{share}", ending="")


def _slot_line(status: StreamStatus) -> str:
    slot = status.slot
    if slot is None:
        return f"{status.database}: no slot. Cure: start the relay (manage.py run_relay)"
    reader = "read now" if slot.is_active else "NOT READ"
    return (
        f"{status.database}: slot {slot.name} {slot.wal_status or 'unknown'}, {reader}, "
        f"{slot.lag_bytes:,} bytes behind, {slot.retained_bytes:,} bytes of log kept"
    )


def _copy_line(copy: CopyStatus) -> str:
    state = copy.freshness
    age = "never built" if state.age_seconds is None else f"{state.age_seconds:.1f} s old"
    line = f"  {copy.projection}: {state.state}, {age}, at {format_lsn(state.lsn)}, {copy.changes:,} changes"
    return f"{line}\n    {state.problem}\n    cure: {state.cure}" if state.problem else line
