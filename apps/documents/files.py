"""Files beside documents: kept with their hash in the tenant's own database, never changed, never deleted."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from apps.core.db import write
from apps.core.errors import DomainError, InputError, NotFound
from apps.core.scope import Actor, reading_from
from apps.core.text import clean_text
from apps.documents.filetypes import check_file
from apps.documents.models import PURPOSES, FileContent, StoredFile

NAME_LENGTH: Final = 200


class FileDamaged(DomainError):
    """The bytes in the store are not the bytes that were kept: their hash differs."""

    code = "file_damaged"
    status = 500
    cure = "Restore the file from a backup; its hash is in the audit log."


@dataclass(frozen=True)
class OpenedFile:
    """A stored file with its bytes."""

    file: StoredFile
    content: bytes


def keep_file(
    *,
    subject_kind: str,
    subject_id: UUID,
    name: str,
    media_type: str = "",
    content: bytes,
    actor: Actor,
    now: datetime,
    purpose: str = "attachment",
    customer_id: UUID | None = None,
) -> StoredFile:
    """Keep a file beside a record and return it; the same bytes for the same purpose are kept once.

    The type is read from the bytes; `media_type`, where given, must agree with them. For the purpose “paper” a
    record has one file for ever: the first that was kept is returned. The caller has checked that the record is
    this actor's to change. Raises FileRefused, InputError.
    """
    if purpose not in PURPOSES:
        raise InputError("There is no such purpose of a file.", code="unknown_purpose", field="purpose")
    shown = shown_name(name)
    found = check_file(shown, content, media_type)
    file = StoredFile(
        subject_kind=subject_kind, subject_id=subject_id, purpose=purpose, name=shown,
        media_type=found.media_type, size=len(content), sha256=hashlib.sha256(content).hexdigest(),
        customer_id=customer_id, created_by=actor.id, created_by_label=actor.label, created_at=now,
    )  # fmt: skip
    with write():
        # ON CONFLICT: of two that keep the same bytes at the same moment, the second waits and finds the first's.
        StoredFile.objects.bulk_create([file], ignore_conflicts=True)
        if StoredFile.objects.filter(id=file.id).exists():
            FileContent.objects.create(file_id=file.id, content=content)
            return file
        return _kept_before(file)


def remove_file(*, file_id: UUID, reason: str, actor: Actor, now: datetime) -> StoredFile:
    """Mark an attachment removed, with the reason; its row and bytes stay. Raises NotFound, InputError.

    A file that is removed already stays as it is. Originals and rendered documents cannot be removed.
    """
    why = clean_text(reason, field="reason", limit=500)
    with write():
        file = StoredFile.objects.select_for_update().filter(id=file_id).first()
        if file is None:
            raise NotFound("There is no such file.")
        if file.purpose != "attachment":
            raise InputError(
                "The original and the rendered document stay with their record.", code="file_stays"
            )
        if file.removed_at is None:
            file.removed_at, file.removed_by_label, file.removed_reason = now, actor.label, why
            file.save(update_fields=["removed_at", "removed_by_label", "removed_reason"])
    return file


def find_files(
    *, subject_kind: str, subject_id: UUID, purpose: str = "", with_removed: bool = False
) -> QuerySet[StoredFile]:
    """Return the files beside a record; the caller orders and pages."""
    found = StoredFile.objects.filter(subject_kind=subject_kind, subject_id=subject_id)
    if purpose:
        found = found.filter(purpose=purpose)
    return found if with_removed else found.filter(removed_at=None)


def list_files(
    *, subject_kind: str, subject_id: UUID, purpose: str = "", with_removed: bool = False
) -> list[StoredFile]:
    """Return the files beside a record, oldest first."""
    found = find_files(
        subject_kind=subject_kind, subject_id=subject_id, purpose=purpose, with_removed=with_removed
    )
    return list(found.order_by("created_at", "id"))


def find_same_content(*, sha256: str, subject_kind: str = "") -> list[StoredFile]:
    """Return files of the tenant with these bytes, oldest first (a duplicate's first sign, books.md 54)."""
    found = StoredFile.objects.filter(sha256=sha256, removed_at=None)
    if subject_kind:
        found = found.filter(subject_kind=subject_kind)
    return list(found.order_by("created_at", "id"))


def open_file(*, file_id: UUID) -> OpenedFile:
    """Return a file with its bytes, proven by their hash. Raises NotFound, FileDamaged.

    Who may see it was decided at the door of its record. Bytes are read from the books, so that a new file is there.
    """
    with reading_from("primary"):
        file = StoredFile.objects.filter(id=file_id).first()
        row = FileContent.objects.filter(file_id=file_id).first()
    if file is None or row is None:
        raise NotFound("There is no such file.")
    content = bytes(row.content)
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise FileDamaged("The stored bytes of this file do not match their hash; it is not given out.")
    return OpenedFile(file, content)


def shown_name(given: str) -> str:
    """Return a file's name without folders and without characters that are not seen. Raises InputError."""
    last = given.replace("\\", "/").rpartition("/")[2]
    name = "".join(each for each in last if each.isprintable() and each not in '"<>|:*?')
    return clean_text(name[-NAME_LENGTH:].lstrip(". "), field="name", limit=NAME_LENGTH)


def _kept_before(file: StoredFile) -> StoredFile:
    rows = StoredFile.objects.filter(
        subject_kind=file.subject_kind, subject_id=file.subject_id, purpose=file.purpose
    )
    if file.purpose == "paper":
        return rows.get()
    return rows.get(sha256=file.sha256, removed_at=None)
