"""Findings for people: a table of where, which rule, what and how to mend."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from apps.tenancy.lint.finding import Finding

WIDTH = 160


@dataclass(frozen=True)
class Inspected:
    """One database and what was found in it."""

    database: str
    findings: Sequence[Finding]
    seconds: float

    def as_dict(self) -> dict[str, object]:
        """Return it as plain data for programs."""
        return {
            "database": self.database,
            "seconds": round(self.seconds, 3),
            "findings": [finding.as_dict() for finding in self.findings],
        }


def write_report(inspected: Sequence[Inspected], file: IO[str]) -> None:
    """Write one line for a sound database and a table for one with flaws."""
    console = Console(file=file, width=None if file.isatty() else WIDTH, highlight=False)
    for one in inspected:
        if one.findings:
            console.print(_table(one))
        count = len(one.findings) or "no"
        console.print(f"{one.database}: {count} flaw{'' if count == 1 else 's'} ({one.seconds:.2f} s)")


def _table(inspected: Inspected) -> Table:
    table = Table("Object", "Rule", "What is wrong, and how to mend it", show_lines=True)
    for finding in inspected.findings:
        detail = f" ({finding.detail})" if finding.detail else ""
        words = Text(f"{finding.says}{detail}\n").append(f"Mend: {finding.cure}", style="bold")
        table.add_row(Text(finding.object), Text(finding.rule), words)
    return table
