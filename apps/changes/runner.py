"""Bring one projection forward: effects and checkpoint in one transaction, each tenant inside its wall."""

import logging
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from uuid import UUID

import psycopg

from apps.changes import checkpoints
from apps.changes.checkpoints import STOPPED, Place, TenantBuild
from apps.changes.connections import Connection, enter_tenant
from apps.changes.errors import ProjectionError, rebuild_cure
from apps.changes.events import Event
from apps.changes.feed import Batch
from apps.changes.projections import Projection, Target

log = logging.getLogger(__name__)

# Prepared statements keep the plan that was right for small tables; they are planned anew as often as what
# this runner has written doubles. (Kept plans read whole indexes where one row was asked for.)
FIRST_PLANS = 2_000


def by_tenant(events: Sequence[Event], tables: frozenset[str]) -> dict[UUID, list[Event]]:
    """Return the events of some tables by tenant, in their order."""
    groups: dict[bytes, list[Event]] = {}
    for event in events:
        if event.relation.name in tables:
            tenant = event.raw("tenant_id")
            if not isinstance(tenant, bytes):
                raise ProjectionError(f"{event.table} sent a row without a tenant")
            groups.setdefault(tenant, []).append(event)
    return {UUID(raw.decode("ascii")): own for raw, own in groups.items()}


def find_obstacle(batch: Batch, tables: frozenset[str]) -> tuple[Event, str] | None:
    """Return the first event that a projection of these tables cannot take, and why."""
    unfit = tables & batch.unfit.keys()
    for event in batch.events:
        if event.table not in tables:
            continue
        if event.op == "t":
            return event, f"table {event.table} was emptied by TRUNCATE"
        if event.table in unfit:
            return event, f"table {event.table} changed its shape: {batch.unfit[event.table]}"
    return None


def told(error: Exception) -> str:
    """Return what pages of any tenant may say about an error; its message may hold another tenant's values."""
    if isinstance(error, ProjectionError):
        return str(error)
    state = f" ({error.sqlstate})" if isinstance(error, psycopg.Error) and error.sqlstate else ""
    return f"{type(error).__name__}{state}; the relay's log has the details"


class Runner:
    """One projection of one database. A large transaction keeps the runner's transaction open over its parts."""

    def __init__(self, projection: Projection, connection: Connection, alias: str) -> None:
        self.projection = projection
        self.alias = alias
        self._connection = connection
        self._place: Place | None = None  # while a transaction is open
        self._sent: tuple[ExitStack, Batch] | None = None
        self._builds: dict[UUID, TenantBuild] = {}
        self._epoch = -1
        self._changes = 0
        self._total = 0
        self._plan_until = FIRST_PLANS

    def take(self, batch: Batch) -> None:
        """Send off a batch; `settle` waits for it. Whatever is wrong with the projection stops it alone.

        Raises psycopg.OperationalError when the database is away: nothing is lost, the relay starts again.
        """
        self.settle()
        try:
            self._apply(batch)
        except psycopg.OperationalError:
            raise
        except Exception as error:  # noqa: BLE001 the edge: one projection's fault must not stop the others
            self._fail(error, batch)

    def settle(self) -> None:
        """Wait until the server has done what was sent; a batch that was complete is then committed.

        While it works, the relay decodes what comes next. Raises psycopg.OperationalError like `take`.
        """
        if self._sent is None:
            return
        pipeline, batch = self._sent
        self._sent = None
        try:
            pipeline.close()
        except psycopg.OperationalError:
            raise
        except Exception as error:  # noqa: BLE001 the edge: one projection's fault must not stop the others
            self._fail(error, batch)
        else:
            if batch.is_complete:
                self._place = None

    def _apply(self, batch: Batch) -> None:
        place = self._place or self._begin()
        if not place.is_running:
            self._finish(batch)
            return
        if batch.events and batch.events[0].transaction.lsn < place.lsn:
            batch = replace(batch, events=[e for e in batch.events if e.transaction.lsn >= place.lsn])
        obstacle = find_obstacle(batch, self.projection.tables)
        if obstacle is not None:
            self._stop_at(batch, *obstacle)
            return
        groups = by_tenant(batch.events, self.projection.tables)
        if groups and self._total >= self._plan_until:
            self._connection.execute("discard plans")
            self._plan_until = 2 * self._total
        with ExitStack() as pipeline:
            pipeline.enter_context(self._connection.pipeline())
            self._send(groups, batch, place)
            self._sent = (pipeline.pop_all(), batch)

    def _send(self, groups: dict[UUID, list[Event]], batch: Batch, place: Place) -> None:
        for tenant_id, own in groups.items():
            self._write_tenant(tenant_id, own)
        if batch.transactions:
            last = batch.transactions[-1]
            if last.end_lsn > place.lsn:
                checkpoints.move_place(self._connection, self.projection.name, last, self._changes)
            self._connection.commit()

    def _fail(self, error: Exception, batch: Batch) -> None:
        log.error("projection %s failed", self.projection.name, exc_info=error)
        self._stop(told(error))
        self._finish(batch)

    def _begin(self) -> Place:
        place = checkpoints.find_place(self._connection, self.projection.name, lock=True)
        if place is None:
            raise ProjectionError("its checkpoint is gone")
        if place.epoch != self._epoch:
            self._builds.clear()
            self._epoch = place.epoch
        self._place, self._changes = place, 0
        return place

    def _write_tenant(self, tenant_id: UUID, events: Sequence[Event]) -> None:
        enter_tenant(self._connection, tenant_id, self.alias)
        build = self._builds.get(tenant_id)
        if build is None:
            build = checkpoints.get_build(self._connection, tenant_id, self.projection.name)
            self._builds[tenant_id] = build
        fresh = [event for event in events if event.transaction.lsn >= build.start_lsn]
        if fresh:
            self.projection.apply(Target(self._connection, tenant_id, build.build), fresh)
            last = fresh[-1].transaction
            checkpoints.touch_tenant(self._connection, tenant_id, self.projection.name, last)
            self._changes += len(fresh)
            self._total += len(fresh)

    def _stop_at(self, batch: Batch, event: Event, why: str) -> None:
        """Apply what came before the transaction that is at fault, then stop."""
        fault = event.transaction
        sound = [item for item in batch.events if item.transaction is not fault]
        before = [item for item in batch.transactions if item.lsn < fault.lsn]
        kept = [item for item in sound if item.transaction.lsn < fault.lsn]
        if before:
            self._apply(Batch(kept, before))
            self.settle()
        self._stop(f"{why} (transaction {fault.xid}, committed {fault.committed_at:%Y-%m-%d %H:%M:%S} UTC)")
        self._finish(batch)

    def _stop(self, problem: str) -> None:
        """Undo what is open and note the stop; the row stays locked until the transaction of the stream ends.

        A rebuild that swapped in the middle of a large transaction would otherwise get only its second part.
        """
        self._connection.rollback()
        name = self.projection.name
        cure = rebuild_cure(name, self.alias)
        log.error("projection %s of %s stopped: %s. Cure: %s", name, self.alias, problem, cure)
        place = checkpoints.find_place(self._connection, name, lock=True)
        checkpoints.stop_place(self._connection, name, problem=problem, cure=cure)
        self._place = replace(place, state=STOPPED) if place else None

    def _finish(self, batch: Batch) -> None:
        """Let the stream pass a projection that does not run."""
        if batch.transactions:
            last = batch.transactions[-1]
            checkpoints.pass_place(self._connection, self.projection.name, last.end_lsn)
            self._connection.commit()
            self._place = None
