"""Compile every template, so that a typing error is found before a person finds it."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.template import TemplateSyntaxError
from django.template.loader import get_template

from config.env import ROOT


class Command(BaseCommand):
    help = "Compile every template of the project."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "templates")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        names = sorted(str(path.relative_to(folder)) for path in folder.rglob("*.*") if path.is_file())
        faults = [fault for name in names if (fault := _fault(name))]
        if faults:
            raise CommandError("\n".join(faults))
        self.stdout.write(f"{len(names)} templates compile.")


def _fault(name: str) -> str:
    try:
        get_template(name)
    except TemplateSyntaxError as error:
        return f"{name}: {error}"
    return ""
