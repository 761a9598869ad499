"""Which transactions a snapshot sees, and working inside one that belongs to a slot."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Self

from psycopg import IsolationLevel, sql

from apps.changes.connections import Connection
from apps.changes.slots import SnapshotSlot

WRAP = 1 << 32


@dataclass(frozen=True)
class Snapshot:
    """What `pg_current_snapshot()` says: `xmin:xmax:running`, with 64-bit transaction ids."""

    xmin: int
    xmax: int
    running: frozenset[int]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the snapshot that a text stands for. Raises ValueError for anything else."""
        xmin, xmax, running = text.split(":")
        return cls(int(xmin), int(xmax), frozenset(int(xid) for xid in running.split(",") if xid))

    def sees(self, xid: int) -> bool:
        """Say whether the effects of a committed transaction, by its streamed 32-bit id, are in the snapshot."""
        full = self._widen(xid)
        return full < self.xmin or (full < self.xmax and full not in self.running)

    def _widen(self, xid: int) -> int:
        # Ids in use at one time are less than 2^31 apart, so the nearest candidate is the right one.
        base = self.xmax - self.xmax % WRAP + xid
        return min((base - WRAP, base, base + WRAP), key=lambda candidate: abs(candidate - self.xmax))


@contextmanager
def in_snapshot(connection: Connection, slot: SnapshotSlot) -> Iterator[Snapshot]:
    """Run the block in one transaction that sees exactly what the slot's stream does not hold."""
    connection.isolation_level = IsolationLevel.REPEATABLE_READ
    try:
        with connection.transaction():
            connection.execute(sql.SQL("set transaction snapshot {}").format(sql.Literal(slot.snapshot)))
            connection.execute("set local idle_in_transaction_session_timeout = 0")
            row = connection.execute("select pg_current_snapshot()::text").fetchone()
            assert row is not None
            yield Snapshot.parse(row[0])
    finally:
        connection.isolation_level = None
