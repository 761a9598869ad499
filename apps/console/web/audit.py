"""Pages of the audit log: what happened, one entry with its proof, the export with proofs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_GET

from apps.audit.access import reading_log
from apps.audit.queries import (
    EntryDetail,
    EntryFilter,
    EntryLine,
    find_sealing,
    get_entry,
    list_entries,
)
from apps.audit.standing import Standing
from apps.console.audit_words import OPERATIONS, TABLES, record_of, what_of
from apps.core import clock
from apps.core.web.list_query import read_choice, read_day, read_id, read_text
from apps.core.web.listing import Filter, Page, dates_filter, fixed_filter, options_filter
from apps.tenancy.access import may, requires
from apps.tenancy.timeline import names_of, who_of
from apps.tenancy.web.middleware import tenant_of

KEY_LENGTH = 200


@dataclass(frozen=True)
class Row:
    """An entry as the list prints it."""

    id: int
    at: datetime
    who: str
    kind: str
    what: str
    record: str
    changed: tuple[str, ...]


@dataclass(frozen=True)
class Change:
    """A column before and after; None = nothing."""

    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Shown(Row):
    """One entry as its page prints it."""

    actor_id: UUID | None
    table_name: str
    row_key: str
    request_id: str
    reason: str
    canonical: str
    changes: tuple[Change, ...]

    @property
    def has_history(self) -> bool:
        """Whether the record has more entries to look at."""
        return self.table_name in TABLES and bool(self.row_key)


@require_GET
@requires("audit.read")
def entry_list(request: HttpRequest) -> HttpResponse:
    """Show the log, newest first."""
    wanted = read_filter(request.GET, tenant_of(request).time_zone)
    with reading_log():
        page = list_entries(
            narrowed=wanted,
            older_than=request.GET.get("after", ""),
            newer_than=request.GET.get("before", ""),
        )
        seal = find_sealing(now=clock.now())
    names = names_of(page.entries)
    filters = filters_of(request.GET, wanted)
    return render(request, "audit/list.html", {
        "page": Page([_row(line, names) for line in page.entries], page.newer, page.older),
        "filters": filters,
        "is_filtered": any(each.is_on for each in filters),
        "sort": "",
        "seal": seal,
        "may_export": may("audit.export"),
    })  # fmt: skip


@require_GET
@requires("audit.read")
def entry_detail(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Show one entry, and whether it is as it was sealed, checked now."""
    with reading_log():
        entry, standing = get_entry(entry_id=entry_id)
    context = {"entry": _shown(entry), "standing": standing, "proof": _proof(standing)}
    return render(request, "audit/detail.html", context)


def read_filter(query: QueryDict, time_zone: str) -> EntryFilter:
    """Return what a list's address asks for; what it says wrongly is left out."""
    return EntryFilter(
        text=read_text(query),
        table_name=read_choice(query, "table", TABLES),
        row_key=query.get("row", "")[:KEY_LENGTH],
        actor_id=read_id(query, "actor"),
        operation=read_choice(query, "operation", OPERATIONS),
        first_day=read_day(query, "from"),
        last_day=read_day(query, "to"),
        time_zone=time_zone,
    )


def filters_of(query: QueryDict, wanted: EntryFilter) -> tuple[Filter, ...]:
    """Return the chips above the list."""
    chips = [
        options_filter(query, "operation", "What", OPERATIONS),
        options_filter(query, "table", "Kind of record", TABLES),
        dates_filter(query, "When"),
    ]
    if wanted.row_key:
        chips.append(fixed_filter(query, "row", "Record", wanted.row_key))
    if wanted.actor_id:
        chips.append(fixed_filter(query, "actor", "Who", _name(wanted)))
    return tuple(chips)


def _name(wanted: EntryFilter) -> str:
    page = list_entries(narrowed=EntryFilter(actor_id=wanted.actor_id), page_size=1)
    names = names_of(page.entries)
    return who_of(page.entries[0], names) if page.entries else "Somebody else"


def _row(line: EntryLine, names: Mapping[UUID | None, str]) -> Row:
    return Row(
        id=line.id,
        at=line.at,
        who=who_of(line, names),
        kind=line.actor_kind,
        what=what_of(line),
        record=record_of(line),
        changed=line.changed,
    )


def _shown(entry: EntryDetail) -> Shown:
    line = entry.line
    return Shown(
        **vars(_row(line, names_of([line]))),
        actor_id=line.actor_id,
        table_name=line.table_name,
        row_key=line.row_key,
        request_id=line.request_id,
        reason=entry.reason,
        canonical=entry.canonical,
        changes=tuple(Change(each.name, each.old, each.new) for each in entry.changes),
    )


def _proof(standing: Standing) -> str:
    if standing.state == "waiting":
        return "The sealer has not come to it yet; it does so every second."
    if standing.why:
        return standing.why
    signature = (
        "its signature is good" if standing.is_signature_checked else "its signature was not checked here"
    )
    return (
        f"Just checked: it stands as it was sealed, under seal {standing.seal_position} of this company, in "
        f"checkpoint {standing.checkpoint_seq}; {signature}."
    )
