"""Export a tenant's audit log with its proofs and a stand-alone verifier."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.audit import operations
from apps.core import clock
from apps.core.errors import DomainError
from apps.core.scope import SYSTEM, platform_scope, tenant_scope
from apps.tenancy.queries import get_tenant


class Command(BaseCommand):
    """Record the export, wait until that record is sealed, write the folder."""

    help = "Export a tenant's audit log with its proofs. The export itself is recorded first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--tenant", required=True, help="slug or id of the tenant")
        parser.add_argument("--out", required=True, type=Path, help="a folder that does not exist yet")
        parser.add_argument("--reason", default="", help="why, for the log")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            with platform_scope(SYSTEM):
                tenant = get_tenant(options["tenant"])
            with tenant_scope(tenant.id, SYSTEM, database=tenant.database):
                made = operations.export_log(folder=options["out"], reason=options["reason"], now=clock.now())
        except DomainError as error:
            raise CommandError(f"{error.message} {error.cure}".strip()) from error
        self.stdout.write(
            f"{made.entries:,} entries under {made.seals:,} seals and {made.checkpoints:,} checkpoints in "
            f"{made.folder}\nVerify with: python3 {made.folder / 'verify_export.py'}"
        )
