"""Reads of the log: its pages from the replica, its verification from the primary."""

import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q, QuerySet

from apps.audit import records
from apps.audit.anchors import Anchors, anchors_of
from apps.audit.findings import Report
from apps.audit.models import Entry
from apps.audit.signing import find_signer
from apps.audit.standing import Standing, standing_of
from apps.audit.verification import Verifier
from apps.core.db import replica_of
from apps.core.errors import InputError, NotFound
from apps.core.scope import current_scope, current_tenant_id

PATIENCE = timedelta(minutes=5)
PAGE_SIZE = 50
TIMELINE_LENGTH = 500
NEWEST = 200


@dataclass(frozen=True)
class EntryFilter:
    """What a list of entries is narrowed to. `text` is a whole key, request id or number of an entry.

    Days are calendar days in `time_zone`, both ends included.
    """

    table_name: str = ""
    row_key: str = ""
    actor_id: UUID | None = None
    operation: str = ""
    request_id: str = ""
    text: str = ""
    first_day: date | None = None
    last_day: date | None = None
    time_zone: str = "UTC"


@dataclass(frozen=True)
class EntryLine:
    """An entry as a list shows it."""

    id: int
    at: datetime
    actor_kind: str
    actor_id: UUID | None
    principal_id: UUID | None
    table_name: str
    row_key: str
    operation: str
    request_id: str
    changed: tuple[str, ...]


@dataclass(frozen=True)
class EntryPage:
    """Some entries, newest first; `older` and `newer` lead to the pages beside it, empty where there is none."""

    entries: list[EntryLine]
    older: str
    newer: str


@dataclass(frozen=True)
class SealingState:
    """Up to when the open tenant's entries are sealed; where they are late, since when one waits."""

    at: datetime
    is_late: bool


@dataclass(frozen=True)
class FieldChange:
    """What one column held before and after; None = nothing, or no row."""

    name: str
    old: str | None
    new: str | None


@dataclass(frozen=True)
class EntryDetail:
    """One entry with what it changed."""

    line: EntryLine
    reason: str
    trace_id: str
    changes: list[FieldChange]
    canonical: str


def list_entries(
    *, narrowed: EntryFilter, older_than: str = "", newer_than: str = "", page_size: int = PAGE_SIZE
) -> EntryPage:
    """Return a page of the open tenant's entries, newest first.

    Raises InputError for an `older_than` or `newer_than` that is not from a page.
    """
    found = _own_entries().filter(_condition(narrowed))
    upwards = bool(newer_than) and not older_than
    if older_than:
        at, entry_id = _position(older_than)
        found = found.filter(at__lte=at).exclude(at=at, id__gte=entry_id)
    elif upwards:
        at, entry_id = _position(newer_than)
        found = found.filter(at__gte=at).exclude(at=at, id__lte=entry_id)
    order = ("at", "id") if upwards else ("-at", "-id")
    rows = list(found.order_by(*order)[: page_size + 1])
    more, rows = len(rows) > page_size, rows[:page_size]
    if upwards:
        rows.reverse()
    has_older, has_newer = (more, bool(older_than)) if not upwards else (True, more)
    return EntryPage(
        entries=[_line(entry) for entry in rows],
        older=_name_position(rows[-1]) if rows and has_older else "",
        newer=_name_position(rows[0]) if rows and has_newer else "",
    )


def find_sealing(*, now: datetime, patience: timedelta = PATIENCE) -> SealingState | None:
    """Return up to when the open tenant's log is sealed, None while it holds nothing.

    Looks at the newest entries only: an older one cannot wait while these do not.
    """
    alias = _alias()
    with transaction.atomic(using=alias):
        newest = _own_entries().order_by("-at", "-id").values_list("xid", "at")[:NEWEST]
        sealed_to, sealed_at = records.last_sealing(alias, current_tenant_id())
        waiting = [at for xid, at in newest if xid >= sealed_to]
    if waiting and min(waiting) + patience < now:
        return SealingState(min(waiting), is_late=True)
    return SealingState(sealed_at, is_late=False) if sealed_at else None


def get_entry(*, entry_id: int) -> tuple[EntryDetail, Standing]:
    """Return an entry of the open tenant, and whether it stands as it was sealed, checked now.

    Raises NotFound.
    """
    alias = _alias()
    with transaction.atomic(using=alias):
        entry = _own_entries().filter(id=entry_id).first()
        if entry is None:
            raise NotFound("There is no such entry in this log.")
        return _detail(entry), standing_of(entry, alias=alias, database=current_scope().database)


def list_changes_of_row(*, table_name: str, row_key: str) -> list[EntryDetail]:
    """Return what happened to one row of the open tenant, newest first; at most 500 entries."""
    found = _own_entries().filter(table_name=table_name, row_key=row_key).exclude(operation="access")
    return [_detail(entry) for entry in found.order_by("-id")[:TIMELINE_LENGTH]]


def verify_log(
    *,
    database: str,
    now: datetime,
    patience: timedelta = PATIENCE,
    anchors: Anchors | None = None,
    anchors_since: int = 1,
) -> Report:
    """Verify the whole log of a database, every tenant's, and return what was found.

    `patience` is how long an entry may wait for its seal, and a checkpoint for its anchor; anchors before
    `anchors_since` may be missing, because they were moved to an archive.
    """
    verifier = Verifier(
        database=database,
        anchors=anchors or anchors_of(database),
        signer=find_signer(),
        now=now,
        patience=patience,
        anchors_since=anchors_since,
    )
    return verifier.run()


def _alias() -> str:
    # The application's role on the primary may not read the log; the reader on the replica may.
    return replica_of(current_scope().database)


def _own_entries() -> QuerySet[Entry]:
    return Entry.objects.using(_alias()).filter(tenant_id=current_tenant_id())


def _condition(narrowed: EntryFilter) -> Q:
    exact = ("table_name", "row_key", "actor_id", "operation", "request_id")
    condition = Q(**{name: getattr(narrowed, name) for name in exact if getattr(narrowed, name)})
    if narrowed.text:
        number = Q(id=int(narrowed.text)) if narrowed.text.isdecimal() and len(narrowed.text) < 19 else Q()
        condition &= Q(row_key=narrowed.text) | Q(request_id=narrowed.text) | number
    zone = ZoneInfo(narrowed.time_zone)
    if narrowed.first_day:
        condition &= Q(at__gte=datetime.combine(narrowed.first_day, time.min, zone))
    if narrowed.last_day and narrowed.last_day < date.max:
        condition &= Q(at__lt=datetime.combine(narrowed.last_day + timedelta(days=1), time.min, zone))
    return condition


def _name_position(entry: Entry) -> str:
    return f"{entry.at.isoformat()},{entry.id}"


def _position(name: str) -> tuple[datetime, int]:
    at, _, entry_id = name.rpartition(",")
    try:
        return datetime.fromisoformat(at), int(entry_id)
    except ValueError as error:
        raise InputError("This page does not exist.", cure="Start at the newest entries.") from error


def _line(entry: Entry) -> EntryLine:
    return EntryLine(
        id=entry.id,
        at=entry.at,
        actor_kind=entry.actor_kind,
        actor_id=entry.actor_id,
        principal_id=entry.principal_id,
        table_name=entry.table_name,
        row_key=entry.row_key,
        operation=entry.operation,
        request_id=entry.request_id,
        changed=_changed(entry),
    )


def _changed(entry: Entry) -> tuple[str, ...]:
    return tuple(sorted(json.loads(entry.canonical)["new"])) if entry.operation == "update" else ()


def _detail(entry: Entry) -> EntryDetail:
    content = json.loads(entry.canonical)
    old, new = content["old"] or {}, content["new"] or {}
    changes = [FieldChange(name, _text(old, name), _text(new, name)) for name in sorted({**old, **new})]
    return EntryDetail(_line(entry), content["reason"] or "", entry.trace_id, changes, entry.canonical)


def _text(values: dict[str, object], name: str) -> str | None:
    value = values.get(name)
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
