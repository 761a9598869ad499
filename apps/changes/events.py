"""Change events: what happened to one row, in Debezium's names (before, after, op, source, ts)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from apps.changes.messages import UNCHANGED, Operation, Relation, Row, RowChange, Truncate, Unchanged, Value
from apps.changes.published import TABLES_BY_NAME
from apps.changes.values import convert


@dataclass(slots=True)
class Transaction:
    """A committed transaction. `lsn` is its commit record, `end_lsn` the byte after (0 until it has come)."""

    lsn: int
    xid: int
    committed_at: datetime
    end_lsn: int = 0


@dataclass(frozen=True, slots=True)
class Source:
    """Where an event comes from."""

    lsn: int
    txid: int
    table: str
    committed_at: datetime


class Event:
    """One change. Values stay as they were streamed; `before` and `after` convert when they are asked for."""

    __slots__ = ("new", "old", "op", "relation", "transaction")

    def __init__(
        self, transaction: Transaction, relation: Relation, op: Operation, old: Row | None, new: Row | None
    ) -> None:
        self.transaction = transaction
        self.relation = relation
        self.op = op
        self.old = old
        self.new = new

    @property
    def table(self) -> str:
        """The table's name in schema public."""
        return self.relation.name

    @property
    def source(self) -> Source:
        """Where the event comes from."""
        of = self.transaction
        return Source(of.lsn, of.xid, self.relation.name, of.committed_at)

    @property
    def before(self) -> dict[str, object] | None:
        """The row before: its key on delete and change of key, else None. Never the whole row."""
        return None if self.old is None else _readable(self.relation, self.old)

    @property
    def after(self) -> dict[str, object] | None:
        """The row after; a large value that did not change is UNCHANGED."""
        return None if self.new is None else _readable(self.relation, self.new)

    @property
    def tenant_id(self) -> UUID | None:
        """The tenant of the row, or None for a table that belongs to none."""
        raw = self.raw("tenant_id")
        return UUID(raw.decode("ascii")) if isinstance(raw, bytes) else None

    def raw(self, column: str) -> Value:
        """Return a column as it was streamed, from the row after or, where there is none, from its key."""
        row = self.old if self.new is None else self.new
        at = self.relation.position.get(column)
        return None if row is None or at is None else row[at]

    def envelope(self) -> dict[str, Any]:
        """Return the event as plain data; `version` is that of the table's published shape."""
        of = self.transaction
        table = TABLES_BY_NAME.get(self.relation.name)
        source = {
            "schema": self.relation.schema,
            "table": self.relation.name,
            "lsn": of.lsn,
            "txId": of.xid,
            "ts_ms": int(of.committed_at.timestamp() * 1000),
            "version": table.version if table else 0,
        }
        return {
            "op": self.op,
            "before": self.before,
            "after": self.after,
            "source": source,
            "ts": of.committed_at,
        }


def _readable(relation: Relation, row: Row) -> dict[str, object]:
    return {
        column.name: value
        if value is None or isinstance(value, Unchanged)
        else convert(value, column.type_oid)
        for column, value in zip(relation.columns, row, strict=True)
    }


def merge(after: Mapping[str, object], known: Mapping[str, object]) -> dict[str, object]:
    """Return `after` with its UNCHANGED values taken from `known`, the same row as it was before."""
    return {name: known[name] if value is UNCHANGED else value for name, value in after.items()}


def row_event(transaction: Transaction, change: RowChange) -> Event:
    """Return the event of a decoded row change."""
    return Event(transaction, change.relation, change.op, change.old, change.new)


def truncate_events(transaction: Transaction, truncate: Truncate) -> Iterable[Event]:
    """Return one event for each table that was emptied."""
    return (Event(transaction, relation, "t", None, None) for relation in truncate.relations)
