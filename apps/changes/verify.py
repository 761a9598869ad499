"""Prove a copy equal to its source, exactly, while both move.

One snapshot shows the books and the copy. The copy in it lacks what had committed but was not applied: those
transactions are read from a copy of the relay's slot, from the checkpoint to the snapshot, and counted in.
See docs/copies.md.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from uuid import UUID

from apps.changes import checkpoints
from apps.changes.checkpoints import Place
from apps.changes.connections import Connection, connect_app, connect_relay, enter_tenant
from apps.changes.errors import CopyError, rebuild_cure
from apps.changes.events import Event
from apps.changes.follower import Follower
from apps.changes.projections import Difference, Projection, Target
from apps.changes.runner import by_tenant, find_obstacle
from apps.changes.slots import copy_slot, create_snapshot_slot, find_slot, slot_name
from apps.changes.snapshots import Snapshot, in_snapshot
from apps.changes.tenants import list_tenant_ids

MAX_DIFFERENCES = 20


@dataclass
class Verified:
    """What a comparison found. `pending` changes had not reached the copy at the snapshot and were counted in."""

    projection: str
    lsn: int
    tenants: int = 0
    pending: int = 0
    differences: list[Difference] = field(default_factory=list)

    @property
    def is_equal(self) -> bool:
        return not self.differences


def verify(projection: Projection, alias: str, tenants: Sequence[UUID] | None = None) -> Verified:
    """Compare a copy with the books for some tenants or all; stops after MAX_DIFFERENCES.

    Raises CopyError where the projection does not run or has no slot.
    """
    with ExitStack() as stack:
        app = stack.enter_context(closing(connect_app(alias)))
        trailing = stack.enter_context(closing(connect_relay(alias)))
        leading = stack.enter_context(closing(connect_relay(alias)))
        # The order matters: the slot's position can then not be behind what the snapshot shows as applied.
        trail = _copy_main_slot(app, trailing, alias)
        slot = create_snapshot_slot(leading)
        with in_snapshot(app, slot) as snapshot:
            place = _running_place(app, projection, alias)
            follower = Follower(trailing, trail, lsn=place.lsn)
            pending = list(_pending(follower, projection, place.lsn, slot.lsn, snapshot))
            found = Verified(projection.name, slot.lsn)
            wanted = list_tenant_ids(alias) if tenants is None else tenants
            _compare(app, alias, projection, wanted, by_tenant(pending, projection.tables), found)
            return found


def _copy_main_slot(app: Connection, relay: Connection, alias: str) -> str:
    slot = find_slot(app, slot_name(app))
    app.commit()
    if slot is None or slot.is_lost:
        raise CopyError(f"Database “{alias}” has no change stream.", cure="Start the relay.")
    return copy_slot(relay, slot.name)


def _running_place(app: Connection, projection: Projection, alias: str) -> Place:
    place = checkpoints.find_place(app, projection.name)
    if place is None or not place.is_running:
        problem = place.problem or place.state if place else "it was never built"
        raise CopyError(
            f"{projection.name} does not run: {problem}.",
            cure=(place.cure if place else "") or rebuild_cure(projection.name, alias),
        )
    return place


def _pending(
    follower: Follower, projection: Projection, start: int, end: int, snapshot: Snapshot
) -> Iterator[Event]:
    """Yield the events between checkpoint and snapshot."""
    for batch in follower.until(end):
        obstacle = find_obstacle(batch, projection.tables)
        if obstacle is not None and obstacle[0].transaction.lsn < end:
            raise CopyError(f"Between copy and snapshot {obstacle[1]}.", cure="Rebuild the copy.")
        for event in batch.events:
            if start <= event.transaction.lsn < end and event.table in projection.tables:
                if not snapshot.sees(event.transaction.xid):
                    raise CopyError("The snapshot and the stream disagree.", cure="Report this with the log.")
                yield event


def _compare(
    app: Connection,
    alias: str,
    projection: Projection,
    tenants: Sequence[UUID],
    pending: dict[UUID, list[Event]],
    found: Verified,
) -> None:
    for tenant_id in tenants:
        enter_tenant(app, tenant_id, alias)
        build = checkpoints.get_build(app, tenant_id, projection.name)
        events = [e for e in pending.get(tenant_id, []) if e.transaction.lsn >= build.start_lsn]
        found.tenants += 1
        found.pending += len(events)
        for difference in projection.compare(Target(app, tenant_id, build.build), events):
            found.differences.append(difference)
            if len(found.differences) >= MAX_DIFFERENCES:
                return
