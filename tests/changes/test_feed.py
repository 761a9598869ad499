"""Batches: whole transactions in commit order, large ones in parts, odd shapes named."""

from datetime import UTC, datetime

import pytest

from apps.changes.arrays import plain_array, text_array
from apps.changes.errors import ProjectionError
from apps.changes.feed import Feed, StreamOrderError, misfit
from apps.changes.lsn import format_lsn, parse_lsn
from apps.changes.messages import UNCHANGED, Begin, Column, Commit, Relation, RowChange, StreamStop, Truncate
from apps.changes.published import TABLES_BY_NAME
from apps.changes.snapshots import Snapshot
from apps.changes.values import TYPE_OIDS

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def relation(name: str, **changes: int | None) -> Relation:
    """Return a published table as the stream would describe it; None leaves a column out."""
    oids = {column: TYPE_OIDS[kind] for column, kind in TABLES_BY_NAME[name].columns.items()} | changes
    columns = tuple(Column(column, oid, -1, column == "id") for column, oid in oids.items() if oid)
    return Relation(1, "public", name, "d", columns, {column.name: i for i, column in enumerate(columns)})


LINES = relation("invoices_line")


def write(feed: Feed, lsn: int, rows: int, *, ends: bool = True, begins: bool = True) -> None:
    if begins:
        feed.add(Begin(lsn, NOW, lsn))
    for _ in range(rows):
        feed.add(RowChange(LINES, "c", None, [None] * len(LINES.columns)))
    if ends:
        feed.add(Commit(lsn, lsn + 1, NOW))


def test_finished_transactions_come_together_and_the_open_one_waits() -> None:
    feed = Feed()
    write(feed, 10, 2)
    write(feed, 20, 1)
    write(feed, 30, 5, ends=False)
    batch = feed.take()
    assert [event.transaction.lsn for event in batch.events] == [10, 10, 20]
    assert [(t.lsn, t.end_lsn) for t in batch.transactions] == [(10, 11), (20, 21)]
    assert not feed.is_ready
    assert not feed.is_empty
    write(feed, 30, 0, begins=False)
    assert [len(feed.take().events), feed.is_empty] == [5, True]


def test_a_large_transaction_comes_in_parts() -> None:
    feed = Feed(limit=4)
    write(feed, 10, 4, ends=False)
    assert feed.is_ready
    part = feed.take()
    assert (len(part.events), part.is_complete, feed.has_given_part) == (4, False, True)
    write(feed, 10, 1, begins=False)
    rest = feed.take()
    assert (len(rest.events), rest.is_complete, feed.has_given_part) == (1, True, False)


def test_what_ended_before_a_large_transaction_is_not_held_up_by_it() -> None:
    feed = Feed(limit=4)
    write(feed, 10, 1)
    write(feed, 20, 9, ends=False)
    assert [event.transaction.lsn for event in feed.take().events] == [10]
    assert (len(feed.take().events), feed.has_given_part) == (9, True)


def test_an_empty_transaction_moves_the_place() -> None:
    feed = Feed()
    write(feed, 10, 0)
    assert feed.take().is_complete


def test_messages_out_of_order_are_refused() -> None:
    with pytest.raises(StreamOrderError):
        Feed().add(RowChange(LINES, "c", None, []))
    with pytest.raises(StreamOrderError):
        Feed().add(Commit(1, 2, NOW))
    with pytest.raises(StreamOrderError):
        Feed().add(StreamStop())
    feed = Feed()
    feed.add(Begin(1, NOW, 1))
    with pytest.raises(StreamOrderError):
        feed.add(Begin(2, NOW, 2))


def test_a_table_of_another_shape_is_named_until_it_fits_again() -> None:
    feed = Feed()
    feed.add(relation("invoices_line", net_minor=TYPE_OIDS["text"]))
    write(feed, 10, 1)
    assert feed.take().unfit == {"invoices_line": "column net_minor has type 25 instead of 20"}
    feed.add(LINES)
    write(feed, 20, 1)
    assert feed.take().unfit == {}


def test_shapes_are_compared_by_column_and_type() -> None:
    assert misfit(LINES) is None
    assert misfit(relation("invoices_line", net_minor=None)) == "column net_minor is missing"
    assert misfit(relation("invoices_line", extra=25)) == "column extra is new"
    assert misfit(Relation(1, "public", "secrets", "d", (), {})) == "it is not a published table"


def test_truncate_is_an_event_of_each_table() -> None:
    feed = Feed()
    feed.add(Begin(10, NOW, 1))
    feed.add(Truncate((LINES, relation("invoices_invoice")), cascade=False, restart_identity=False))
    feed.add(Commit(10, 11, NOW))
    assert [(event.op, event.table, event.after) for event in feed.take().events] == [
        ("t", "invoices_line", None),
        ("t", "invoices_invoice", None),
    ]


@pytest.mark.parametrize(
    ("text", "number"), [("0/0", 0), ("0/16B3748", 0x16B3748), ("2A/FFFFFFFF", 0x2AFFFFFFFF)]
)
def test_positions_read_as_postgresql_writes_them(text: str, number: int) -> None:
    assert (parse_lsn(text), format_lsn(number)) == (number, text)


def test_a_snapshot_sees_what_had_ended() -> None:
    snapshot = Snapshot.parse("100:110:102,105")
    assert [xid for xid in range(98, 112) if snapshot.sees(xid)] == [
        98,
        99,
        100,
        101,
        103,
        104,
        106,
        107,
        108,
        109,
    ]


def test_a_snapshot_knows_ids_on_both_sides_of_the_wrap() -> None:
    epoch = 1 << 32
    snapshot = Snapshot.parse(f"{epoch + 3}:{epoch + 5}:")
    assert snapshot.sees((1 << 32) - 2)
    assert snapshot.sees(4)
    assert not snapshot.sees(5)


def test_array_literals_keep_every_text() -> None:
    assert plain_array([b"1", None, b"-2.50"]) == "{1,NULL,-2.50}"
    assert text_array([b'a"b\\c', None, b"", b"NULL", b"x,{y}"]) == r'{"a\"b\\c",NULL,"","NULL","x,{y}"}'


@pytest.mark.parametrize("array", [plain_array, text_array])
def test_an_unchanged_value_never_becomes_null(array) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ProjectionError, match="unchanged"):
        array([b"1", UNCHANGED])
