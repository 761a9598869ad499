"""Decode `pgoutput`, protocol versions 1 and 2: bytes in, messages out.

Row values stay the bytes that the server sent. A projection reads few of them and most go straight back
to PostgreSQL, so turning each into a Python object first would be most of the work of the relay.
"""

from collections.abc import Callable
from struct import Struct, error
from typing import Final

from apps.changes.messages import (
    UNCHANGED,
    Begin,
    Column,
    Commit,
    LogicalMessage,
    Message,
    Origin,
    Relation,
    Row,
    RowChange,
    StreamAbort,
    StreamCommit,
    StreamStart,
    StreamStop,
    Truncate,
    TypeName,
    timestamp,
)

_U16: Final = Struct(">H").unpack_from
_U32: Final = Struct(">I").unpack_from
_U64: Final = Struct(">Q").unpack_from
_BEGIN: Final = Struct(">QqI").unpack_from
_COMMIT: Final = Struct(">BQQq").unpack_from
_STREAM_COMMIT: Final = Struct(">IBQQq").unpack_from
_COLUMN_TAIL: Final = Struct(">Ii").unpack_from

_TEXT, _NULL, _UNCHANGED, _BINARY = b"tnub"
_INSERT, _UPDATE, _DELETE = b"IUD"
_KEY, _OLD, _NEW = b"KON"
# Kinds that carry a transaction id of their own while an unfinished transaction is streamed (version 2).
_WITH_XID: Final = frozenset(b"IUDTRYM")


class DecodeError(ValueError):
    """The stream holds something that this decoder does not know: never skipped, always raised."""


def read_row(data: bytes, pos: int) -> tuple[Row, int]:
    """Return the column values that start at `pos` and the position after them."""
    (count,) = _U16(data, pos)
    pos += 2
    row: Row = []
    append = row.append
    for _ in range(count):
        kind = data[pos]
        if kind == _TEXT:
            start = pos + 5
            pos = start + _U32(data, pos + 1)[0]
            append(data[start:pos])
        elif kind == _NULL:
            append(None)
            pos += 1
        elif kind == _UNCHANGED:
            append(UNCHANGED)
            pos += 1
        else:
            raise DecodeError(f"column value of kind {chr(kind)!r} (binary values are not asked for)")
    if pos > len(data):
        raise DecodeError(f"row cut short: {data[:40]!r}")
    return row, pos


def _text(data: bytes, pos: int) -> tuple[str, int]:
    end = data.index(0, pos)
    return data[pos:end].decode(), end + 1


class Decoder:
    """Keeps the shapes of the tables of one stream; one decoder per connection."""

    def __init__(self) -> None:
        self.relations: dict[int, Relation] = {}
        self._streaming = False
        self._xid = 0
        self._readers: dict[int, Callable[[bytes, int], Message]] = {
            ord("B"): self._begin,
            ord("C"): self._commit,
            ord("R"): self._relation,
            ord("T"): self._truncate,
            ord("Y"): self._type,
            ord("O"): self._origin,
            ord("M"): self._message,
            ord("S"): self._stream_start,
            ord("E"): self._stream_stop,
            ord("c"): self._stream_commit,
            ord("A"): self._stream_abort,
        }

    def decode(self, data: bytes, pos: int = 0) -> Message:
        """Return the message that starts at `pos`. Raises DecodeError for anything unknown or cut short."""
        try:
            kind = data[pos]
            pos += 1
            xid = 0
            if self._streaming and kind in _WITH_XID:
                (xid,) = _U32(data, pos)
                pos += 4
            if kind == _INSERT:
                return self._insert(data, pos, xid)
            if kind == _UPDATE:
                return self._update(data, pos, xid)
            if kind == _DELETE:
                return self._delete(data, pos, xid)
            self._xid = xid
            return self._readers[kind](data, pos)
        except KeyError as missing:
            raise DecodeError(f"unknown message or relation {missing} in {data[:40]!r}") from missing
        except (IndexError, error) as short:
            raise DecodeError(f"message cut short: {data[:40]!r}") from short

    def _insert(self, data: bytes, pos: int, xid: int) -> RowChange:
        relation = self.relations[_U32(data, pos)[0]]
        row, _ = read_row(data, pos + 5)
        return RowChange(relation, "c", None, row, False, xid)

    def _update(self, data: bytes, pos: int, xid: int) -> RowChange:
        relation = self.relations[_U32(data, pos)[0]]
        kind = data[pos + 4]
        pos += 5
        old: Row | None = None
        if kind != _NEW:
            old, pos = read_row(data, pos)
            pos += 1
        row, _ = read_row(data, pos)
        return RowChange(relation, "u", old, row, kind == _KEY, xid)

    def _delete(self, data: bytes, pos: int, xid: int) -> RowChange:
        relation = self.relations[_U32(data, pos)[0]]
        old, _ = read_row(data, pos + 5)
        return RowChange(relation, "d", old, None, data[pos + 4] == _KEY, xid)

    def _relation(self, data: bytes, pos: int) -> Relation:
        (oid,) = _U32(data, pos)
        schema, pos = _text(data, pos + 4)
        name, pos = _text(data, pos)
        identity = chr(data[pos])
        (count,) = _U16(data, pos + 1)
        pos += 3
        columns: list[Column] = []
        for _ in range(count):
            is_key = bool(data[pos] & 1)
            column, pos = _text(data, pos + 1)
            type_oid, modifier = _COLUMN_TAIL(data, pos)
            pos += 8
            columns.append(Column(column, type_oid, modifier, is_key))
        position = {column.name: index for index, column in enumerate(columns)}
        relation = Relation(oid, schema or "pg_catalog", name, identity, tuple(columns), position)
        self.relations[oid] = relation
        return relation

    def _truncate(self, data: bytes, pos: int) -> Truncate:
        (count,) = _U32(data, pos)
        options = data[pos + 4]
        oids = Struct(f">{count}I").unpack_from(data, pos + 5)
        relations = tuple(self.relations[oid] for oid in oids)
        return Truncate(relations, bool(options & 1), bool(options & 2), self._xid)

    def _message(self, data: bytes, pos: int) -> LogicalMessage:
        (lsn,) = _U64(data, pos + 1)
        prefix, end = _text(data, pos + 9)
        (size,) = _U32(data, end)
        return LogicalMessage(bool(data[pos] & 1), lsn, prefix, data[end + 4 : end + 4 + size], self._xid)

    @staticmethod
    def _begin(data: bytes, pos: int) -> Begin:
        lsn, committed_at, txid = _BEGIN(data, pos)
        return Begin(lsn, timestamp(committed_at), txid)

    @staticmethod
    def _commit(data: bytes, pos: int) -> Commit:
        _, lsn, end_lsn, committed_at = _COMMIT(data, pos)
        return Commit(lsn, end_lsn, timestamp(committed_at))

    @staticmethod
    def _type(data: bytes, pos: int) -> TypeName:
        schema, end = _text(data, pos + 4)
        return TypeName(_U32(data, pos)[0], schema or "pg_catalog", _text(data, end)[0])

    @staticmethod
    def _origin(data: bytes, pos: int) -> Origin:
        return Origin(_U64(data, pos)[0], _text(data, pos + 8)[0])

    def _stream_start(self, data: bytes, pos: int) -> StreamStart:
        self._streaming = True
        return StreamStart(_U32(data, pos)[0], data[pos + 4] == 1)

    def _stream_stop(self, _data: bytes, _pos: int) -> StreamStop:
        self._streaming = False
        return StreamStop()

    @staticmethod
    def _stream_commit(data: bytes, pos: int) -> StreamCommit:
        txid, _, lsn, end_lsn, committed_at = _STREAM_COMMIT(data, pos)
        return StreamCommit(txid, lsn, end_lsn, timestamp(committed_at))

    @staticmethod
    def _stream_abort(data: bytes, pos: int) -> StreamAbort:
        return StreamAbort(_U32(data, pos)[0], _U32(data, pos + 4)[0])
