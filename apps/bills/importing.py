"""Bills from files: UBL, CII, Factur-X. Each file is done whole or not at all, and tells what became of it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from apps.bills.files import KIND
from apps.bills.locks import lock_content
from apps.bills.models import Bill
from apps.bills.operations import create_bill
from apps.bills.reading import input_from
from apps.core.db import write
from apps.core.errors import DomainError
from apps.core.scope import Actor
from apps.documents.files import keep_file
from apps.exchange.reading import check_file, read_einvoice

FILES_AT_ONCE = 50
TOLD_FINDINGS = 5


@dataclass(frozen=True)
class FileInput:
    """A file as it was sent."""

    name: str
    content: bytes


@dataclass(frozen=True)
class FileOutcome:
    """What became of a file: created, there (it was imported before), or refused with why; and what breaks a rule."""

    name: str
    outcome: str
    bill: Bill | None = None
    error: DomainError | None = None
    findings: tuple[str, ...] = ()


def import_files(
    *, files: Sequence[FileInput], actor: Actor, now: datetime, supplier_id: UUID | None = None
) -> list[FileOutcome]:
    """Import files one by one; a refused one stops no other (books.md 61). Results come in the files' order."""
    return [_import(file, supplier_id, actor, now) for file in files]


def import_file(
    *, file: FileInput, actor: Actor, now: datetime, supplier_id: UUID | None = None
) -> tuple[Bill, bool, tuple[str, ...]]:
    """Import one file with its original beside it; return the bill, whether it is new, and findings in words.

    The same bytes again yield nothing new (books.md 62). Raises EInvoiceRefused, InputError, UnknownSupplier.
    """
    digest = hashlib.sha256(file.content).hexdigest()
    read = read_einvoice(file.content)
    source = "pdf" if read.container else read.syntax.lower()
    findings = [each for each in check_file(read) if each.severity == "fatal"]
    with write() as connection:
        lock_content(connection, digest)
        known = Bill.objects.filter(content_hash=digest).exclude(state="void").order_by("created_at").first()
        if known is not None:
            return known, False, ()
        given = input_from(read.invoice, supplier_id=supplier_id, source=source, content_hash=digest)
        bill = create_bill(bill=given, actor=actor, now=now)
        keep_file(
            subject_kind=KIND, subject_id=bill.id, name=file.name, content=file.content, purpose="original",
            actor=actor, now=now,
        )  # fmt: skip
    told = [f"{each.rule}: {each.text}" for each in findings[:TOLD_FINDINGS]]
    more = len(findings) - len(told)
    return bill, True, (*told, *([f"and {more} more"] if more > 0 else []))


def _import(file: FileInput, supplier_id: UUID | None, actor: Actor, now: datetime) -> FileOutcome:
    try:
        bill, is_new, findings = import_file(file=file, supplier_id=supplier_id, actor=actor, now=now)
    except DomainError as error:
        return FileOutcome(file.name, "refused", error=error)
    return FileOutcome(file.name, "created" if is_new else "there", bill, findings=findings)
