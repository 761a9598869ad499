"""A projection's place in the stream: read, locked, moved. Plain SQL, inside the caller's transaction."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import class_row

from apps.changes.events import Transaction

RUNNING, BUILDING, STOPPED = "running", "building", "stopped"


@dataclass(frozen=True)
class Place:
    """A row of changes_checkpoint."""

    projection: str
    state: str
    lsn: int
    passed_lsn: int
    committed_at: datetime | None
    applied_at: datetime | None
    changes: int
    epoch: int
    problem: str
    cure: str

    @property
    def is_running(self) -> bool:
        return self.state == RUNNING


COLUMNS = "projection, state, lsn, passed_lsn, committed_at, applied_at, changes, epoch, problem, cure"


def find_place(connection: psycopg.Connection[Any], projection: str, *, lock: bool = False) -> Place | None:
    """Return a projection's place, or None where it has never been built. The lock holds the copy still."""
    query = f"select {COLUMNS} from changes_checkpoint where projection = %s"
    if lock:
        query += " for update"
    with connection.cursor(row_factory=class_row(Place)) as cursor:
        return cursor.execute(query, (projection,)).fetchone()


def create_place(connection: psycopg.Connection[Any], projection: str, *, lsn: int) -> None:
    """Note a projection that is still to be built; `lsn` is where the slot begins."""
    connection.execute(
        "insert into changes_checkpoint (projection, state, lsn, passed_lsn, changes, epoch, problem, cure) "
        "values (%s, %s, 0, %s, 0, 0, '', '') on conflict (projection) do nothing",
        (projection, BUILDING, lsn),
    )


def move_place(connection: psycopg.Connection[Any], projection: str, last: Transaction, changes: int) -> None:
    """Note that everything up to and with `last` is in the copy."""
    connection.execute(
        "update changes_checkpoint set lsn = %s, passed_lsn = %s, committed_at = %s, "
        "applied_at = clock_timestamp(), changes = changes + %s where projection = %s",
        (last.end_lsn, last.end_lsn, last.committed_at, changes, projection),
    )


def pass_place(connection: psycopg.Connection[Any], projection: str, lsn: int) -> None:
    """Note that the stream went on without a projection that does not run."""
    connection.execute(
        "update changes_checkpoint set passed_lsn = greatest(passed_lsn, %s) where projection = %s",
        (lsn, projection),
    )


def restart_passing(connection: psycopg.Connection[Any], projection: str, lsn: int) -> None:
    """Note that the stream begins at `lsn`, whatever was noted of an earlier stream or another server."""
    connection.execute(
        "update changes_checkpoint set passed_lsn = %s where projection = %s", (lsn, projection)
    )


def stop_place(connection: psycopg.Connection[Any], projection: str, *, problem: str, cure: str) -> None:
    """Stop a projection: it keeps what it has, says what happened and waits for the cure."""
    connection.execute(
        "update changes_checkpoint set state = %s, problem = %s, cure = %s where projection = %s",
        (STOPPED, problem[:2000], cure, projection),
    )


def start_place(
    connection: psycopg.Connection[Any], projection: str, *, lsn: int, committed_at: datetime
) -> None:
    """Let a projection run from `lsn`, with builds that were swapped in the same transaction."""
    connection.execute(
        "update changes_checkpoint set state = %s, lsn = %s, passed_lsn = %s, "
        "committed_at = %s, applied_at = clock_timestamp(), epoch = epoch + 1, "
        "problem = '', cure = '' where projection = %s",
        (RUNNING, lsn, lsn, committed_at, projection),
    )


@dataclass(frozen=True)
class TenantBuild:
    """The build that a tenant reads; events that committed before `start_lsn` are in it already."""

    build: int = 0
    start_lsn: int = 0


def renew_place(connection: psycopg.Connection[Any], projection: str) -> None:
    """Tell the relay that builds were swapped while the projection goes on from where it is."""
    connection.execute("update changes_checkpoint set epoch = epoch + 1 where projection = %s", (projection,))


def get_build(connection: psycopg.Connection[Any], tenant_id: UUID, projection: str) -> TenantBuild:
    """Return the build that the tenant reads; 0 before any rebuild. Needs the tenant's context."""
    row = connection.execute(
        "select build, start_lsn from changes_tenantcopy where tenant_id = %s and projection = %s",
        (tenant_id, projection),
    ).fetchone()
    return TenantBuild(*row) if row else TenantBuild()


def touch_tenant(
    connection: psycopg.Connection[Any], tenant_id: UUID, projection: str, last: Transaction
) -> None:
    """Note the last change of a tenant's rows, which is the version of its data."""
    connection.execute(
        "insert into changes_tenantcopy (tenant_id, projection, build, start_lsn, lsn, changed_at) "
        "values (%s, %s, 0, 0, %s, %s) on conflict (tenant_id, projection) do update "
        "set lsn = excluded.lsn, changed_at = excluded.changed_at",
        (tenant_id, projection, last.lsn, last.committed_at),
    )


def swap_build(
    connection: psycopg.Connection[Any], tenant_id: UUID, projection: str, *, build: int, lsn: int
) -> None:
    """Let a tenant read another build, which holds everything that committed before `lsn`."""
    connection.execute(
        "insert into changes_tenantcopy (tenant_id, projection, build, start_lsn, lsn, changed_at) "
        "values (%(tenant)s, %(projection)s, %(build)s, %(lsn)s, %(lsn)s, clock_timestamp()) "
        "on conflict (tenant_id, projection) do update set build = excluded.build, "
        "start_lsn = excluded.start_lsn, lsn = excluded.lsn, changed_at = excluded.changed_at",
        {"tenant": tenant_id, "projection": projection, "build": build, "lsn": lsn},
    )
