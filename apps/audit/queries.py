"""Reads of the log: its pages from the replica, its verification from the primary."""

import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q, QuerySet

from apps.audit.anchors import Anchors, anchors_of
from apps.audit.findings import Report
from apps.audit.models import Entry
from apps.audit.signing import find_signer
from apps.audit.standing import Standing, standing_of
from apps.audit.verification import Verifier
from apps.core.errors import InputError, NotFound
from apps.core.scope import current_scope, current_tenant_id
from config.databases import replica_of

PATIENCE = timedelta(minutes=5)
PAGE_SIZE = 50
TIMELINE_LENGTH = 500


@dataclass(frozen=True)
class EntryFilter:
    """What a list of entries is narrowed to; days are calendar days in `time_zone`, both ends included."""

    table_name: str = ""
    row_key: str = ""
    actor_id: UUID | None = None
    operation: str = ""
    request_id: str = ""
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


@dataclass(frozen=True)
class EntryPage:
    """Some entries, newest first; `older` leads to the next page, empty on the last."""

    entries: list[EntryLine]
    older: str


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


def list_entries(*, narrowed: EntryFilter, older_than: str = "", page_size: int = PAGE_SIZE) -> EntryPage:
    """Return a page of the open tenant's entries, newest first. Raises InputError for a broken `older_than`."""
    found = _own_entries().filter(_condition(narrowed))
    if older_than:
        at, entry_id = _position(older_than)
        found = found.filter(at__lte=at).exclude(at=at, id__gte=entry_id)
    rows = list(found.order_by("-at", "-id").defer("canonical")[: page_size + 1])
    lines = [_line(entry) for entry in rows[:page_size]]
    more = len(rows) > page_size
    return EntryPage(lines, f"{lines[-1].at.isoformat()},{lines[-1].id}" if more else "")


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
    *, database: str, now: datetime, patience: timedelta = PATIENCE, anchors: Anchors | None = None
) -> Report:
    """Verify the whole log of a database, every tenant's, and return what was found.

    `patience` is how long an entry may wait for its seal, and a checkpoint for its anchor.
    """
    verifier = Verifier(
        database=database,
        anchors=anchors or anchors_of(database),
        signer=find_signer(),
        now=now,
        patience=patience,
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
    zone = ZoneInfo(narrowed.time_zone)
    if narrowed.first_day:
        condition &= Q(at__gte=datetime.combine(narrowed.first_day, time.min, zone))
    if narrowed.last_day:
        condition &= Q(at__lt=datetime.combine(narrowed.last_day + timedelta(days=1), time.min, zone))
    return condition


def _position(older_than: str) -> tuple[datetime, int]:
    at, _, entry_id = older_than.rpartition(",")
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
    )


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
