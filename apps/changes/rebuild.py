"""Build a copy anew beside the live one, then swap.

The fresh build is filled from the books as one snapshot sees them, brought forward by the stream that begins
where the snapshot ends, and put in place while the projection is held still for a moment. Readers see the old
build until the swap commits. See docs/adr/0004.
"""

import logging
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zlib import crc32

import psycopg
from psycopg import sql

from apps.changes import checkpoints
from apps.changes.connections import Connection, connect_app, connect_relay, enter_tenant
from apps.changes.errors import CopyError
from apps.changes.feed import Batch
from apps.changes.follower import Follower
from apps.changes.projections import Projection, Target
from apps.changes.runner import by_tenant, find_obstacle
from apps.changes.slots import create_snapshot_slot, find_slot, slot_name
from apps.changes.snapshots import Snapshot, in_snapshot
from apps.changes.tenants import list_tenant_ids

log = logging.getLogger(__name__)

ADVISORY = 0x62756C6B
NEAR_BYTES = 256 * 1024
ROUNDS = 12  # under heavy writing the rest never gets small; the swap then waits a moment longer
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Rebuilt:
    """What a rebuild did: rows read from the books, changes caught up, tenants swapped, where it stands."""

    projection: str
    tenants: int
    rows: int
    changes: int
    lsn: int


def silent(_step: str, _done: int, _total: int) -> None:
    """Show no progress."""


def rebuild(
    projection: Projection,
    alias: str,
    tenants: Sequence[UUID] | None = None,
    *,
    progress: Progress = silent,
) -> Rebuilt:
    """Rebuild a copy for some tenants, or for all that the database has.

    Raises CopyError while another rebuild of the projection runs, where the relay has not made its slot yet,
    and for a part of a projection that does not run.
    """
    with ExitStack() as stack:
        relay = stack.enter_context(closing(connect_relay(alias)))
        app = stack.enter_context(closing(connect_app(alias)))
        work = Rebuild(projection, alias, relay, app, is_whole=tenants is None, progress=progress)
        work.claim()
        try:
            work.load(tenants)
            work.catch_up()
            work.swap()
        finally:
            work.clear_leftovers()
        return work.result()


class Rebuild:
    """The steps of one rebuild, in order: claim, load, catch up, swap, clear."""

    def __init__(
        self,
        projection: Projection,
        alias: str,
        relay: Connection,
        app: Connection,
        *,
        is_whole: bool,
        progress: Progress,
    ) -> None:
        self._projection = projection
        self._alias = alias
        self._relay, self._app = relay, app
        self._is_whole = is_whole
        self._progress = progress
        self._builds: dict[UUID, int] = {}
        self._rows = self._changes = 0
        self._main_slot = slot_name(app)
        self._follower: Follower
        self._snapshot: Snapshot
        self._committed_at: datetime

    def claim(self) -> None:
        """Make sure that the relay's slot exists and that nobody else rebuilds this copy."""
        slot = find_slot(self._app, self._main_slot)
        if slot is None or slot.is_lost:
            raise CopyError(
                f"Database “{self._alias}” has no change stream to go on from.",
                cure="Start the relay (manage.py run_relay); it makes the slot, then rebuild.",
            )
        place = checkpoints.find_place(self._app, self._projection.name)
        if not self._is_whole and (place is None or not place.is_running):
            raise CopyError(
                f"{self._projection.name} does not run, so all its tenants must be rebuilt.",
                cure="Run the command without --tenant.",
            )
        self._app.commit()
        # On the replication connection, which no pooler can share.
        row = self._relay.execute(
            sql.SQL("select pg_try_advisory_lock({}, {})").format(
                sql.Literal(ADVISORY), sql.Literal(_signed(crc32(self._projection.name.encode())))
            )
        ).fetchone()
        if row is None or row[0] not in {True, "t"}:
            raise CopyError(
                f"{self._projection.name} is being rebuilt already.", cure="Wait until it is done."
            )

    def load(self, tenants: Sequence[UUID] | None) -> None:
        """Fill fresh builds from the books as the slot's snapshot sees them.

        Tenants are listed after the snapshot: one that came later has nothing in it.
        """
        row = self._app.execute("select clock_timestamp()").fetchone()
        assert row is not None
        self._committed_at = row[0]
        self._app.commit()
        self._progress("waiting for running transactions", 0, 1)
        slot = create_snapshot_slot(self._relay)
        with in_snapshot(self._app, slot) as self._snapshot:
            wanted = list_tenant_ids(self._alias) if tenants is None else tenants
            for done, tenant_id in enumerate(wanted):
                self._progress("loading", done, len(wanted))
                self._rows += self._projection.load(self._target(tenant_id))
        self._follower = Follower(self._relay, slot.name, lsn=slot.lsn)

    def catch_up(self) -> None:
        """Bring the fresh builds near to where the relay is; each round has less to do than the one before."""
        for _ in range(ROUNDS):
            goal = self._goal(lock=False)
            self._app.commit()
            if goal - self._follower.lsn < NEAR_BYTES:
                return
            behind = goal - self._follower.lsn
            for batch in self._follower.until(goal):
                self._apply(batch)
                if batch.is_complete:
                    self._app.commit()
                self._progress("catching up (bytes)", behind - max(goal - self._follower.lsn, 0), behind)

    def swap(self) -> None:
        """Hold the projection still, apply the rest, and let every tenant read its fresh build: one commit."""
        self._progress("swapping", 0, 1)
        self._app.execute("set local lock_timeout = '60s'")
        for batch in self._follower.until(self._goal(lock=True)):
            self._apply(batch)
        name, lsn = self._projection.name, self._follower.lsn
        for tenant_id, build in self._builds.items():
            enter_tenant(self._app, tenant_id, self._alias)
            checkpoints.swap_build(self._app, tenant_id, name, build=build, lsn=lsn)
        if self._is_whole:
            checkpoints.start_place(self._app, name, lsn=lsn, committed_at=self._committed_at)
        else:
            checkpoints.renew_place(self._app, name)
        self._app.commit()

    def clear_leftovers(self) -> None:
        """Delete every build that nobody reads: the old one after a swap, the fresh one after a failure."""
        try:
            self._app.rollback()
            self._clear()
        except psycopg.Error as fault:
            log.warning(
                "rows of an unread build of %s stay until its next rebuild: %s", self._projection.name, fault
            )

    def _clear(self) -> None:
        for done, tenant_id in enumerate(self._builds):
            self._progress("clearing", done, len(self._builds))
            enter_tenant(self._app, tenant_id, self._alias)
            live = checkpoints.get_build(self._app, tenant_id, self._projection.name).build
            target = Target(self._app, tenant_id, live)
            for build in self._projection.builds(target) - {live}:
                self._projection.clear(Target(self._app, tenant_id, build))
            self._app.commit()

    def result(self) -> Rebuilt:
        """Return what was done."""
        return Rebuilt(
            self._projection.name, len(self._builds), self._rows, self._changes, self._follower.lsn
        )

    def _goal(self, *, lock: bool) -> int:
        """Return the position that the relay will go on from."""
        place = checkpoints.find_place(self._app, self._projection.name, lock=lock)
        slot = find_slot(self._app, self._main_slot)
        if place is None or slot is None or slot.is_lost:
            raise CopyError("The slot or the checkpoint went away during the rebuild.", cure="Run it again.")
        return max(place.lsn if place.is_running else 0, place.passed_lsn, slot.confirmed_lsn)

    def _apply(self, batch: Batch) -> None:
        obstacle = find_obstacle(batch, self._projection.tables)
        if obstacle is not None:
            raise CopyError(f"During the rebuild {obstacle[1]}.", cure="Run it again.")
        unseen = [event for event in batch.events if not self._snapshot.sees(event.transaction.xid)]
        for tenant_id, events in by_tenant(unseen, self._projection.tables).items():
            if self._is_whole or tenant_id in self._builds:
                self._projection.apply(self._target(tenant_id), events)
                self._changes += len(events)
        if batch.transactions:
            self._committed_at = max(self._committed_at, batch.transactions[-1].committed_at)

    def _target(self, tenant_id: UUID) -> Target:
        """Enter a tenant and return its fresh build, numbered above all that have rows."""
        enter_tenant(self._app, tenant_id, self._alias)
        if tenant_id not in self._builds:
            live = checkpoints.get_build(self._app, tenant_id, self._projection.name).build
            known = self._projection.builds(Target(self._app, tenant_id, live)) | {live}
            self._builds[tenant_id] = max(known) + 1
        return Target(self._app, tenant_id, self._builds[tenant_id])


def _signed(number: int) -> int:
    return number - (1 << 32) if number >= 1 << 31 else number
