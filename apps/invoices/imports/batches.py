"""The record of import runs, and how far a source's dates are moved."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from apps.core.db import write
from apps.core.scope import Actor
from apps.invoices.models import ImportBatch

WEEK = 7


def open_batch(
    *,
    source: str,
    file_name: str,
    file_sha256: str,
    actor: Actor,
    now: datetime,
    last_day: date | None = None,
    shift_to: date | None = None,
) -> ImportBatch:
    """Record that a run begins.

    With `shift_to`, whole weeks are chosen so that `last_day` falls at most 6 days before it; where an earlier
    shifted run of the source has chosen already, its choice holds.
    """
    with write():
        shift = None
        if shift_to is not None:
            shift = _chosen_shift(source)
            if shift is None:
                shift = (shift_to - last_day).days // WEEK * WEEK if last_day else 0
        return ImportBatch.objects.create(
            source=source,
            file_name=file_name[:300],
            file_sha256=file_sha256,
            shift_days=shift,
            created_by=actor.id,
            created_by_label=actor.label,
            started_at=now,
        )


def close_batch(
    *, batch_id: UUID, state: str, report: dict[str, Any] | None, actor: Actor, now: datetime
) -> None:
    """Record how a run ended. A run that was killed stays “running”; the next run does its work."""
    with write():
        ImportBatch.objects.filter(id=batch_id).update(state=state, report=report, finished_at=now)


def moved(day: date, shift_days: int | None) -> date:
    """Return a day moved by a batch's shift."""
    return day + timedelta(days=shift_days or 0)


def _chosen_shift(source: str) -> int | None:
    """Return the shift that the source's first shifted run chose."""
    shifted = ImportBatch.objects.filter(source=source, shift_days__isnull=False)
    return shifted.order_by("started_at", "id").values_list("shift_days", flat=True).first()
