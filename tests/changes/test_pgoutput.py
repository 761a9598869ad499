"""The decoder on real streams: every kind of message, every type the books use."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

import psycopg
import pytest

from apps.changes.connections import Connection, connect_relay
from apps.changes.events import Event, Transaction, merge
from apps.changes.messages import (
    UNCHANGED,
    Begin,
    Commit,
    LogicalMessage,
    Message,
    Origin,
    Relation,
    RowChange,
    StreamAbort,
    StreamCommit,
    StreamStart,
    StreamStop,
    Truncate,
    TypeName,
)
from apps.changes.pgoutput import DecodeError, Decoder
from apps.changes.stream import HEADER, ReplicationStream
from apps.changes.values import UnreadableValueError, convert
from tests.changes.conftest import Collect
from tests.changes.streams import wait_until

T = TypeVar("T")
KEY = UUID("018f0000-0000-7000-8000-000000000001")
TRANSACTION = Transaction(1, 1, datetime(2026, 1, 1, tzinfo=UTC))


def rows(messages: list[Message]) -> list[RowChange]:
    return [message for message in messages if isinstance(message, RowChange)]


def as_event(change: RowChange) -> Event:
    return Event(TRANSACTION, change.relation, change.op, change.old, change.new)


def one(kind: type[T], messages: list[Message]) -> T:
    found = [message for message in messages if isinstance(message, kind)]
    assert len(found) == 1, messages
    return found[0]


def test_a_transaction_comes_as_begin_changes_commit(scratch: Connection, collect: Collect) -> None:
    scratch.execute("create table scratch.t (id int primary key, name text)")
    scratch.execute("alter publication scratch add table scratch.t")
    scratch.execute("insert into scratch.t values (1, 'one'), (2, null)")
    begin, relation, first, second, commit = collect(1)
    assert isinstance(begin, Begin)
    assert isinstance(commit, Commit)
    assert begin.lsn == commit.lsn < commit.end_lsn
    assert begin.committed_at == commit.committed_at
    assert abs((datetime.now(tz=UTC) - commit.committed_at).total_seconds()) < 60
    assert isinstance(relation, Relation)
    assert (relation.schema, relation.name, relation.identity, relation.key) == ("scratch", "t", "d", ("id",))
    assert [as_event(change).after for change in rows([first, second])] == [
        {"id": 1, "name": "one"},
        {"id": 2, "name": None},
    ]


def test_every_type_of_the_books_becomes_its_python_value(scratch: Connection, collect: Collect) -> None:
    scratch.execute(
        "create table scratch.t (u uuid primary key, b bigint, i int, s smallint, n numeric(18,6), t text,"
        " v varchar(2), c char(3), d date, z timestamptz, y bool, j jsonb, x bytea, f float8, o text)"
    )
    scratch.execute("alter publication scratch add table scratch.t")
    moment = datetime(2026, 3, 29, 1, 59, 59, 123456, tzinfo=UTC)
    values = (KEY, -(2**63), 7, -1, Decimal("-0.000001"), "Ünïcode\n|\\", "GB", "GBP", date(1999, 12, 31), moment, True,
              '{"a": [1, null, "é"]}', b"\x00\xff", 0.1, "")  # fmt: skip
    scratch.execute(f"insert into scratch.t values ({', '.join(['%s'] * len(values))})", values)
    after = as_event(rows(collect(1))[0]).after
    assert after is not None
    assert list(after.values()) == [
        KEY, -(2**63), 7, -1, Decimal("-0.000001"), "Ünïcode\n|\\", "GB", "GBP", date(1999, 12, 31), moment, True,
        {"a": [1, None, "é"]}, b"\x00\xff", 0.1, "",
    ]  # fmt: skip


def test_update_and_delete_carry_what_the_identity_sends(scratch: Connection, collect: Collect) -> None:
    scratch.execute("create table scratch.t (id int primary key, name text)")
    scratch.execute("alter publication scratch add table scratch.t")
    scratch.execute("insert into scratch.t values (1, 'one')")
    scratch.execute("update scratch.t set name = 'uno'")
    scratch.execute("update scratch.t set id = 9")
    scratch.execute("delete from scratch.t")
    _, plain, moved, deleted = rows(collect(4))
    assert (plain.op, plain.old, as_event(plain).after) == ("u", None, {"id": 1, "name": "uno"})
    assert (moved.op, moved.old_is_key, as_event(moved).before) == ("u", True, {"id": 1, "name": None})
    assert as_event(moved).after == {"id": 9, "name": "uno"}
    assert (deleted.op, deleted.old_is_key, deleted.new) == ("d", True, None)
    assert as_event(deleted).before == {"id": 9, "name": None}


def test_full_identity_sends_the_whole_old_row(scratch: Connection, collect: Collect) -> None:
    scratch.execute("create table scratch.t (id int primary key, name text)")
    scratch.execute("alter table scratch.t replica identity full")
    scratch.execute("alter publication scratch add table scratch.t")
    scratch.execute("insert into scratch.t values (1, 'one')")
    scratch.execute("update scratch.t set name = 'uno'")
    changed = rows(collect(2))[1]
    assert (changed.relation.identity, changed.old_is_key) == ("f", False)
    assert as_event(changed).before == {"id": 1, "name": "one"}


def test_an_unchanged_large_value_is_not_null(scratch: Connection, collect: Collect) -> None:
    scratch.execute("create table scratch.t (id int primary key, big text, small text)")
    scratch.execute("alter table scratch.t alter column big set storage external")
    scratch.execute("alter publication scratch add table scratch.t")
    scratch.execute("insert into scratch.t values (1, repeat('x', 10000), 'a')")
    scratch.execute("update scratch.t set small = 'b'")
    first, second = (as_event(change).after for change in rows(collect(2)))
    assert first is not None
    assert second == {"id": 1, "big": UNCHANGED, "small": "b"}
    assert merge(second, first) == {"id": 1, "big": "x" * 10000, "small": "b"}


def test_a_changed_table_is_described_again(scratch: Connection, collect: Collect) -> None:
    scratch.execute("create table scratch.t (id int primary key)")
    scratch.execute("alter publication scratch add table scratch.t")
    scratch.execute("insert into scratch.t values (1)")
    scratch.execute("alter table scratch.t add column extra numeric default 1.50")
    scratch.execute("insert into scratch.t values (2)")
    before, after = (as_event(change).after for change in rows(collect(2)))
    assert before == {"id": 1}
    assert after == {"id": 2, "extra": Decimal("1.50")}


def test_only_published_columns_leave(scratch: Connection, collect: Collect) -> None:
    scratch.execute("create table scratch.t (id int primary key, secret text, name text)")
    scratch.execute("alter publication scratch add table scratch.t (id, name)")
    scratch.execute("insert into scratch.t values (1, 'hidden', 'seen')")
    assert as_event(rows(collect(1))[0]).after == {"id": 1, "name": "seen"}


def test_truncate_names_its_tables_and_options(scratch: Connection, collect: Collect) -> None:
    scratch.execute("create table scratch.a (id int primary key)")
    scratch.execute("create table scratch.b (id int primary key references scratch.a)")
    scratch.execute("alter publication scratch add table scratch.a, scratch.b")
    scratch.execute("truncate scratch.a restart identity cascade")
    found = one(Truncate, collect(1))
    assert {relation.name for relation in found.relations} == {"a", "b"}
    assert (found.cascade, found.restart_identity) == (True, True)


def test_types_messages_and_origins_are_read(scratch: Connection, collect: Collect) -> None:
    scratch.execute("create type scratch.mood as enum ('calm')")
    scratch.execute("create table scratch.t (id int primary key, mood scratch.mood)")
    scratch.execute("alter publication scratch add table scratch.t")
    scratch.execute("select pg_replication_origin_create('elsewhere')")
    try:
        scratch.execute("select pg_replication_origin_session_setup('elsewhere')")
        with scratch.transaction():
            scratch.execute("select pg_replication_origin_xact_setup('0/1234', now())")
            scratch.execute("select pg_logical_emit_message(true, 'bulkhead', 'inside')")
            scratch.execute("insert into scratch.t values (1, 'calm')")
        scratch.execute("select pg_replication_origin_session_reset()")
        scratch.execute("select pg_logical_emit_message(false, 'bulkhead', 'outside', true)")
        scratch.execute("insert into scratch.t values (2, 'calm')")
        messages = collect(2)
    finally:
        scratch.execute("select pg_replication_origin_drop('elsewhere')")
    assert one(Origin, messages) == Origin(0x1234, "elsewhere")
    kind = one(TypeName, messages)
    assert (kind.schema, kind.name) == ("scratch", "mood")
    told = [message for message in messages if isinstance(message, LogicalMessage)]
    assert [(m.transactional, m.prefix, m.content) for m in told] == [
        (True, "bulkhead", b"inside"),
        (False, "bulkhead", b"outside"),
    ]
    assert as_event(rows(messages)[0]).after == {"id": 1, "mood": "calm"}


def test_a_transaction_under_way_is_read_in_version_2(
    scratch: Connection, second_admin: Connection, slot: str
) -> None:
    scratch.execute("create table scratch.t (id int primary key, name text)")
    scratch.execute("alter publication scratch add table scratch.t")
    relay = connect_relay("default")
    relay.execute("set logical_decoding_work_mem = '64kB'")
    decoder, messages = Decoder(), list[Message]()
    with ReplicationStream(relay) as stream:
        stream.start(slot=slot, publication="scratch", version=2, streaming=True)
        second_admin.execute(
            "insert into scratch.t select n, repeat('y', 100) from generate_series(1, 3000) n"
        )
        second_admin.execute("savepoint s")
        second_admin.execute(
            "insert into scratch.t select n, repeat('z', 100) from generate_series(4001, 7000) n"
        )
        second_admin.execute("rollback to s")
        second_admin.commit()
        while not any(isinstance(message, StreamCommit) for message in messages):
            assert stream.wait(10)
            messages += [decoder.decode(message, HEADER) for message in stream.drain()]
    starts = [message for message in messages if isinstance(message, StreamStart)]
    ended = one(StreamCommit, messages)
    assert starts[0].first
    assert {start.xid for start in starts} == {ended.xid}
    assert len([m for m in messages if isinstance(m, StreamStop)]) == len(starts)
    aborted = {message.subxid for message in messages if isinstance(message, StreamAbort)}
    kept = [change for change in rows(messages) if change.xid not in aborted]
    assert len(kept) == 3000
    assert {change.xid for change in kept} == {ended.xid}
    assert ended.lsn < ended.end_lsn


def test_what_the_decoder_does_not_know_is_never_skipped() -> None:
    with pytest.raises(DecodeError, match="unknown message"):
        Decoder().decode(b"?")
    with pytest.raises(DecodeError, match="unknown message or relation"):
        Decoder().decode(b"I\x00\x00\x00\x07N\x00\x00")
    with pytest.raises(DecodeError, match="cut short"):
        Decoder().decode(b"B\x00\x00")


def test_a_row_cut_short_is_refused() -> None:
    decoder = Decoder()
    decoder.decode(b"R\x00\x00\x00\x07s\0t\0d\x00\x01\x01id\0\x00\x00\x00\x17\xff\xff\xff\xff")
    with pytest.raises(DecodeError, match="cut short"):
        decoder.decode(b"I\x00\x00\x00\x07N\x00\x01t\x00\x00\x00\x05ab")
    with pytest.raises(DecodeError, match="kind 'b'"):
        decoder.decode(b"I\x00\x00\x00\x07N\x00\x01b\x00\x00\x00\x01a")


@pytest.mark.parametrize(
    ("raw", "oid"),
    [(b"infinity", 1082), (b"infinity", 1184), (b"x", 20), (b"2", 16), (b"{", 3802), (b"a", 17)],
)
def test_a_value_that_does_not_fit_its_type_is_refused(raw: bytes, oid: int) -> None:
    with pytest.raises(UnreadableValueError, match="does not read as type"):
        convert(raw, oid)


def test_nan_is_a_number() -> None:
    assert str(convert(b"NaN", 1700)) == "NaN"


def test_the_slot_is_busy_while_another_reads_it(stream: ReplicationStream, slot: str) -> None:
    with ReplicationStream(connect_relay("default")) as second, pytest.raises(psycopg.errors.ObjectInUse):
        second.start(slot=slot, publication="scratch")


def test_only_what_was_acknowledged_is_not_sent_again(scratch: Connection, slot: str) -> None:
    scratch.execute("create table scratch.t (id int primary key)")
    scratch.execute("alter publication scratch add table scratch.t")
    for number in range(3):
        scratch.execute("insert into scratch.t values (%s)", (number,))
    seen: list[list[int]] = []
    for _ in range(3):
        decoder, messages = Decoder(), list[Message]()
        with ReplicationStream(connect_relay("default")) as stream:
            stream.start(slot=slot, publication="scratch")
            while sum(isinstance(message, Commit) for message in messages) < 3 - max(len(seen) - 1, 0):
                assert stream.wait(10)
                messages += [decoder.decode(message, HEADER) for message in stream.drain()]
            seen.append([as_event(change).raw("id") for change in rows(messages)])  # type: ignore[misc]
            if len(seen) == 2:
                first = next(message for message in messages if isinstance(message, Commit))
                stream.acknowledge(first.end_lsn)
                _wait_confirmed(scratch, slot, first.end_lsn)
        _wait_free(scratch, slot)
    assert seen == [[b"0", b"1", b"2"], [b"0", b"1", b"2"], [b"1", b"2"]]


def _wait_free(connection: Connection, slot: str) -> None:
    query = "select not active from pg_replication_slots where slot_name = %s"
    wait_until(lambda: connection.execute(query, (slot,)).fetchone() == (True,), what="the slot to be free")


def _wait_confirmed(connection: Connection, slot: str, lsn: int) -> None:
    query = "select confirmed_flush_lsn - '0/0' >= %s from pg_replication_slots where slot_name = %s"
    wait_until(
        lambda: connection.execute(query, (lsn, slot)).fetchone() == (True,), what="the acknowledgement"
    )
