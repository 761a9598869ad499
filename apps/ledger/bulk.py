"""Writes of many entries at once, for imports and generators, under the rules of `operations.py`."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from apps.core.db import note_reason, write
from apps.core.errors import InputError, NotFound
from apps.core.scope import Actor
from apps.core.text import clean_text
from apps.ledger.accounts import resolve_accounts
from apps.ledger.entries import EntryInput, make_ready, mirror
from apps.ledger.models import Entry
from apps.ledger.posting import insert_entries, load_ready
from apps.ledger.queries import book_currency

# One statement holds so many entries: arrays of some megabytes.
CHUNK = 5000


def bulk_post_entries(*, entries: Sequence[EntryInput], actor: Actor, now: datetime) -> list[UUID]:
    """Post entries in the order given, all or none; return their ids.

    Raises InputError, Unbalanced, PeriodClosed, AlreadyPosted, as `post_entry` does.
    """
    if not entries:
        return []
    names = {line.role_or_account for entry in entries for line in entry.lines}
    accounts = resolve_accounts(names, actor=actor, now=now)
    currency = book_currency()
    ids: list[UUID] = []
    with write() as connection:
        for start in range(0, len(entries), CHUNK):
            ready = [
                make_ready(entry, accounts=accounts, book_currency=currency)
                for entry in entries[start : start + CHUNK]
            ]
            insert_entries(connection, ready, now=now)
            ids += [entry.id for entry in ready]
    return ids


def bulk_reverse_entries(
    *, source_kind: str, source_ids: Sequence[UUID], kind: str, entry_date: date, reason: str, actor: Actor,
    now: datetime,
) -> list[UUID]:  # fmt: skip
    """Reverse the entries of documents on one day for one reason, all or none; return the reversals' ids.

    Raises NotFound when a document has no such entry, AlreadyReversed, InputError, PeriodClosed.
    """
    if not source_ids:
        return []
    reason = clean_text(reason, field="reason", limit=500)
    with write() as connection:
        found = list(
            Entry.objects.filter(source_kind=source_kind, source_id__in=source_ids, kind=kind, reverses=None)
        )
        if len(found) != len(set(source_ids)):
            raise NotFound("A document of the set has no such entry in the ledger.")
        if any(entry_date < original.entry_date for original in found):
            raise InputError("A reversal is not dated before its original.", code="before_original",
                             field="entry_date")  # fmt: skip
        note_reason(connection, reason)
        ready = [mirror(original, entry_date=entry_date, text=reason) for original in load_ready(found)]
        for start in range(0, len(ready), CHUNK):
            insert_entries(connection, ready[start : start + CHUNK], now=now)
    return [entry.id for entry in ready]
