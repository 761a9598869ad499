"""What can wait for an approval: a thing of another app, known by its kind and id, and the print of its facts."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from django.urls import NoReverseMatch, reverse

# Kind, how people call it, the page that shows one.
KINDS: Final[dict[str, tuple[str, str]]] = {
    "bill": ("Supplier invoice", "bills:detail"),
    "purchase_order": ("Purchase order", "orders:purchase_detail"),
    "payment_run": ("Payment run", "payments:run_detail"),
    "payment": ("Payment", "payments:detail"),
    "journal_entry": ("Journal entry", "ledger:detail"),
    "write_off": ("Write-off", ""),
    "invoice": ("Invoice or credit note", "invoices:detail"),
    "sales_order": ("Sales order", "orders:sale_detail"),
}
# Of what the print is made besides the facts that the caller names.
OWN_FACTS: Final = ("amount", "payee", "category")


@dataclass(frozen=True)
class Subject:
    """A document as far as its approval is concerned.

    `book_minor` is the amount in the book currency, by which policies choose. `facts` are what voids an approval
    when it changes besides amount, payee, category: account, lines, due date (books.md 51); a comment is no fact.
    """

    kind: str
    id: UUID
    label: str
    amount_minor: int
    currency: str
    book_minor: int
    party_id: UUID | None
    category: str
    created_by: UUID
    changed_by: UUID
    facts: Mapping[str, object]


def prints_of(subject: Subject) -> dict[str, str]:
    """Return a print of each fact by name; values themselves are not kept, an account among them is personal."""
    own: dict[str, object] = {
        "amount": [subject.amount_minor, subject.currency, subject.book_minor],
        "payee": subject.party_id,
        "category": subject.category,
    }
    return {
        name: _digest([subject.id, name, value]) for name, value in sorted({**subject.facts, **own}.items())
    }


def fingerprint_of(subject: Subject) -> str:
    """Return the SHA-256 over all facts in canonical form."""
    return _digest([subject.kind, subject.id, prints_of(subject)])


def changed_facts(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """Return the names of facts that differ between two sets of prints."""
    return sorted(name for name in {*before, *after} if before.get(name) != after.get(name))


def label_of(kind: str) -> str:
    """Return how people call a kind."""
    return KINDS.get(kind, (kind.replace("_", " ").capitalize(), ""))[0]


def address_of(kind: str, subject_id: UUID) -> str:
    """Return the page of a subject, or nothing where there is none."""
    page = KINDS.get(kind, ("", ""))[1]
    try:
        return reverse(page, args=[subject_id]) if page else ""
    except NoReverseMatch:
        return ""


def _digest(value: object) -> str:
    text = json.dumps(_plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: object) -> object:
    """Return a value as JSON that is the same for equal values: 1.50 and 1.5 are one number."""
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [_plain(each) for each in value]
    if isinstance(value, Decimal):
        return format(value.normalize(), "f") if value else "0"
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if value is None or isinstance(value, str | int):
        return value
    raise TypeError(f"A fact cannot be a {type(value).__name__}.")
