"""The messages of the logical replication protocol (`pgoutput`), as plain objects.

PostgreSQL documentation, "Logical Replication Message Formats".
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Literal

POSTGRES_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


class Unchanged(Enum):
    """A large value that the update did not touch: the server does not send it again."""

    TOAST = "unchanged"


UNCHANGED = Unchanged.TOAST
Value = bytes | Unchanged | None
Row = list[Value]
Operation = Literal["c", "u", "d", "t"]


def timestamp(microseconds: int) -> datetime:
    """Return the moment that a PostgreSQL timestamp (µs since 2000-01-01 UTC) means."""
    return POSTGRES_EPOCH + timedelta(microseconds=microseconds)


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    type_oid: int
    modifier: int
    is_key: bool


@dataclass(frozen=True, slots=True)
class Relation:
    """A table as the stream describes it; sent again by the server after every change of its shape."""

    oid: int
    schema: str
    name: str
    identity: str
    columns: tuple[Column, ...]
    position: dict[str, int] = field(compare=False)

    @property
    def key(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.is_key)


@dataclass(frozen=True, slots=True)
class Begin:
    """`lsn` is where the commit record of this transaction stands."""

    lsn: int
    committed_at: datetime
    xid: int


@dataclass(frozen=True, slots=True)
class Commit:
    """`end_lsn` is the first byte after the commit record: what a consumer acknowledges."""

    lsn: int
    end_lsn: int
    committed_at: datetime


@dataclass(slots=True)
class RowChange:
    """One row written. `old` is None unless the server sent a key or a whole old row."""

    relation: Relation
    op: Operation
    old: Row | None
    new: Row | None
    old_is_key: bool = False
    xid: int = 0


@dataclass(frozen=True, slots=True)
class Truncate:
    relations: tuple[Relation, ...]
    cascade: bool
    restart_identity: bool
    xid: int = 0


@dataclass(frozen=True, slots=True)
class TypeName:
    oid: int
    schema: str
    name: str


@dataclass(frozen=True, slots=True)
class Origin:
    lsn: int
    name: str


@dataclass(frozen=True, slots=True)
class LogicalMessage:
    """What `pg_logical_emit_message` wrote; outside a transaction where `transactional` is false."""

    transactional: bool
    lsn: int
    prefix: str
    content: bytes
    xid: int = 0


@dataclass(frozen=True, slots=True)
class StreamStart:
    xid: int
    first: bool


@dataclass(frozen=True, slots=True)
class StreamStop:
    pass


@dataclass(frozen=True, slots=True)
class StreamCommit:
    xid: int
    lsn: int
    end_lsn: int
    committed_at: datetime


@dataclass(frozen=True, slots=True)
class StreamAbort:
    xid: int
    subxid: int


Message = (
    RowChange
    | Begin
    | Commit
    | Relation
    | Truncate
    | TypeName
    | Origin
    | LogicalMessage
    | StreamStart
    | StreamStop
    | StreamCommit
    | StreamAbort
)
