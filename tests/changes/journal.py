"""Projections made for tests: one that writes down what it is given, one that cannot take it."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager

from apps.changes import projections
from apps.changes.connections import connect_app
from apps.changes.events import Event
from apps.changes.projections import Difference, Projection, Target, register


class Journal:
    """Keeps the events in memory. It has no rows, so a rebuild finds nothing to do."""

    tables = frozenset({"invoices_invoice", "invoices_line"})

    def __init__(self, name: str = "journal") -> None:
        self.name = name
        self.events: list[Event] = []

    def apply(self, target: Target, events: Sequence[Event]) -> None:
        self.events += events

    def load(self, target: Target) -> int:
        return 0

    def compare(self, target: Target, pending: Sequence[Event]) -> Iterator[Difference]:
        return iter(())

    def clear(self, target: Target) -> int:
        return 0

    def builds(self, target: Target) -> set[int]:
        return set()


class Broken(Journal):
    """Fails at the first event, with an error that quotes a value."""

    def apply(self, target: Target, events: Sequence[Event]) -> None:
        target.connection.execute("select %s::int", ("another tenant's secret",))


@contextmanager
def registered(projection: Projection, alias: str) -> Iterator[None]:
    """Let the relay know a projection for a while; its checkpoint goes with it."""
    register(projection)
    try:
        yield
    finally:
        projections._registered.pop(projection.name)
        with closing(connect_app(alias, autocommit=True)) as connection:
            connection.execute("delete from changes_checkpoint where projection = %s", (projection.name,))
