"""One import from end to end, for the command and for the background job alike.

The file is looked at and sorted first: nothing is written before it is known to be whole. Then set after set is
booked, each in its own transaction, so a run that ended at any moment is completed by running it again.
"""

from datetime import date, datetime
from pathlib import Path

from django.conf import settings

from apps.core.scope import Actor, current_tenant_id
from apps.invoices.imports.batches import open_batch
from apps.invoices.imports.files import inspect_file
from apps.invoices.imports.limits import ImportLimits
from apps.invoices.imports.profiles import get_profile
from apps.invoices.imports.progress import Paced, Progress, Tell
from apps.invoices.imports.reader import read_file
from apps.invoices.imports.run import ImportResult, Run
from apps.invoices.imports.spool import Spool

DEFAULT_LIMITS = ImportLimits()


def run_import(
    *,
    path: Path,
    profile: str,
    actor: Actor,
    now: datetime,
    progress: Tell,
    shift_to: date | None = None,
    name: str | None = None,
    folder: Path | None = None,
    limits: ImportLimits = DEFAULT_LIMITS,
) -> ImportResult:
    """Import a file into the open tenant's books and return the report and where its files are.

    `shift_to` moves dates by whole weeks so that the file's last day comes near that day. `name` is what the file
    is called in the report. Raises FileRefused before anything is written, and whatever `progress` raises.
    """
    rules, tell = get_profile(profile), Paced(progress)
    source = inspect_file(
        path, limits=limits, name=name, watch=lambda done, size: tell(Progress("checking", done, size))
    )
    with Spool() as spool:
        reading = read_file(
            source,
            profile=rules,
            limits=limits,
            spool=spool,
            watch=lambda rows: tell(Progress("sorting", rows, None)),
        )
        batch = open_batch(
            source=rules.name,
            file_name=source.name,
            file_sha256=source.sha256,
            actor=actor,
            now=now,
            last_day=reading.last_day,
            shift_to=shift_to,
        )
        place = folder or settings.VAR_DIR / "imports" / str(current_tenant_id()) / str(batch.id)
        return Run(reading, batch, place, actor, now).complete(tell)
