"""Writes of the ledger. Every road (documents, page, API, import) ends here or in `bulk.py`."""

from datetime import date, datetime
from uuid import UUID

from apps.core.db import note_reason, write
from apps.core.errors import InputError, NotFound
from apps.core.scope import Actor
from apps.core.text import clean_text
from apps.ledger.accounts import resolve_accounts
from apps.ledger.entries import EntryInput, ReadyEntry, make_ready, mirror
from apps.ledger.models import Entry
from apps.ledger.posting import AlreadyReversed, insert_entries, load_ready
from apps.ledger.queries import book_currency


def post_entry(*, entry: EntryInput, actor: Actor, now: datetime) -> Entry:
    """Post an entry with its lines, once and for good.

    It balances in the book currency and in its own (books.md 28, 29), and a document has one entry of a kind (32).
    Raises InputError, Unbalanced, PeriodClosed (34), AlreadyPosted.
    """
    with write() as connection:
        accounts = resolve_accounts({line.role_or_account for line in entry.lines}, actor=actor, now=now)
        ready = make_ready(entry, accounts=accounts, book_currency=book_currency())
        insert_entries(connection, [ready], now=now)
    return _as_row(ready, now)


def reverse_entry(
    *,
    source_kind: str,
    source_id: UUID,
    kind: str,
    entry_date: date,
    reason: str,
    actor: Actor,
    now: datetime,
) -> Entry:
    """Reverse the entry of a document: the exact mirror on a day of its own, for a reason, once (books.md 32, 33).

    Raises NotFound, AlreadyReversed, InputError (before the original's date), PeriodClosed.
    """
    reason = clean_text(reason, field="reason", limit=500)
    with write() as connection:
        original = Entry.objects.filter(
            source_kind=source_kind, source_id=source_id, kind=kind, reverses=None
        ).first()
        if original is None:
            raise NotFound("This document has no such entry in the ledger.")
        if entry_date < original.entry_date:
            raise InputError(f"A reversal is not dated before its original, {original.entry_date}.",
                             code="before_original", field="entry_date")  # fmt: skip
        if Entry.objects.filter(reverses=original).exists():
            raise AlreadyReversed(f"{original.source_number} is reversed already.")
        note_reason(connection, reason)
        ready = mirror(load_ready([original])[0], entry_date=entry_date, text=reason)
        insert_entries(connection, [ready], now=now)
    return _as_row(ready, now)


def _as_row(ready: ReadyEntry, now: datetime) -> Entry:
    return Entry(
        id=ready.id, kind=ready.kind, entry_date=ready.entry_date, source_kind=ready.source_kind,
        source_id=ready.source_id, source_number=ready.source_number, text=ready.text,
        book_currency=ready.book_currency, currency=ready.currency, total_minor=ready.total_minor,
        line_count=len(ready.lines), digest=ready.digest, reverses_id=ready.reverses_id, posted_at=now,
    )  # fmt: skip
