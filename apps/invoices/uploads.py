"""Files that people send for an import: kept by tenant and job, under names of our own.

VAR_DIR/uploads/<tenant>/<job>/upload      what was sent, until the import has ended
VAR_DIR/uploads/<tenant>/<job>/report/     its report and the rows that were left out
"""

import json
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

from apps.core.errors import DomainError
from apps.core.ids import new_id
from apps.core.scope import current_tenant_id
from apps.core.text import clean_text

NAME_LENGTH = 100


class FileTooLarge(DomainError):
    """The file is larger than this installation takes."""

    code = "file_too_large"
    status = 413
    cure = "Pack it with gzip, or split it at a document's border and send the parts."


def check_size(size: int) -> None:
    """Raise FileTooLarge when a file of this many bytes is not taken."""
    if size > settings.IMPORT_UPLOAD_BYTES:
        limit = settings.IMPORT_UPLOAD_BYTES // 1_000_000
        raise FileTooLarge(f"The file is larger than {limit:,} MB. Nothing was imported.", field="file")


def keep_upload(chunks: Iterable[bytes]) -> UUID:
    """Write what was sent to a folder of its own and return the folder's name. Raises FileTooLarge."""
    key, size = new_id(), 0
    folder = folder_of(key)
    folder.mkdir(parents=True)
    try:
        with upload_of(key).open("xb") as file:
            for chunk in chunks:
                size += len(chunk)
                check_size(size)
                file.write(chunk)
    except BaseException:
        forget_upload(key)
        raise
    return key


def forget_upload(key: UUID) -> None:
    """Delete a kept file that no job will read."""
    shutil.rmtree(folder_of(key), ignore_errors=True)


def hand_over(key: UUID, job_id: UUID) -> None:
    """Give a kept file to the job that will read it."""
    folder_of(key).rename(folder_of(job_id))


def drop_upload(job_id: UUID) -> None:
    """Delete what was sent; its report stays."""
    upload_of(job_id).unlink(missing_ok=True)


def folder_of(job_id: UUID) -> Path:
    """Return the folder of a job of the open tenant."""
    return Path(settings.VAR_DIR) / "uploads" / str(current_tenant_id()) / str(job_id)


def upload_of(job_id: UUID) -> Path:
    """Return where the file of a job of the open tenant stands."""
    return folder_of(job_id) / "upload"


def report_folder(job_id: UUID) -> Path:
    """Return where a job's report and left-out rows stand."""
    return folder_of(job_id) / "report"


def find_report(job_id: UUID) -> dict[str, Any] | None:
    """Return the report of a job that was cut short, or None when it never began to book."""
    path = report_folder(job_id) / "report.json"
    if not path.exists():
        return None
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def shown_name(given: str) -> str:
    """Return a file's name as a title: it names nothing on our disk."""
    name = "".join(each for each in given.replace("\\", "/").rpartition("/")[2] if each.isprintable())
    return clean_text(name[:NAME_LENGTH], field="file", limit=NAME_LENGTH, required=False) or "Uploaded file"
