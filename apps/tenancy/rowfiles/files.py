"""What somebody sent as a file of rows: kept from the check until they confirm it, then done once."""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q

from apps.audit.operations import record_access
from apps.core.db import write
from apps.core.errors import DomainError, NotFound
from apps.core.scope import Actor
from apps.core.text import clean_text
from apps.core.web.csv_files import plain_cell
from apps.tenancy.models import RowFile
from apps.tenancy.rowfiles.answers import Answers, RowKind, answer_rows
from apps.tenancy.rowfiles.sheets import REASON, Problem, Sheet, read_sheet

NAME_LENGTH = 100
# Somebody's browser or worker died in the middle: after this, the file may be confirmed again.
GIVEN_UP_AFTER = timedelta(minutes=15)
# What people sent is personal: a file that nobody confirmed is forgotten after a day, refused rows after a month.
FORGOTTEN_AFTER = timedelta(days=1)
REFUSED_FORGOTTEN_AFTER = timedelta(days=30)


class FileForgotten(DomainError):
    """The file was not confirmed in time, and what stood in it is no longer kept."""

    code = "row_file_forgotten"
    cure = "Send it again."


@dataclass(frozen=True)
class FileInfo:
    """A file and its answers, as a page shows them."""

    id: UUID
    name: str
    state: str
    created: int
    changed: int
    same: int
    refused: int
    problems: tuple[Problem, ...]
    has_refused: bool
    created_at: datetime
    done_at: datetime | None

    @property
    def puts(self) -> int:
        """Number of records that it creates or changes."""
        return self.created + self.changed


def check_file(*, kind: RowKind, name: str, content: bytes, actor: Actor, now: datetime) -> UUID:
    """Try a file's rows, keep it with its answers, and return its id. Raises UnreadableFile.

    Not idempotent, on purpose: what is kept is only looked at, and looking twice does nothing twice.
    """
    sheet = read_sheet(content, kind.columns)
    answers = answer_rows(kind, sheet, keep=False, actor=actor, now=now)
    file = RowFile(
        kind=kind.name, name=shown_name(name), state="checked", content=content.decode("utf-8-sig"),
        created_by=actor.id, created_at=now,
    )  # fmt: skip
    _tell(file, sheet, answers)
    with write():
        _forget_old(now)
        file.save(force_insert=True)
    return file.id


def confirm_file(*, kind: RowKind, file_id: UUID, actor: Actor, now: datetime) -> None:
    """Do the rows of a checked file; one that is done, or being done, stays as it is. Raises NotFound, FileForgotten.

    The rows are committed a few at a time: a death in between keeps what was done, and confirming the file again
    does the rest, because a row that is in the books already changes nothing.
    """
    if not _take(kind, file_id, now):
        return
    file = RowFile.objects.get(id=file_id)
    try:
        sheet = read_sheet(file.content.encode(), kind.columns)
        answers = answer_rows(kind, sheet, keep=True, actor=actor, now=now)
    except BaseException:
        with write():
            RowFile.objects.filter(id=file_id, state="running").update(state="checked", started_at=None)
        raise
    file.state, file.done_at = "done", now
    _tell(file, sheet, answers)
    file.content = ""
    with write():
        file.save(update_fields=["state", "done_at", "content", *_TOLD])
        record_access(kind="import", subject=kind.name, detail={
            "file": str(file.id), "created": answers.created, "changed": answers.changed, "same": answers.same,
            "refused": answers.refused_rows,
        })  # fmt: skip


def get_file(*, kind: RowKind, file_id: UUID) -> FileInfo:
    """Return a file of a kind with its answers. Raises NotFound."""
    file = _find(kind, file_id)
    problems = tuple(Problem(**each) for each in json.loads(file.problems or "[]"))
    return FileInfo(
        file.id, file.name, file.state, file.created_rows, file.changed_rows, file.same_rows, file.refused_rows,
        problems, bool(file.refused), file.created_at, file.done_at,
    )  # fmt: skip


def get_refused(*, kind: RowKind, file_id: UUID) -> tuple[list[str], list[list[str]]]:
    """Return headings and refused rows of a file as they stood there, each with its reason last. Raises NotFound."""
    text = _find(kind, file_id).refused
    if not text:
        raise NotFound("This file has no refused rows.")
    headings, *rows = csv.reader(io.StringIO(text, newline=""))
    return headings, rows


def shown_name(given: str) -> str:
    """Return a file's name as a title: it names nothing on our disk."""
    name = "".join(each for each in given.replace("\\", "/").rpartition("/")[2] if each.isprintable())
    return clean_text(name[:NAME_LENGTH], field="file", limit=NAME_LENGTH, required=False) or "Uploaded file"


_TOLD = ("created_rows", "changed_rows", "same_rows", "refused_rows", "problems", "refused")


def _find(kind: RowKind, file_id: UUID) -> RowFile:
    file = RowFile.objects.filter(id=file_id, kind=kind.name).first()
    if file is None:
        raise NotFound("There is no such file.")
    return file


def _take(kind: RowKind, file_id: UUID, now: datetime) -> bool:
    """Claim a file for doing its rows; False when somebody else has, or it is done."""
    with write():
        file = RowFile.objects.select_for_update().filter(id=file_id, kind=kind.name).first()
        if file is None:
            raise NotFound("There is no such file.")
        is_given_up = file.started_at is not None and file.started_at < now - GIVEN_UP_AFTER
        if file.state == "done" or (file.state == "running" and not is_given_up):
            return False
        if not file.content:
            raise FileForgotten("This file was not confirmed within a day, so its rows are no longer kept.")
        file.state, file.started_at = "running", now
        file.save(update_fields=["state", "started_at"])
    return True


def _forget_old(now: datetime) -> None:
    unconfirmed = Q(state="checked", created_at__lt=now - FORGOTTEN_AFTER)
    done = Q(state="done", done_at__lt=now - REFUSED_FORGOTTEN_AFTER)
    old = RowFile.objects.filter(unconfirmed | done).exclude(content="", refused="", problems="")
    old.update(content="", refused="", problems="")


def _tell(file: RowFile, sheet: Sheet, answers: Answers) -> None:
    file.created_rows, file.changed_rows, file.same_rows = answers.created, answers.changed, answers.same
    file.refused_rows = answers.refused_rows
    file.problems = json.dumps([asdict(problem) for problem in answers.problems]) if answers.problems else ""
    file.refused = _refused_rows(sheet, answers.problems) if answers.problems else ""


def _refused_rows(sheet: Sheet, problems: Sequence[Problem]) -> str:
    reasons: dict[int, list[str]] = {}
    for problem in problems:
        reasons.setdefault(problem.row, []).append(": ".join(filter(None, [problem.column, problem.reason])))
    text = io.StringIO(newline="")
    csv.writer(text).writerows(_with_reasons(sheet, reasons))
    return text.getvalue()


def _with_reasons(sheet: Sheet, reasons: dict[int, list[str]]) -> Iterator[list[Any]]:
    """Return headings and rows without an older reason, with today's last."""
    kept = [n for n, heading in enumerate(sheet.headings) if heading.casefold() != REASON.casefold()]
    yield [*(sheet.headings[n] for n in kept), REASON]
    for row in sheet.rows:
        if row.number in reasons:
            cells = [row.cells[n] if n < len(row.cells) else "" for n in kept]
            more = row.cells[len(sheet.headings) :]
            # Without the guards of formulas: whoever writes the file puts them there again.
            yield [*map(plain_cell, [*cells, *more]), " ".join(reasons[row.number])]
