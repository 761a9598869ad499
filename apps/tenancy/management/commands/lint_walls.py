"""Find whatever in PostgreSQL's catalog would let one tenant see another."""

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from psycopg import OperationalError

from apps.tenancy.lint.databases import inspect_database
from apps.tenancy.lint.report import write_report

SOUND, FLAWED, UNREACHABLE = 0, 1, 2


class Command(BaseCommand):
    help = (
        "Lint the walls of every database (or of one). Exits 0 sound, 1 flaws, 2 a database does not answer."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--database", choices=sorted(settings.BOOK_DATABASES), help="this database only")
        parser.add_argument("--json", action="store_true", help="print findings as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        aliases = [options["database"]] if options["database"] else list(settings.BOOK_DATABASES)
        try:
            inspected = [inspect_database(alias) for alias in aliases]
        except OperationalError as error:
            self.stderr.write(f"A database does not answer: {error}")
            raise SystemExit(UNREACHABLE) from error
        if options["json"]:
            self.stdout.write(json.dumps([one.as_dict() for one in inspected], indent=2))
        else:
            write_report(inspected, self.stdout)  # type: ignore[arg-type]
        raise SystemExit(FLAWED if any(one.findings for one in inspected) else SOUND)
