"""The relay of one database: read the slot, bring every projection forward, acknowledge what is committed."""

import logging
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, closing

import psycopg

from apps.changes import checkpoints
from apps.changes.builder import Builder
from apps.changes.checkpoints import Place
from apps.changes.connections import connect_app, connect_relay
from apps.changes.errors import SlotLostError, rebuild_cure
from apps.changes.feed import Batch, Feed
from apps.changes.lsn import format_lsn
from apps.changes.pgoutput import Decoder
from apps.changes.projections import Projection, list_projections
from apps.changes.published import PUBLICATION
from apps.changes.runner import Runner
from apps.changes.slots import SlotState, create_slot, drop_slot, find_slot, publication_faults, slot_name
from apps.changes.stream import HEADER, ReplicationStream
from apps.core.errors import DomainError

log = logging.getLogger(__name__)

BATCH_SECONDS = 0.05
HEARTBEAT_SECONDS = 0.5
STANDBY_SECONDS = 1.0
BACKOFF_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0)
Report = Callable[[str], None]

BEAT = (
    "insert into changes_heartbeat (id, beat_at) values (1, clock_timestamp()) "
    "on conflict (id) do update set beat_at = excluded.beat_at"
)


class Session:
    """One stretch of streaming, from connecting to the first fault; its connections go with the stack."""

    def __init__(self, alias: str, stack: ExitStack, builder: Builder) -> None:
        self.alias = alias
        self._builder = builder
        self._control = stack.enter_context(closing(connect_app(alias, autocommit=True)))
        self._slot = slot_name(self._control)
        self._relay = stack.enter_context(closing(connect_relay(alias)))
        self._stream = ReplicationStream(self._relay)
        self._decoder = Decoder()
        self._feed = Feed()
        self._runners = [
            Runner(projection, stack.enter_context(closing(connect_app(alias))), alias)
            for projection in list_projections()
        ]
        self._beat_due = 0.0
        self._unsettled = 0  # the end of the last batch, until its commits are known

    def start(self) -> None:
        """Take the slot, made where it is missing, and bring the checkpoints in line with it.

        Raises psycopg.errors.ObjectInUse while another relay holds the slot.
        """
        faults = publication_faults(self._control)
        if faults:
            raise SlotLostError(f"publication {PUBLICATION}: {'; '.join(faults)}. Cure: manage.py migrate.")
        gap = self._ensure_slot()
        self._stream.start(slot=self._slot, publication=PUBLICATION)
        # Looked at only now: until this moment another relay may have moved slot and checkpoints.
        slot = find_slot(self._control, self._slot)
        if slot is None:
            raise SlotLostError(f"slot {self._slot} went away while it was taken")
        for runner in self._runners:
            self._align(runner.projection, slot, gap)
        log.info("%s: streaming from %s", self.alias, format_lsn(slot.confirmed_lsn))

    def step(self) -> None:
        """Wait for what comes next, at most until the next heartbeat, and work it off.

        While the server works on one batch, what has arrived meanwhile is decoded; when nothing has, the batch
        is settled at once.
        """
        pause = self._beat_due - time.monotonic()
        if pause <= 0:
            self._control.execute(BEAT)
            self._beat_due = time.monotonic() + HEARTBEAT_SECONDS
            pause = HEARTBEAT_SECONDS
        self._collect(pause if self._unsettled == 0 else 0.0)
        self._settle()
        while self._feed.is_ready:
            self._dispatch(self._feed.take())

    def _collect(self, timeout: float) -> None:
        """Take in what has arrived: until the stream is quiet, the batch is full or its time is over."""
        deadline = 0.0
        while self._stream.wait(timeout):
            for message in self._stream.drain():
                self._feed.add(self._decoder.decode(message, HEADER))
            now = time.monotonic()
            deadline = deadline or now + BATCH_SECONDS
            if self._feed.is_full or now >= deadline:
                return
            timeout = 0.0

    def _dispatch(self, batch: Batch) -> None:
        self._settle()
        for runner in self._runners:
            runner.take(batch)
        if batch.transactions:
            self._unsettled = batch.transactions[-1].end_lsn

    def _settle(self) -> None:
        """Wait for the commits of the last batch and acknowledge it."""
        for runner in self._runners:
            runner.settle()
        if self._unsettled:
            self._stream.acknowledge(self._unsettled)
            self._unsettled = 0

    def _ensure_slot(self) -> str:
        """Make the slot where it is missing or lost; return why it had to be made."""
        slot = find_slot(self._control, self._slot)
        if slot is not None and not slot.is_lost:
            return ""
        if slot is None:
            gap = f"slot {self._slot} was missing"
        else:
            gap = f"the server gave up slot {slot.name} ({slot.invalidation or slot.wal_status})"
            drop_slot(self._relay, slot.name)
        create_slot(self._relay, self._slot)
        log.warning("%s: %s; made anew", self.alias, gap)
        return gap

    def _align(self, projection: Projection, slot: SlotState, gap: str) -> None:
        checkpoints.create_place(self._control, projection.name, lsn=slot.confirmed_lsn)
        place = checkpoints.find_place(self._control, projection.name)
        if place is None:
            return
        if place.is_running:
            gap = _fault_of(place, slot, gap)
            if gap:
                self._stop(projection, gap)
        if gap or place.passed_lsn > slot.end_lsn:
            checkpoints.restart_passing(self._control, projection.name, slot.confirmed_lsn)
        if place.state == checkpoints.BUILDING:
            self._builder.start(projection)

    def _stop(self, projection: Projection, problem: str) -> None:
        cure = rebuild_cure(projection.name, self.alias)
        log.error("projection %s of %s stopped: %s. Cure: %s", projection.name, self.alias, problem, cure)
        checkpoints.stop_place(self._control, projection.name, problem=problem, cure=cure)


def _fault_of(place: Place, slot: SlotState, gap: str) -> str:
    """Return why a running copy cannot go on from a slot; empty when it can."""
    if place.lsn > slot.end_lsn:
        return f"the copy stands at {format_lsn(place.lsn)}, ahead of the database"
    if place.lsn >= slot.confirmed_lsn:
        return ""
    gap = gap or f"slot {slot.name} was moved or made anew by somebody else"
    return f"{gap}: the copy stands at {format_lsn(place.lsn)}, the stream begins at {format_lsn(slot.confirmed_lsn)}"


class Relay:
    """Keeps one database's stream running until it is told to stop."""

    def __init__(self, alias: str, stop: threading.Event, report: Report) -> None:
        self.alias = alias
        self._stop = stop
        self._report = report
        self._faults = 0
        self._builder = Builder(alias, stop)

    def run(self) -> None:
        """Stream; stand by while another relay does; connect again after faults, ever more patiently."""
        while not self._stop.is_set():
            try:
                self._stream()
            except psycopg.errors.ObjectInUse:
                self._report("standby")
                self._stop.wait(STANDBY_SECONDS)
            except (psycopg.Error, DomainError, SlotLostError) as fault:
                self._back_off(fault)
        self._builder.join()

    def _stream(self) -> None:
        with ExitStack() as stack:
            session = Session(self.alias, stack, self._builder)
            session.start()
            while not self._stop.is_set():
                session.step()
                self._faults = 0
                self._report("streaming")

    def _back_off(self, fault: Exception) -> None:
        pause = BACKOFF_SECONDS[min(self._faults, len(BACKOFF_SECONDS) - 1)]
        self._faults += 1
        log.warning("%s: %s: %s; again in %s s", self.alias, type(fault).__name__, fault, pause)
        self._report("waiting")
        self._stop.wait(pause)
