"""Bring every database to the state that the code expects: roles, walls, tables, grants."""

from typing import Any
from urllib.parse import unquote, urlsplit

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from apps.core.walls.bootstrap import bootstrap, open_listed_tables
from config.env import DatabaseUrls, databases


class Command(BaseCommand):
    help = "Create roles and walls (as administrator), then migrate (as owner). Safe to run again."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--static-files", action="store_true", help="also gather what browsers load")

    def handle(self, *args: Any, **options: Any) -> None:
        for alias, urls in databases().items():
            if not urls.admin_database_url or not urls.migration_database_url:
                raise CommandError(
                    f"Database “{alias}” needs ADMIN_DATABASE_URL and MIGRATION_DATABASE_URL to be prepared; "
                    "see docs/operations.md."
                )
            self.stdout.write(f"{alias}: roles and walls")
            with psycopg.connect(urls.admin_database_url) as connection:
                bootstrap(connection, passwords=_passwords(urls), context_keys=_context_keys())
            self.stdout.write(f"{alias}: migrations")
            call_command("migrate", database=f"{alias}_owner", verbosity=0, interactive=False)
            with psycopg.connect(urls.admin_database_url) as connection:
                open_listed_tables(connection)
            connections[f"{alias}_owner"].close()
        if options["static_files"]:
            call_command("prepare_static", stdout=self.stdout)


def _passwords(urls: DatabaseUrls) -> dict[str, str]:
    found = {}
    for url in (
        urls.database_url, urls.replica_url, urls.ask_database_url, urls.relay_database_url,
        urls.sealer_database_url, urls.migration_database_url,
    ):  # fmt: skip
        parts = urlsplit(url or "")
        if parts.username and parts.password:
            found[unquote(parts.username)] = unquote(parts.password)
    return found


def _context_keys() -> dict[str, bytes]:
    pairs = (pair.split(":") for pair in settings.CONTEXT_KEYS.split(","))
    return {kid: bytes.fromhex(key) for kid, key in pairs}
