"""Rows tried or done, one by one: each is created, changed, the same as before, or refused with its reason.

A row that is refused changes nothing and stops no other (books.md 61); rows that make one record together are done
together or not at all (books.md 62).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, Literal

from django.db import Error

from apps.core.api.database_errors import refusal_of
from apps.core.db import write
from apps.core.errors import DomainError, InputError
from apps.core.scope import Actor
from apps.tenancy.rowfiles.columns import Column
from apps.tenancy.rowfiles.sheets import Problem, Row, Sheet, reason_of

Outcome = Literal["created", "changed", "same"]
# A savepoint for each record, few to a transaction: many of them in one slow down every reader of the database.
RECORDS_A_TRANSACTION = 50
BUSY_OR_AWAY = 503


@dataclass(frozen=True, kw_only=True)
class RowKind:
    """What rows of a file are: the columns, the fields that name a record, and how one record is put in the books.

    `put(rows=[values, …], actor=…, now=…)` gets the values of the columns that the file has, by field: one row, or
    with `is_several` all rows of the file that name the same record. It raises DomainError with `field`, and with
    `detail={"row": n}` where the n-th of several rows is at fault.
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    put: Callable[..., Outcome]
    is_several: bool = False


@dataclass
class Answers:
    """How many records were created, changed and left alike, and each problem of the refused rows."""

    created: int = 0
    changed: int = 0
    same: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def refused_rows(self) -> int:
        """Number of rows that are refused."""
        return len({problem.row for problem in self.problems})


class _Undone(Exception):
    """Ends a transaction whose work was only tried."""


def answer_rows(kind: RowKind, sheet: Sheet, *, keep: bool, actor: Actor, now: datetime) -> Answers:
    """Do the rows of a file, or only try them (`keep` False): the same operations, then nothing is left of them."""
    answers = Answers()
    records = iter(_records(kind, sheet))
    while batch := list(islice(records, RECORDS_A_TRANSACTION)):
        try:
            with write():
                for rows in batch:
                    _answer(kind, sheet, rows, answers, actor=actor, now=now)
                if not keep:
                    raise _Undone
        except _Undone:
            continue
    answers.problems.sort(key=lambda problem: problem.row)
    return answers


def put_one(
    *,
    find: Callable[[Mapping[str, Any]], Any | None],
    create: Callable[..., Any],
    change: Callable[..., Any],
    id_name: str,
    fixed: Sequence[str] = (),
) -> Callable[..., Outcome]:
    """Return a `put` of one row from an entity's operations: create what `find` does not find, else change it.

    `change` takes `{id_name}=…, changes={…}, actor, now` and raises the record's `version` when anything changed;
    `fixed` are fields that are given once: another value is refused.
    """

    def put(*, rows: Sequence[Mapping[str, Any]], actor: Actor, now: datetime) -> Outcome:
        (values,) = rows
        found = find(values)
        if found is None:
            create(**values, actor=actor, now=now)
            return "created"
        for name in fixed:
            if name in values and values[name] != getattr(found, name):
                raise InputError("This cannot be changed.", code="not_changeable", field=name)
        before = found.version
        changes = {name: value for name, value in values.items() if name not in fixed}
        after = change(**{id_name: found.id}, changes=changes, actor=actor, now=now)
        return "same" if after.version == before else "changed"

    return put


def _records(kind: RowKind, sheet: Sheet) -> Iterable[list[Row]]:
    """Return the rows by record, in the order of the file."""
    found: dict[object, list[Row]] = {}
    for row in sheet.rows:
        name = tuple(str(row.values.get(part, "")).casefold() for part in kind.key)
        is_named = not row.problems or all(part in row.values for part in kind.key)
        found.setdefault(name if is_named else row.number, []).append(row)
    if not kind.is_several:
        for first, *others in found.values():
            for row in others:
                said = f"Row {first.number} of this file names the same record."
                row.problems.append(sheet.problem_of(row, kind.key[-1], said))
        return [[row] for row in sheet.rows]
    return found.values()


def _answer(
    kind: RowKind, sheet: Sheet, rows: list[Row], answers: Answers, *, actor: Actor, now: datetime
) -> None:
    problems = [problem for row in rows for problem in row.problems]
    if not problems:
        try:
            outcome = _put(kind, rows, actor=actor, now=now)
        except DomainError as error:
            row = rows[int(str(error.detail.get("row", 0)))]
            problems = [sheet.problem_of(row, error.field, reason_of(error))]
        else:
            setattr(answers, outcome, getattr(answers, outcome) + 1)
            return
    answers.problems += [*problems, *_others(rows, problems)]


def _put(kind: RowKind, rows: list[Row], *, actor: Actor, now: datetime) -> Outcome:
    """Put one record in a savepoint of its own; what the database would say at the end is asked for at once."""
    try:
        with write() as connection:
            outcome = kind.put(rows=[row.values for row in rows], actor=actor, now=now)
            with connection.cursor() as cursor:
                cursor.execute("set constraints all immediate")
                cursor.execute("set constraints all deferred")
            return outcome
    except Error as error:
        refusal = refusal_of(error)
        if refusal is None or refusal.status == BUSY_OR_AWAY:
            raise
        raise DomainError(refusal.detail, code=refusal.code, status=refusal.status) from error


def _others(rows: list[Row], problems: list[Problem]) -> Iterator[Problem]:
    """Return a problem for each row that is refused because another row of its record is."""
    refused = {problem.row for problem in problems}
    first = min(refused)
    for row in rows:
        if row.number not in refused:
            yield Problem(row.number, "", "", f"Row {first} of the same record is refused.")
