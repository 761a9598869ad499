"""A relay inside the test's process, and waiting for it."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

from apps.changes.checkpoints import Place, find_place
from apps.changes.connections import connect_app
from apps.changes.relay import BEAT, Relay


@contextmanager
def running_relay(alias: str = "default") -> Iterator[list[str]]:
    """Run a relay in a thread; gives the list of states that it reports."""
    stop = threading.Event()
    states: list[str] = []

    def note(state: str) -> None:
        if not states or states[-1] != state:
            states.append(state)

    thread = threading.Thread(target=Relay(alias, stop, note).run, name=f"test-relay-{alias}")
    thread.start()
    try:
        yield states
    finally:
        stop.set()
        thread.join(20)
        assert not thread.is_alive()


def wait_until(condition: Callable[[], object], *, seconds: float = 20.0, what: str = "it") -> None:
    """Wait until a condition holds; fails with what was waited for."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"waited {seconds} s for {what}"
        time.sleep(0.01)


def place_of(projection: str = "revenue", alias: str = "default") -> Place | None:
    """Return a projection's checkpoint."""
    with closing(connect_app(alias)) as connection:
        return find_place(connection, projection)


def wait_for_copy(projection: str = "revenue", alias: str = "default", *, seconds: float = 30.0) -> Place:
    """Wait until everything that is committed now is in the copy; return its place."""
    with closing(connect_app(alias, autocommit=True)) as connection:
        row = connection.execute("select pg_current_wal_insert_lsn() - '0/0'").fetchone()
        assert row is not None
        goal = int(row[0])
        connection.execute(BEAT)

        def arrived() -> bool:
            place = find_place(connection, projection)
            return place is not None and place.is_running and place.lsn >= goal

        wait_until(arrived, seconds=seconds, what=f"{projection} to reach {goal:X}")
        place = find_place(connection, projection)
        assert place is not None
        return place
