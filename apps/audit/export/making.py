"""Makes an export: records it first, waits until that record is sealed, then writes. Called by `operations`."""

import os
import shutil
import time
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.db import transaction

from apps.audit import records
from apps.audit.anchors import Anchors, known_keys
from apps.audit.export.writing import Export, ExportSummary, write_export
from apps.audit.signing import find_signer
from apps.audit.statements import Checkpoint
from apps.core.errors import DomainError, InputError


class NotSealedYet(DomainError):
    """Give up an export whose own record stays unsealed."""

    code = "audit_not_sealed"
    status = 503
    cure = "A long transaction holds the sealer back; run the export again when it has ended."


def check_folder(folder: Path) -> None:
    """Raise InputError unless the folder can be made."""
    if folder.exists():
        raise InputError(f"{folder} exists already.", cure="Name a folder that does not exist yet.")
    if not folder.absolute().parent.is_dir():
        raise InputError(f"{folder.absolute().parent} is not a folder.", cure="Make it first.")


def find_sealing(database: str, tenant_id: UUID, entry_id: int) -> Checkpoint | None:
    """Return the checkpoint that covers an entry, or None while there is none."""
    alias = records.sealer_alias(database)
    query = "select xid::text from audit.entry where tenant_id = %s and id = %s"
    found = records.rows(alias, query, [tenant_id, entry_id])
    signed = records.checkpoint_over(alias, database, int(found[0][0])) if found else None
    return signed.checkpoint if signed else None


def pause(deadline: float) -> None:
    """Wait a moment for the sealer. Raises NotSealedYet after the deadline."""
    if time.monotonic() > deadline:
        raise NotSealedYet("The record of this export is not sealed yet, so nothing was exported.")
    time.sleep(0.1)


def write_folder(
    *, database: str, tenant_id: UUID, export_id: UUID, upto: Checkpoint, folder: Path, anchors: Anchors,
    now: datetime,
) -> ExportSummary:  # fmt: skip
    """Write the export beside its place, then put it there whole."""
    draft = folder.with_name(f".{folder.name}.{os.getpid()}")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    try:
        export = Export(database, tenant_id, export_id, now, upto)
        with transaction.atomic(using=export.alias):
            summary = write_export(export, draft, known_keys(anchors, find_signer()))
        draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return ExportSummary(folder, export_id, summary.entries, summary.seals, summary.checkpoints)
