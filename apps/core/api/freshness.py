"""How old the data of an answer is, told by the database that gave it and never by the clock of this process."""

import logging
import re
import time

from django.db import Error, connections
from django.http import HttpResponse
from rest_framework.request import Request

from apps.core.db import read_alias, write_alias
from apps.core.errors import InputError
from apps.core.reads import Position, choose_reads, note_position
from apps.core.scope import Reads

log = logging.getLogger(__name__)
AGE_HEADER, POSITION_HEADER, WANTED_HEADER = "Bulkhead-Age", "Bulkhead-As-Of", "Bulkhead-At-Least"
_LSN = re.compile(r"[0-9A-F]{1,8}/[0-9A-F]{1,8}")
# The moment of the last transaction that reached the copy; a heartbeat keeps it moving while nobody writes.
_REPLICA = """
    select pg_last_wal_replay_lsn()::text,
           coalesce(extract(epoch from clock_timestamp() - pg_last_xact_replay_timestamp()), 0)::float8
    where pg_is_in_recovery()
    union all
    select pg_current_wal_lsn()::text, 0 where not pg_is_in_recovery()
"""


def freshness_headers() -> dict[str, str]:
    """Return the age in seconds and the log position of the database that the scope reads from.

    Ask before reading: the data are then at least as new as the headers say.
    """
    with connections[read_alias()].cursor() as cursor:
        cursor.execute(_REPLICA)
        position, age = cursor.fetchone()
    return {AGE_HEADER: f"{max(age, 0.0):.3f}", POSITION_HEADER: position}


def written_headers() -> dict[str, str]:
    """Return the log position after a write; sent back with a read, it makes sure that the read shows the write."""
    try:
        return {AGE_HEADER: "0.000", POSITION_HEADER: note_position().lsn}
    except Error:
        # The write is committed: its answer must go out, with or without a position.
        log.warning("The position of a write could not be read.")
        return {}


def add_headers(response: HttpResponse, headers: dict[str, str]) -> None:
    """Set headers of a response."""
    for name, value in headers.items():
        response[name] = value


def reads_for(request: Request) -> Reads:
    """Return where a read goes: to the copy, unless the copy lacks what the caller wants to see. Raises InputError."""
    wanted = request.headers.get(WANTED_HEADER, "").strip()
    if not wanted:
        return "replica"
    if not _LSN.fullmatch(wanted):
        raise InputError(
            f"{WANTED_HEADER} takes the {POSITION_HEADER} of an earlier answer.", code="invalid_position",
            field=WANTED_HEADER,
        )  # fmt: skip
    return choose_reads(Position(write_alias(), wanted, time.time())).reads
