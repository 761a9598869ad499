"""Exports of the audit log as background jobs: a folder with proofs, packed into one file that is kept for a day.

VAR_DIR/exports/<tenant>/<job>/audit-log.zip
"""

import shutil
import time
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.conf import settings

from apps.audit import operations
from apps.core import clock
from apps.core.errors import NotFound
from apps.core.scope import Actor, current_tenant_id
from apps.jobs.models import Job
from apps.jobs.operations import enqueue_job
from apps.jobs.registry import JobContext

KIND: Final = "audit.export"
KEPT_SECONDS: Final = 24 * 3600.0
NAME: Final = "audit-log"


def start_export(*, reason: str, actor: Actor, now: datetime) -> Job:
    """Write down an export of the open tenant's log; a worker begins it at once."""
    return enqueue_job(
        kind=KIND, title="Audit log with proofs", arguments={"reason": reason}, actor=actor, now=now
    )


def work(context: JobContext) -> dict[str, Any]:
    """Export and pack; run again after a crash it begins anew, and records that it does."""
    _forget_old()
    folder = folder_of(context.job_id)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    context.report(0, None, "Recording the export and waiting for its seal")
    made = operations.export_log(folder=folder / NAME, reason=context.arguments["reason"], now=clock.now())
    context.report(0, made.entries, "Packing")
    _pack(folder)
    return {
        "entries": made.entries,
        "seals": made.seals,
        "checkpoints": made.checkpoints,
        "export_id": str(made.export_id),
    }


def get_packed(job_id: UUID) -> Path:
    """Return the file of a finished export of the open tenant. Raises NotFound when it is gone."""
    path = folder_of(job_id) / f"{NAME}.zip"
    if not path.is_file():
        raise NotFound("This export is no longer kept.", cure="Start a new export.")
    return path


def folder_of(job_id: UUID) -> Path:
    """Return the folder of an export of the open tenant."""
    return _folder_of_tenant() / str(job_id)


def _folder_of_tenant() -> Path:
    return Path(settings.VAR_DIR) / "exports" / str(current_tenant_id())


def _pack(folder: Path) -> None:
    draft = folder / f".{NAME}.zip"
    with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        for path in sorted((folder / NAME).iterdir()):
            packed.write(path, f"{NAME}/{path.name}")
    draft.rename(folder / f"{NAME}.zip")
    shutil.rmtree(folder / NAME)


def _forget_old() -> None:
    # Whole logs should not lie about; whoever needs one exports again.
    for folder in _folder_of_tenant().glob("*"):
        if folder.stat().st_mtime < time.time() - KEPT_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)
