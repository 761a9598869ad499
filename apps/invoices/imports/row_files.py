"""Files of rows that are not in the books, in the columns of the original plus the reason."""

import csv
import os
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from apps.invoices.imports.columns import REASON_COLUMN, Header
from apps.invoices.imports.decisions import Decision

if TYPE_CHECKING:
    from _csv import Writer


class RowFile:
    """A CSV that appears under its name only when it is whole, and only when it has rows."""

    def __init__(self, path: Path, header: Header, delimiter: str) -> None:
        self.path = path
        self.rows = 0
        self._header = header
        self._delimiter = delimiter
        self._draft = path.with_name(f".{path.name}.{os.getpid()}")
        self._stream: TextIO | None = None
        self._writer: Writer | None = None

    def add(self, fields: list[str], reason: str) -> None:
        """Write one row. Fields beyond the header stand behind the reason, so nothing is lost."""
        writer = self._writer or self._open()
        width = self._header.width
        own = fields[:width] + [""] * (width - len(fields))
        writer.writerow([*own, reason, *fields[width:]])
        self.rows += 1

    def close(self) -> Path | None:
        """Give the file its name, or remove an older one when there are no rows now."""
        if self._stream is None:
            self.path.unlink(missing_ok=True)
            return None
        self._stream.close()
        self._draft.replace(self.path)
        return self.path

    def discard(self) -> None:
        """Leave nothing of an unfinished file."""
        if self._stream is not None:
            self._stream.close()
            self._draft.unlink(missing_ok=True)

    def _open(self) -> "Writer":
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._stream = self._draft.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._stream, delimiter=self._delimiter, lineterminator="\n")
        self._writer.writerow([*self._header.headings, REASON_COLUMN])
        return self._writer


class LeftOut:
    """Sorts the rows of each decision that is not in the books into the refused and the skipped file."""

    def __init__(self, folder: Path, header: Header, delimiter: str) -> None:
        self.refused = RowFile(folder / "refused.csv", header, delimiter)
        self.skipped = RowFile(folder / "skipped.csv", header, delimiter)

    def add(self, decision: Decision, sentence: str) -> None:
        """Write the rows of one decision, each with its own reason."""
        if decision.outcome == "refused":
            reasons = _reasons(decision)
            for row in decision.rows:
                self.refused.add(row.fields, reasons[row.row])
        elif decision.outcome == "skipped" and decision.rule != "already_imported":
            for row in decision.rows:
                self.skipped.add(row.fields, f"row {row.row}: {decision.rule}: {sentence}")

    def close(self) -> dict[str, str]:
        """Finish both files and return the ones that exist, by label."""
        made = {"Refused rows": self.refused.close(), "Skipped rows": self.skipped.close()}
        return {label: str(path) for label, path in made.items() if path}

    def discard(self) -> None:
        """Leave nothing of unfinished files."""
        self.refused.discard()
        self.skipped.discard()


def _reasons(decision: Decision) -> dict[int, str]:
    """Say for each row what is wrong with it, or which rows of its document are wrong."""
    by_row: dict[int, list[str]] = {}
    for problem in decision.problems:
        place = f"{problem.column} “{problem.value}”: " if problem.column else ""
        by_row.setdefault(problem.row, []).append(f"{place}{problem.reason}")
    culprits = ", ".join(str(row) for row in sorted(by_row)[:5])
    beside = f"refused with its document {decision.number}, see row {culprits}"
    return {
        row.row: f"row {row.row}: " + (" ".join(by_row.get(row.row, [])) or beside) for row in decision.rows
    }
