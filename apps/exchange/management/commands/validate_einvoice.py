"""Check electronic invoices against EN 16931 and Peppol; needs no database."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from apps.core.errors import DomainError
from apps.exchange.reports import PROFILES, FileReport, report_on
from apps.exchange.xml import MAX_BYTES

INVALID, UNREADABLE = 1, 2


class Command(BaseCommand):
    help = (
        "Check UBL 2.1, CII, Factur-X or ZUGFeRD files. "
        "Exit codes: 0 no fatal finding, 1 fatal findings, 2 a file could not be read."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="XML or PDF")
        parser.add_argument(
            "--profile", choices=list(PROFILES), default="auto", help="which rules are held fatal"
        )
        parser.add_argument("--json", action="store_true", help="print the findings as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        answers = [(path, self._check(path, options["profile"])) for path in options["files"]]
        if options["json"]:
            told = [{"file": str(path), **_as_json(answer)} for path, answer in answers]
            self.stdout.write(json.dumps({"files": told}, ensure_ascii=False, indent=2))
        else:
            for path, answer in answers:
                self.stdout.write("\n".join(_as_text(path, answer)))
        sys.exit(max(_exit_code(answer) for _, answer in answers))

    def _check(self, path: Path, profile: Any) -> FileReport | DomainError:
        try:
            with path.open("rb") as file:
                content = file.read(MAX_BYTES + 1)
            return report_on(content, profile=profile)
        except OSError as error:
            return DomainError(
                f"The file cannot be opened: {error.strerror}.",
                code="file_missing",
                cure="Check its path and rights.",
            )
        except DomainError as error:
            return error


def _exit_code(answer: FileReport | DomainError) -> int:
    if isinstance(answer, DomainError):
        return UNREADABLE
    return 0 if answer.valid else INVALID


def _as_json(answer: FileReport | DomainError) -> dict[str, Any]:
    if isinstance(answer, DomainError):
        return {"error": {"code": answer.code, "message": answer.message, "cure": answer.cure}}
    return answer.as_json()


def _as_text(path: Path, answer: FileReport | DomainError) -> list[str]:
    if isinstance(answer, DomainError):
        return [f"{path}: not read ({answer.code}). {answer.message} {answer.cure}".rstrip()]
    verdict = "valid" if answer.valid else "NOT valid"
    lines = [f"{path}: {verdict}, {answer.syntax}, {answer.fatal} fatal, {answer.warnings} warnings"]
    for each in answer.findings:
        lines.append(f"  {each.severity:7} {each.rule} at {each.place}")
        lines.append(f"          {each.text} Expected {each.expected}, found {each.found}.")
    lines += [f"  not read: {each.place} = {each.value}" for each in answer.unread]
    return lines
