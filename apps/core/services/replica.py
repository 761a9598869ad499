"""The streaming replica: cloned, followed, and cloned anew when it can no longer follow."""

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import psycopg

from apps.core.services.addresses import REPLICATOR, SUPERUSER, Address
from apps.core.services.child import tail, wait_until
from apps.core.services.data_directories import Maker, is_complete, system_identifier
from apps.core.services.failure import ServiceError
from apps.core.services.postgres_server import PostgresServer, check_version, end_leftovers
from apps.core.services.postgres_settings import Standby

SLOT = "bulkhead_replica"
STREAM_SECONDS = 60.0
# What PostgreSQL writes when the log it needs is gone or belongs to another history (lc_messages is C).
HOPELESS = {
    "has already been removed": "the log it needs next is gone from the primary",
    "is ahead of the WAL flush position": "it is ahead of the primary",
    "is behind recovery timeline": "it is on a later timeline than the primary",
    "is not a child of this server": "it is on another timeline than the primary",
    "system identifier": "it is a copy of another cluster",
    "no longer possible to read from replication slot": "its replication slot was cut off",
    "can no longer access replication slot": "its replication slot was cut off",
    "can no longer get changes from replication slot": "its replication slot was cut off",
}
Connect = Callable[[], psycopg.Connection[Any]]


@dataclass(frozen=True, slots=True)
class Source:
    """The primary, as the replicator reaches it."""

    address: Address
    password: str

    @property
    def conninfo(self) -> str:
        """Return the connection string for the replica's settings file, which only its account can read."""
        return self.address.conninfo(REPLICATOR, SUPERUSER, self.password)


class Replica:
    """A copy of the primary. It is a copy, so when in doubt it is made again."""

    def __init__(
        self,
        server: PostgresServer,
        *,
        maker: Maker,
        source: Source,
        admin: Connect,
        replica: Connect,
        say: Callable[[str], None],
    ) -> None:
        self.server = server
        self._maker = maker
        self._source = source
        self._admin = admin
        self._replica = replica
        self._say = say

    def start(self) -> None:
        """Start the replica and wait until it streams from the primary.

        Raises ServiceError when even a fresh copy does not follow.
        """
        if self._usable():
            reason = self._try_start()
            if reason is None:
                return
            self._say(f"The replica can no longer follow: {reason}. It is being copied anew.")
        self._clone()
        reason = self._try_start()
        if reason is not None:
            raise ServiceError(
                f"The fresh replica does not follow: {reason}.", cure=f"See {self.server.place.log}."
            )

    def _usable(self) -> bool:
        """Tell whether there is a copy worth starting; say why not."""
        data = self.server.place.data
        try:
            if not is_complete(data):
                return False
            check_version(data)
        except ServiceError as error:
            self._say(f"{error.message} It is being copied anew.")
            return False
        end_leftovers(data)
        fault = self._fault_at_rest()
        if fault:
            self._say(f"The replica can no longer follow: {fault}. It is being copied anew.")
        return fault is None

    def _fault_at_rest(self) -> str | None:
        own, state = system_identifier(self._maker.programs, self.server.place.data, self._maker.account)
        with self._admin() as connection:
            row = connection.execute("select system_identifier::text from pg_control_system()").fetchone()
            lost = connection.execute(
                "select 1 from pg_replication_slots where slot_name = %s and wal_status = 'lost'", [SLOT]
            ).fetchone()
        if row is None or own != row[0]:
            return "it is a copy of another cluster"
        if not (self.server.place.data / "standby.signal").exists() or state == "in production":
            return "it was started as a server of its own"
        return "its replication slot was cut off" if lost else None

    def _try_start(self) -> str | None:
        """Start and wait for streaming; return why that failed, with the server stopped again."""
        log_start = self.server.log_size()
        with self._admin() as connection:
            ensure_slot(connection)
        try:
            self.server.start(Standby(self._source.conninfo, SLOT))
        except ServiceError as error:
            return error.message
        reason: str | None = "it did not begin to stream"
        deadline = time.monotonic() + STREAM_SECONDS
        while time.monotonic() < deadline:
            if self.streaming():
                return None
            reason = self._hopeless(log_start)
            if reason or not self.server.running:
                break
            time.sleep(0.05)
        self.server.stop()
        return reason or "it did not begin to stream"

    def _hopeless(self, log_start: int) -> str | None:
        text = tail(self.server.place.log, lines=200, start=log_start)
        return next((reason for phrase, reason in HOPELESS.items() if phrase in text), None)

    def streaming(self) -> bool:
        """Tell whether the primary is sending to the replica and the replica answers."""
        with self._admin() as connection:
            row = connection.execute(
                "select 1 from pg_stat_replication r join pg_replication_slots s on s.active_pid = r.pid"
                " where s.slot_name = %s and r.state = 'streaming'",
                [SLOT],
            ).fetchone()
        return row is not None

    def fault(self) -> str | None:
        """Return what keeps the replica from showing the present; None when it streams and replays."""
        try:
            if not self.streaming():
                return "does not stream from the primary"
            with self._replica() as connection:
                row = connection.execute("select pg_is_wal_replay_paused()").fetchone()
        except psycopg.Error as error:
            return f"does not answer ({str(error).strip()})"
        return "replay is paused" if row == (True,) else None

    def wait_for_replay(self, seconds: float = 30.0) -> bool:
        """Wait until the replica has replayed all that the primary had written at this call."""
        with self._admin() as primary, self._replica() as replica:
            row = primary.execute("select pg_current_wal_flush_lsn()::text").fetchone()
            target = row[0] if row else "0/0"
            query = "select 1 where pg_last_wal_replay_lsn() >= %s::pg_lsn"
            return wait_until(lambda: replica.execute(query, [target]).fetchone() is not None, seconds)

    def _clone(self) -> None:
        data = self.server.place.data
        end_leftovers(data)
        shutil.rmtree(data, ignore_errors=True)
        with self._admin() as connection:
            connection.execute(
                "select pg_drop_replication_slot(slot_name) from pg_replication_slots"
                " where slot_name = %s and wal_status = 'lost'",
                [SLOT],
            )
            ensure_slot(connection)
        self._maker.make_replica(
            data, address=self._source.address, password=self._source.password, slot=SLOT
        )


def ensure_slot(connection: psycopg.Connection[Any]) -> None:
    """Create the physical slot that keeps the log for the replica, if it is missing."""
    connection.execute(
        "select pg_create_physical_replication_slot(%s, true)"
        " where not exists (select from pg_replication_slots where slot_name = %s)",
        [SLOT, SLOT],
    )
