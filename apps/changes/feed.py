"""Gather streamed messages into batches of events, in commit order, of bounded size."""

from dataclasses import dataclass, field

from apps.changes.events import Event, Transaction, row_event, truncate_events
from apps.changes.messages import (
    Begin,
    Commit,
    LogicalMessage,
    Message,
    Origin,
    Relation,
    RowChange,
    Truncate,
    TypeName,
)
from apps.changes.published import TABLES_BY_NAME
from apps.changes.values import TYPE_OIDS

# Events in one batch. A transaction with more comes in several parts, so its size never decides our memory.
BATCH_EVENTS = 10_000


class StreamOrderError(RuntimeError):
    """Messages came in an order that the protocol does not allow."""


@dataclass(slots=True)
class Batch:
    """Events of whole transactions, or one part of a large one.

    `transactions` are those that end in this batch; it is empty for a part that others follow. `unfit` names
    tables whose shape is not the published one, with what differs.
    """

    events: list[Event] = field(default_factory=list)
    transactions: list[Transaction] = field(default_factory=list)
    unfit: dict[str, str] = field(default_factory=dict)

    @property
    def is_complete(self) -> bool:
        return bool(self.transactions)


def misfit(relation: Relation) -> str | None:
    """Return what differs between a streamed table and its published shape, or None."""
    expected = TABLES_BY_NAME.get(relation.name)
    if expected is None or relation.schema != "public":
        return "it is not a published table"
    streamed = {column.name: column.type_oid for column in relation.columns}
    wanted = {name: TYPE_OIDS[kind] for name, kind in expected.columns.items()}
    if streamed == wanted:
        return None
    faults = [f"column {name} is missing" for name in wanted.keys() - streamed.keys()]
    faults += [f"column {name} is new" for name in streamed.keys() - wanted.keys()]
    faults += [
        f"column {name} has type {streamed[name]} instead of {wanted[name]}"
        for name in wanted.keys() & streamed.keys()
        if streamed[name] != wanted[name]
    ]
    return ", ".join(sorted(faults))


class Feed:
    """Takes messages one by one and gives batches. One feed per stream."""

    def __init__(self, *, limit: int = BATCH_EVENTS) -> None:
        self._limit = limit
        self._events: list[Event] = []
        self._done: list[Transaction] = []
        self._whole = 0  # events of finished transactions
        self._open: Transaction | None = None
        self._given_part = False
        self._unfit: dict[str, str] = {}

    @property
    def is_full(self) -> bool:
        return len(self._events) >= self._limit

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits: no open transaction and no events."""
        return self._open is None and not self._events

    @property
    def has_given_part(self) -> bool:
        """Whether a part of a transaction was taken and the rest is still to come."""
        return self._given_part

    @property
    def is_ready(self) -> bool:
        """Whether a transaction has ended or a part of one is large enough to be worked on."""
        return bool(self._done) or self.is_full

    def add(self, message: Message) -> None:
        """Take the next message. Raises StreamOrderError outside the protocol."""
        if isinstance(message, RowChange):
            self._events.append(row_event(self._current(), message))
        elif isinstance(message, Begin):
            if self._open:
                raise StreamOrderError("a transaction begins inside another")
            self._open = Transaction(message.lsn, message.xid, message.committed_at)
        elif isinstance(message, Commit):
            self._end(message)
        elif isinstance(message, Truncate):
            self._events.extend(truncate_events(self._current(), message))
        elif isinstance(message, Relation):
            self._check(message)
        elif not isinstance(message, LogicalMessage | Origin | TypeName):
            raise StreamOrderError(f"{type(message).__name__} was not asked for")

    def take(self) -> Batch:
        """Return what can be worked on: all finished transactions, else a part of the open one."""
        if self._done:
            events, self._events = self._events[: self._whole], self._events[self._whole :]
        else:
            events, self._events = self._events, []
        self._given_part = not self._done
        batch = Batch(events, self._done, dict(self._unfit))
        self._done, self._whole = [], 0
        return batch

    def _current(self) -> Transaction:
        if self._open is None:
            raise StreamOrderError("a change came outside a transaction")
        return self._open

    def _end(self, message: Commit) -> None:
        ended = self._current()
        ended.end_lsn = message.end_lsn
        self._done.append(ended)
        self._whole = len(self._events)
        self._open = None

    def _check(self, relation: Relation) -> None:
        fault = misfit(relation)
        if fault is None:
            self._unfit.pop(relation.name, None)
        else:
            self._unfit[relation.name] = fault
