"""What happened to a record, in words, from the audit log: who, what, from what to what, why."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from babel.dates import format_datetime
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from apps.audit.queries import EntryDetail, EntryLine, FieldChange, list_changes_of_row
from apps.core.errors import StaleVersion
from apps.core.reads import choose_after_failure, choose_reads, note_position
from apps.core.scope import current_scope
from apps.tenancy.models import ApiKey, User

KEPT_BELOW = "What you entered is still below. Saving it now replaces that change."
VERBS = {"insert": "created this", "update": "changed this", "delete": "deleted this"}


@dataclass(frozen=True)
class Change:
    """A field's value before and after, in words."""

    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Happening:
    """One line of a timeline."""

    at: datetime
    who: str
    kind: str
    what: str
    changes: tuple[Change, ...] = ()
    reason: str = ""
    href: str = ""
    actor_id: UUID | None = None


@dataclass(frozen=True)
class Wording:
    """How the log of one table reads: which columns are shown and how their values are said."""

    table: str
    labels: Mapping[str, str]
    show: Mapping[str, Callable[[str], str]] = field(default_factory=dict)
    tell: Callable[[EntryDetail], str] = lambda entry: VERBS[entry.line.operation]


def list_happenings(wording: Wording, row_id: UUID) -> list[Happening] | None:
    """Return what happened to a row, newest first; None while the copy that holds the log is away."""
    try:
        entries = list_changes_of_row(table_name=wording.table, row_key=str(row_id))
    except (OperationalError, InterfaceError) as error:
        if choose_after_failure(error) is None:
            raise
        return None
    names = names_of(entry.line for entry in entries)
    return [_happening(wording, entry, names) for entry in entries]


def explain_stale(
    wording: Wording, row_id: UUID, error: StaleVersion, locale: str, *, cure: str = KEPT_BELOW
) -> StaleVersion:
    """Return the refusal of a stale write with who changed the record, when, and what.

    While the copy that holds the log is behind the books, nobody is named: its last entry may not be the last.
    """
    is_shown = choose_reads(note_position()).reads == "replica"
    happened = list_happenings(wording, row_id) if is_shown else None
    if not happened:
        return StaleVersion(f"{error.message} Nothing of yours was saved.", cure=cure, detail=error.detail)
    last = happened[0]
    when = format_datetime(timezone.localtime(last.at), "d MMM y, HH:mm:ss", locale=locale.replace("-", "_"))
    fields = ", ".join(change.field.lower() for change in last.changes) or "its lines"
    who = "You" if last.actor_id == current_scope().actor.id else last.who
    return StaleVersion(
        f"{who} changed this on {when}, after you opened it: {fields}. Nothing of yours was saved.",
        cure=cure,
        detail=error.detail,
    )


def _happening(wording: Wording, entry: EntryDetail, names: Mapping[UUID | None, str]) -> Happening:
    line = entry.line
    shown = (
        [change for change in entry.changes if change.name in wording.labels] if _shows_changes(entry) else []
    )
    return Happening(
        at=line.at,
        who=who_of(line, names),
        kind=line.actor_kind,
        what=wording.tell(entry),
        changes=tuple(_change(wording, change) for change in shown),
        reason=entry.reason,
        actor_id=line.actor_id,
    )


def _shows_changes(entry: EntryDetail) -> bool:
    return entry.line.operation == "update"


def _change(wording: Wording, change: FieldChange) -> Change:
    say = wording.show.get(change.name, str)
    before, after = (say(value) if value else "" for value in (change.old, change.new))
    return Change(wording.labels[change.name], before, after)


def who_of(line: EntryLine, names: Mapping[UUID | None, str]) -> str:
    """Return who made an entry, in words."""
    return names.get(line.actor_id, "Bulkhead" if line.actor_kind == "system" else "Somebody who has left")


def names_of(entries: Iterable[EntryLine]) -> dict[UUID | None, str]:
    """Return the names of the people and keys who made some entries by id, in one query each."""
    lines = list(entries)
    people = {line.actor_id for line in lines if line.actor_kind == "person" and line.actor_id}
    keys = {line.actor_id for line in lines if line.actor_kind == "key" and line.actor_id}
    names: dict[UUID | None, str] = {}
    if people:
        names |= {user.id: str(user) for user in User.objects.filter(id__in=people)}
    if keys:
        names |= dict(ApiKey.objects.filter(id__in=keys).values_list("id", "name"))
    return names
