"""A person sees what they wrote: their next pages wait a moment for the replica, or read the books themselves.

After a write the position of the write-ahead log is kept with the person's session, and a page asks the replica
whether it has come that far.
"""

import time
from dataclasses import dataclass
from time import sleep as pause

from django.db import Error, InterfaceError, OperationalError, connections

from apps.core.db import read_alias, write_alias
from apps.core.replicas import can_primary_answer, is_resting
from apps.core.scope import Reads, reading_from

WAIT_SECONDS = 0.3
STEP_SECONDS = 0.01
# A replica that is further behind than this is told of on every page; the person's own writes no longer matter.
REMEMBERED_SECONDS = 900.0
NOTICE = (
    "The copy that pages read from is away. These figures come straight from the books; nothing is missing."
)

_SHOWS = "select coalesce(pg_last_wal_replay_lsn() >= %s::pg_lsn, not pg_is_in_recovery())"
_behind_until: dict[str, float] = {}


@dataclass(frozen=True)
class Position:
    """How far a database's write-ahead log was at a moment (seconds since 1970)."""

    database: str
    lsn: str
    at: float


@dataclass(frozen=True)
class Choice:
    """Where a page reads from, and what to tell about it."""

    reads: Reads
    notice: str = ""


def note_position() -> Position:
    """Return the present position of the open scope's primary; everything committed so far lies before it."""
    alias = write_alias()
    with connections[alias].cursor() as cursor:
        cursor.execute("select pg_current_wal_lsn()::text")
        return Position(alias, str(cursor.fetchone()[0]), time.time())


def choose_reads(written: Position | None) -> Choice:
    """Choose where a page of the open scope reads from: the replica, unless it is away or lacks what was written."""
    with reading_from("replica"):
        alias = read_alias()
        if is_resting(alias):
            return Choice("primary", NOTICE)
        if written is None or not _matters(written):
            return Choice("replica")
        try:
            return Choice("replica" if _wait_until_shown(alias, written.lsn) else "primary")
        except (OperationalError, InterfaceError) as error:
            choice = choose_after_failure(error)
            if choice is None:
                raise
            return choice


def choose_after_failure(error: Error) -> Choice | None:
    """Choose where a page is read again after its read failed; None when the failure is not the replica's."""
    with reading_from("replica"):
        alias = read_alias()
    if not can_primary_answer(error, alias):
        return None
    return Choice("primary", NOTICE if is_resting(alias) else "")


def _matters(written: Position) -> bool:
    return written.database == write_alias() and time.time() - written.at < REMEMBERED_SECONDS


def _wait_until_shown(alias: str, lsn: str) -> bool:
    """Wait briefly until the replica shows a position; right after a vain wait only look."""
    waits = time.monotonic() >= _behind_until.get(alias, 0.0)
    give_up = time.monotonic() + WAIT_SECONDS
    while not shows(alias, lsn):
        if not waits or time.monotonic() > give_up:
            _behind_until[alias] = time.monotonic() + WAIT_SECONDS * 10
            return False
        pause(STEP_SECONDS)
    return True


def shows(alias: str, lsn: str) -> bool:
    """Say whether a replica has come to a position."""
    with connections[alias].cursor() as cursor:
        cursor.execute(_SHOWS, [lsn])
        return bool(cursor.fetchone()[0])
