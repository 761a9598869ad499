"""How entries reach the database: one statement for an entry, or thousands, and its lines.

Row-level security forbids COPY, so rows travel as arrays.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import DatabaseError

from apps.core.errors import DomainError
from apps.core.replicas import sqlstate_of
from apps.core.scope import current_tenant_id
from apps.ledger.entries import ReadyEntry
from apps.ledger.models import LOCK_KINDS, Entry, Line

_INSERT = """
with made as (
    insert into ledger_entry (
        tenant_id, posted_at, id, kind, entry_date, source_kind, source_id, source_number, text, book_currency,
        currency, total_minor, line_count, digest, reverses_id
    )
    select %s, %s, given.* from unnest(
        %s::uuid[], %s::text[], %s::date[], %s::text[], %s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[],
        %s::bigint[], %s::int[], %s::text[], %s::uuid[]
    ) as given
)
insert into ledger_line (
    tenant_id, id, entry_id, entry_date, position, account_id, debit_minor, credit_minor, currency, amount_minor,
    party_id, tax_code, dimension, text
)
select %s, uuidv7(), given.* from unnest(
    %s::uuid[], %s::date[], %s::int[], %s::uuid[], %s::bigint[], %s::bigint[], %s::text[], %s::bigint[], %s::uuid[],
    %s::text[], %s::text[], %s::text[]
) as given
"""
_CLOSED = "BH020"
_UNIQUE = "23505"


class PeriodClosed(DomainError):
    """The day lies in a part of the books that is locked for this kind and this person (books.md 34)."""

    code = "period_closed"
    status = 409
    cure = "Use a later date, or ask whoever closes periods for an exception."


class AlreadyPosted(DomainError):
    """The document has its entry of this kind (books.md 32)."""

    code = "already_posted"
    status = 409
    cure = "Open the entry that is there; nothing was posted."


class AlreadyReversed(DomainError):
    """An entry is reversed once (books.md 32)."""

    code = "already_reversed"
    status = 409
    cure = "Open the reversal that is there; nothing was posted."


def insert_entries(connection: Any, entries: Sequence[ReadyEntry], *, now: datetime) -> None:
    """Write entries with their lines in the caller's open block of `write()`.

    Raises PeriodClosed, AlreadyPosted, AlreadyReversed; the caller's block then ends, and none is written.
    """
    headers = (
        (e.id, e.kind, e.entry_date, e.source_kind, e.source_id, e.source_number, e.text, e.book_currency,
         e.currency, e.total_minor, len(e.lines), e.digest, e.reverses_id)
        for e in entries
    )  # fmt: skip
    lines = ((e.id, e.entry_date, *line) for e in entries for line in e.lines)
    tenant = current_tenant_id()
    try:
        with connection.cursor() as cursor:
            cursor.execute(_INSERT, [tenant, now, *_columns(headers), tenant, *_columns(lines)])
    except DatabaseError as error:
        told = _told(error)
        if told is None:
            raise
        raise told from error


def load_ready(entries: list[Entry]) -> list[ReadyEntry]:
    """Return stored entries with their lines as they would be posted again."""
    columns = ("position", "account_id", "debit_minor", "credit_minor", "currency", "amount_minor", "party_id",
               "tax_code", "dimension", "text")  # fmt: skip
    found: dict[UUID, list[tuple[object, ...]]] = {entry.id: [] for entry in entries}
    rows = Line.objects.filter(entry__in=list(found)).order_by("entry_id", "position")
    for entry_id, *row in rows.values_list("entry_id", *columns):
        found[entry_id].append(tuple(row))
    return [
        ReadyEntry(
            id=e.id, kind=e.kind, entry_date=e.entry_date, source_kind=e.source_kind, source_id=e.source_id,
            source_number=e.source_number, text=e.text, book_currency=e.book_currency, currency=e.currency,
            total_minor=e.total_minor, digest=e.digest, lines=tuple(found[e.id]), reverses_id=e.reverses_id,  # type: ignore[arg-type]
        )
        for e in entries
    ]  # fmt: skip


def closed_error(*, day: date, lock_kind: str, through: date) -> PeriodClosed:
    """Return the refusal of a day that a lock date covers."""
    if lock_kind == "hard":
        return PeriodClosed(f"The books are locked for good through {through}; {day} cannot be changed.",
                            field="entry_date", cure="Use a later date.",
                            detail={"lock": lock_kind, "through": through.isoformat()})  # fmt: skip
    return PeriodClosed(f"{LOCK_KINDS[lock_kind]} are closed through {through}; nothing is booked on {day}.",
                        field="entry_date", detail={"lock": lock_kind, "through": through.isoformat()})  # fmt: skip


def _told(error: DatabaseError) -> DomainError | None:
    state, diagnosis = sqlstate_of(error), getattr(error.__cause__, "diag", None)
    if state == _CLOSED and diagnosis is not None:
        met = json.loads(diagnosis.message_detail)
        day, through = date.fromisoformat(met["day"]), date.fromisoformat(met["through"])
        return closed_error(day=day, lock_kind=met["lock"], through=through)
    if state == _UNIQUE and diagnosis is not None:
        if diagnosis.constraint_name == "ledger_one_reversal":
            return AlreadyReversed("This entry is reversed already.")
        if diagnosis.constraint_name == "ledger_one_posting":
            return AlreadyPosted("This document is in the ledger already.")
    return None


def _columns(rows: Iterable[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]
