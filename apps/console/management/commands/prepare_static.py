"""Gather the files that browsers load, compressed and under names that change with their content."""

import hashlib
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.test.utils import override_settings

STORAGE = "whitenoise.storage.CompressedManifestStaticFilesStorage"


class Command(BaseCommand):
    help = "Collect and compress static files, unless nothing has changed since the last time."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        stamp = settings.STATIC_ROOT / ".gathered"
        present = fingerprint()
        if stamp.exists() and stamp.read_text() == present:
            self.stdout.write("Static files are as they were.")
            return
        # The stamp comes last: an interrupted run is done again.
        stamp.unlink(missing_ok=True)
        storages = {**settings.STORAGES, "staticfiles": {"BACKEND": STORAGE}}
        with override_settings(STORAGES=storages):
            call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        stamp.write_text(present)
        self.stdout.write("Static files are gathered.")


def fingerprint() -> str:
    """Return a digest of the names, sizes and times of all static files."""
    found = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            found.update(f"{path} {storage.size(path)} {storage.get_modified_time(path)}\n".encode())
    return found.hexdigest()
