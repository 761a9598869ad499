"""Stream a logical slot over psycopg's libpq (`START_REPLICATION`, COPY BOTH).

Nothing is acknowledged by itself: the caller says how far its effects are committed, and only that position
goes back to the server.
"""

import select
import time
from collections.abc import Iterator
from struct import Struct
from types import TracebackType
from typing import Self

import psycopg
from psycopg import sql
from psycopg.pq import ExecStatus

from apps.changes.lsn import format_lsn

# The server sends text in the session's formats: pin those that decide how values read. A connection that
# exports a snapshot stays in its transaction for as long as the snapshot is worked with.
SESSION_OPTIONS = (
    "-c datestyle=ISO -c timezone=UTC -c intervalstyle=postgres -c extra_float_digits=3 "
    "-c idle_in_transaction_session_timeout=0"
)
HEADER = 25  # bytes before the payload of an XLogData message
STATUS_EVERY = 5.0

_EPOCH_OFFSET_US = 946_684_800_000_000
_KEEPALIVE = Struct(">QqB").unpack_from
_STATUS = Struct(">cQQQqB").pack
_XLOG_DATA, _KEEP = b"wk"


class StreamEndedError(psycopg.OperationalError):
    """The server ended the stream (shutdown, end of timeline, terminated sender)."""


def connect_replication(conninfo: str, *, application_name: str) -> psycopg.Connection[tuple[object, ...]]:
    """Open a connection that speaks the replication protocol on one database.

    The server notices a dead peer by keep-alives of the socket, so a stand-by need not wait for its time-out.
    """
    return psycopg.connect(
        conninfo,
        replication="database",
        autocommit=True,
        application_name=application_name,
        options=SESSION_OPTIONS,
        connect_timeout=10,
        keepalives_idle=5,
        keepalives_interval=2,
        keepalives_count=3,
    )


class ReplicationStream:
    """One running `START_REPLICATION`. Not safe to share between threads."""

    def __init__(self, connection: psycopg.Connection[tuple[object, ...]]) -> None:
        self.connection = connection
        self.server_lsn = 0
        self.acknowledged = 0
        self._pgconn = connection.pgconn
        self._poll = select.poll()
        self._poll.register(self._pgconn.socket, select.POLLIN | select.POLLHUP | select.POLLERR)
        self._status_due = 0.0
        self._first_read = True

    def start(
        self, *, slot: str, publication: str, lsn: int = 0, version: int = 1, streaming: bool = False
    ) -> None:
        """Begin at `lsn`, or where the slot stands if that is later.

        `streaming` (from version 2) lets large transactions come before they end; without it the server keeps
        them on its disk until they do.

        Raises psycopg.errors.ObjectInUse while another process reads the slot, UndefinedObject where there
        is no such slot, ObjectNotInPrerequisiteState where the server has given the slot up.
        """
        command = sql.SQL(
            "START_REPLICATION SLOT {slot} LOGICAL {lsn}"
            " (proto_version {version}, publication_names {publication}, messages 'true', streaming {streaming})"
        ).format(
            slot=sql.Identifier(slot),
            lsn=sql.SQL(format_lsn(lsn)),
            version=sql.Literal(str(version)),
            publication=sql.Literal(f'"{publication}"'),
            streaming=sql.Literal("on" if streaming else "off"),
        )
        cursor = self.connection.execute(command)
        if cursor.pgresult is None or cursor.pgresult.status != ExecStatus.COPY_BOTH:
            raise StreamEndedError("the server did not start to stream")
        self.acknowledged = lsn
        self._status_due = time.monotonic() + STATUS_EVERY

    def wait(self, timeout: float) -> bool:
        """Return whether something arrived within `timeout` seconds; keeps the server informed meanwhile."""
        if time.monotonic() >= self._status_due:
            self.send_status()
        if self._first_read:
            # The answer to START_REPLICATION may have brought the first messages along.
            self._first_read = False
            return True
        return bool(self._poll.poll(max(timeout, 0.0) * 1000))

    def drain(self) -> Iterator[bytes]:
        """Yield the messages that one read brings, at once; the payload of each begins at HEADER.

        Raises StreamEndedError (or another OperationalError) when the server closes the stream.
        """
        pgconn = self._pgconn
        pgconn.consume_input()
        take = pgconn.get_copy_data
        while True:
            size, data = take(1)
            if size > 0:
                message = bytes(data)
                if message[0] == _XLOG_DATA:
                    yield message
                else:
                    self._keepalive(message)
            elif size == 0:
                return
            else:
                raise StreamEndedError("the server ended the stream")

    def acknowledge(self, lsn: int) -> None:
        """Tell the server that everything before `lsn` is safe here and need not be kept."""
        if lsn > self.acknowledged:
            self.acknowledged = lsn
            self.send_status()

    def send_status(self) -> None:
        """Send the acknowledged position, which also shows the server that this side lives."""
        micros = time.time_ns() // 1000 - _EPOCH_OFFSET_US
        lsn = self.acknowledged
        self._pgconn.put_copy_data(_STATUS(b"r", lsn, lsn, lsn, micros, 0))
        while self._pgconn.flush():
            select.select([], [self._pgconn.socket], [], 1.0)
        self._status_due = time.monotonic() + STATUS_EVERY

    def close(self) -> None:
        """End the stream by closing its connection: the slot is free for the next reader at once."""
        self.connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _keepalive(self, message: bytes) -> None:
        if message[0] != _KEEP:
            raise StreamEndedError(f"unknown replication message {message[:1]!r}")
        lsn, _, wants_reply = _KEEPALIVE(message, 1)
        self.server_lsn = max(self.server_lsn, lsn)
        if wants_reply:
            self.send_status()
