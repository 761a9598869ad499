"""Entries for tests; each works in the open scope."""

from datetime import date
from uuid import UUID

from apps.core import clock
from apps.core.ids import new_id
from apps.core.scope import current_scope
from apps.ledger.entries import EntryInput, EntryLine
from apps.ledger.models import Entry
from apps.ledger.operations import post_entry, reverse_entry

DAY = date(2026, 3, 14)


def debit(account: str, minor: int, **more: object) -> EntryLine:
    """Return a line on the debit side."""
    return EntryLine(account, debit_minor=minor, **more)  # type: ignore[arg-type]


def credit(account: str, minor: int, **more: object) -> EntryLine:
    """Return a line on the credit side."""
    return EntryLine(account, credit_minor=minor, **more)  # type: ignore[arg-type]


def sale(net: int = 1000, tax: int = 200, party_id: UUID | None = None) -> tuple[EntryLine, ...]:
    """Return the lines of a sale on credit."""
    return (
        debit("receivable", net + tax, party_id=party_id or new_id()), credit("revenue", net),
        credit("tax_output", tax, tax_code="S20"),
    )  # fmt: skip


def entry_of(*lines: EntryLine, kind: str = "sales", day: date = DAY, source_id: UUID | None = None,
             number: str = "INV-2026-000001") -> EntryInput:  # fmt: skip
    """Return an entry of an invoice; by default a sale of 10.00 with 2.00 tax."""
    return EntryInput(kind, day, "invoice", source_id or new_id(), number, lines or sale(), text="A sale")


def book(entry: EntryInput) -> Entry:
    """Post an entry."""
    return post_entry(entry=entry, actor=current_scope().actor, now=clock.now())


def take_back(entry: Entry, *, day: date = DAY, reason: str = "Wrong customer") -> Entry:
    """Reverse an entry."""
    return reverse_entry(source_kind=entry.source_kind, source_id=entry.source_id, kind=entry.kind, entry_date=day,
                         reason=reason, actor=current_scope().actor, now=clock.now())  # fmt: skip
