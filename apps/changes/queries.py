"""How far the copies have come, for commands, pages and alerts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connections

from apps.changes.slots import SlotState, find_slot, slot_name
from apps.core.errors import NotFound


@dataclass(frozen=True)
class Freshness:
    """How old a copy is as its reader sees it.

    `age_seconds` runs from the last commit that is in the copy (heartbeats included) to the reading database's
    clock; None where nothing was ever applied. `lsn` is that commit's end. `state` is running, building or
    stopped; `problem` and `cure` say why it stands.
    """

    state: str
    age_seconds: float | None
    lsn: int
    committed_at: datetime | None
    problem: str = ""
    cure: str = ""


@dataclass(frozen=True)
class CopyStatus:
    """One projection of one database, read on the primary."""

    database: str
    projection: str
    freshness: Freshness
    changes: int
    applied_at: datetime | None


@dataclass(frozen=True)
class StreamStatus:
    """A database's slot (None where it is missing) and its copies."""

    database: str
    slot: SlotState | None
    copies: Sequence[CopyStatus]

    @property
    def is_healthy(self) -> bool:
        """Whether the slot is there and every copy runs."""
        return (
            self.slot is not None
            and not self.slot.is_lost
            and all(copy.freshness.state == "running" for copy in self.copies)
        )


def get_freshness(projection: str, *, alias: str) -> Freshness:
    """Return a copy's freshness as the given alias (a replica, usually) shows it."""
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "select state, greatest(extract(epoch from clock_timestamp() - committed_at), 0)::float8, "
            "lsn, committed_at, problem, cure from changes_checkpoint where projection = %s",
            [projection],
        )
        row = cursor.fetchone()
    return Freshness(*row) if row else Freshness("building", None, 0, None)


def get_stream_status(alias: str) -> StreamStatus:
    """Return the state of a database's slot and copies, from its primary. Raises NotFound for another alias."""
    if alias not in settings.BOOK_DATABASES:
        known = ", ".join(settings.BOOK_DATABASES)
        raise NotFound(f"There is no database “{alias}”.", cure=f"Databases here: {known}.")
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "select projection, state, greatest(extract(epoch from clock_timestamp() - committed_at), 0)::float8, "
            "lsn, committed_at, problem, cure, changes, applied_at from changes_checkpoint order by projection"
        )
        copies = [_copy(alias, row) for row in cursor.fetchall()]
    connection: Any = connections[alias].connection
    return StreamStatus(alias, find_slot(connection, slot_name(connection)), copies)


def _copy(alias: str, row: tuple[Any, ...]) -> CopyStatus:
    projection, *freshness, changes, applied_at = row
    return CopyStatus(alias, projection, Freshness(*freshness), changes, applied_at)
