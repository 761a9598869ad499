"""How old the data of an answer is, told by the database that gave it and never by the clock of this process."""

from django.db import connections

from apps.core.db import read_alias

AGE_HEADER, POSITION_HEADER = "Bulkhead-Age", "Bulkhead-As-Of"
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
