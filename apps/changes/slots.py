"""The logical slot of a database: made, looked at, given up, and temporary ones beside it."""

import secrets
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import class_row

from apps.changes.connections import Connection
from apps.changes.lsn import parse_lsn
from apps.changes.published import PUBLICATION, TABLES

PLUGIN = "pgoutput"


def slot_name(connection: psycopg.Connection[Any]) -> str:
    """Return the name of the slot of a connection's database; slots share one namespace in a cluster.

    The server is asked for the database's name, because a pooler may know it by another.
    """
    row = connection.execute("select current_database()::text").fetchone()
    assert row is not None
    safe = "".join(c if c.isalnum() else "_" for c in str(row[0]).lower())
    return f"bulkhead_{safe}"[:63]


@dataclass(frozen=True)
class SlotState:
    """A slot as the server reports it. Positions are integers; `retained_bytes` of log wait for the reader."""

    name: str
    is_active: bool
    wal_status: str
    invalidation: str
    restart_lsn: int
    confirmed_lsn: int
    retained_bytes: int
    lag_bytes: int
    is_failover: bool

    @property
    def end_lsn(self) -> int:
        """Where the log ended when the slot was looked at."""
        return self.confirmed_lsn + self.lag_bytes

    @property
    def is_lost(self) -> bool:
        """Whether the server has thrown away log that the reader had not seen."""
        return self.wal_status == "lost" or bool(self.invalidation)


def find_slot(connection: psycopg.Connection[Any], name: str) -> SlotState | None:
    """Return the slot, or None. Any role may ask."""
    query = """
        select slot_name::text as name, active as is_active, coalesce(wal_status, '') as wal_status,
               coalesce(invalidation_reason, '') as invalidation,
               coalesce(restart_lsn - '0/0', 0)::bigint as restart_lsn,
               coalesce(confirmed_flush_lsn - '0/0', 0)::bigint as confirmed_lsn,
               coalesce(pg_current_wal_lsn() - restart_lsn, 0)::bigint as retained_bytes,
               coalesce(pg_current_wal_lsn() - confirmed_flush_lsn, 0)::bigint as lag_bytes,
               failover as is_failover
        from pg_replication_slots where slot_name = %s
    """
    with connection.cursor(row_factory=class_row(SlotState)) as cursor:
        return cursor.execute(query, (name,)).fetchone()


def create_slot(relay: Connection, name: str) -> int:
    """Create the lasting slot and return the LSN that its stream begins at.

    It is a failover slot: a replica that synchronises slots can take it over. Waits for the transactions that
    are running now.
    """
    command = sql.SQL(
        "CREATE_REPLICATION_SLOT {} LOGICAL pgoutput (SNAPSHOT 'nothing', FAILOVER true)"
    ).format(sql.Identifier(name))
    row = relay.execute(command).fetchone()
    assert row is not None
    return parse_lsn(str(row[1]))


def drop_slot(relay: Connection, name: str) -> None:
    """Drop a slot that nobody reads."""
    relay.execute(sql.SQL("DROP_REPLICATION_SLOT {}").format(sql.Identifier(name)))


@dataclass(frozen=True)
class SnapshotSlot:
    """A temporary slot and the snapshot that it was made with: its stream holds what the snapshot does not."""

    name: str
    lsn: int
    snapshot: str


def create_snapshot_slot(relay: Connection) -> SnapshotSlot:
    """Create a slot that goes with the connection, and export its snapshot.

    The snapshot sees exactly the transactions that committed before `lsn` in the order of the log, which no
    snapshot taken by a query does: commits leave the log and the list of running transactions in different
    orders. It can be imported until the connection's next command.
    """
    name = f"bulkhead_copy_{secrets.token_hex(6)}"
    command = sql.SQL("CREATE_REPLICATION_SLOT {} TEMPORARY LOGICAL pgoutput (SNAPSHOT 'export')").format(
        sql.Identifier(name)
    )
    row = relay.execute(command).fetchone()
    assert row is not None
    return SnapshotSlot(name, parse_lsn(str(row[1])), str(row[2]))


def copy_slot(relay: Connection, source: str) -> str:
    """Copy a slot, read or not, into a temporary one of this connection and return its name."""
    name = f"bulkhead_copy_{secrets.token_hex(6)}"
    relay.execute(
        sql.SQL("select pg_copy_logical_replication_slot({}, {}, true)").format(
            sql.Literal(source), sql.Literal(name)
        )
    )
    return name


def publication_faults(connection: psycopg.Connection[Any]) -> list[str]:
    """Return where the publication of a database differs from the published list."""
    rows = connection.execute(
        "select schemaname || '.' || tablename, attnames::text[] from pg_publication_tables where pubname = %s",
        (PUBLICATION,),
    ).fetchall()
    found = {table: set(columns) for table, columns in rows}
    wanted = {f"public.{table.name}": set(table.columns) for table in TABLES}
    faults = [f"{table} is not published" for table in wanted.keys() - found.keys()]
    faults += [f"{table} must not be published" for table in found.keys() - wanted.keys()]
    faults += [
        f"{table} publishes other columns than listed: {', '.join(sorted(found[table] ^ wanted[table]))}"
        for table in wanted.keys() & found.keys()
        if found[table] != wanted[table]
    ]
    return sorted(faults)
