"""Run the change relay: read each database's stream and keep its copies."""

import signal
import threading
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.changes.process import RelayProcess
from apps.tenancy.checks import refuse_dangerous_roles


class Command(BaseCommand):
    help = "Stream changes from every database into its copies. A second relay stands by."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--database", action="append", choices=sorted(settings.BOOK_DATABASES), help="only this database"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_dangerous_roles()
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        aliases = options["database"] or list(settings.BOOK_DATABASES)
        if not RelayProcess(aliases, stop).run():
            raise CommandError("The relay ended by an error; see the log.")
