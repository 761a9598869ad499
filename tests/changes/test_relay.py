"""The relay brings what is committed into the copies, in order, and says loudly when it cannot."""

import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime

import psycopg
import pytest

from apps.changes.checkpoints import find_place
from apps.changes.connections import Connection, connect_app, connect_relay
from apps.changes.projections import get_projection
from apps.changes.published import publication_sql
from apps.changes.queries import get_freshness, get_stream_status
from apps.changes.rebuild import rebuild
from apps.changes.slots import drop_slot, slot_name
from apps.changes.verify import verify
from tests.changes.bookkeeper import Bookkeeper, Item
from tests.changes.journal import Broken, Journal, registered
from tests.changes.streams import place_of, running_relay, wait_for_copy, wait_until
from tests.factories.tenants import Company, make_company

SAO = "sao"
REVENUE = "select coalesce(sum(net_minor), 0)::bigint from readmodels_revenueday"


@pytest.fixture
def books() -> Iterator[Bookkeeper]:
    with Bookkeeper(make_company(database=SAO, roles=())) as books:
        yield books


def is_equal() -> bool:
    found = verify(get_projection("revenue"), SAO)
    assert found.differences == []
    return True


def heal() -> None:
    """Rebuild beside the running relay and prove the copy."""
    rebuild(get_projection("revenue"), SAO)
    wait_for_copy(alias=SAO)
    assert is_equal()


def test_a_posted_document_reaches_the_copy_in_either_database(any_company: Company) -> None:
    alias = any_company.tenant.database
    with Bookkeeper(any_company) as books, running_relay(alias):
        books.posted([Item(100), Item(250)])
        wait_for_copy(alias=alias)
        assert books.run(REVENUE) == [(350,)]
        assert verify(get_projection("revenue"), alias, [any_company.id]).differences == []


def test_the_relay_goes_on_where_it_stopped(books: Bookkeeper) -> None:
    with running_relay(SAO):
        books.posted([Item(100)])
        wait_for_copy(alias=SAO)
    before = place_of(alias=SAO)
    voided = books.posted([Item(7)])
    books.void(voided)
    books.posted([Item(20)])
    with running_relay(SAO):
        after = wait_for_copy(alias=SAO)
        assert books.run(REVENUE) == [(120,)]
    assert before is not None
    assert after.lsn > before.lsn
    assert after.epoch == before.epoch


def test_events_come_in_the_order_of_commits_not_of_ids(books: Bookkeeper) -> None:
    journal = Journal()
    with registered(journal, SAO), running_relay(SAO), Bookkeeper(books.company) as other:
        wait_for_copy("journal", SAO)
        with books.connection.transaction():
            first = books.draft([Item(1)])
            second = other.draft([Item(2)])
            third = books.draft([Item(3)])
        wait_for_copy("journal", SAO)
    written = [event for event in journal.events if event.table == "invoices_invoice"]
    assert [event.raw("id") for event in written] == [str(key).encode() for key in (second, first, third)]
    assert [event.source.lsn for event in journal.events] == sorted(
        event.source.lsn for event in journal.events
    )
    assert written[1].source.txid == written[2].source.txid != written[0].source.txid


def test_an_event_says_what_where_and_when(books: Bookkeeper) -> None:
    journal = Journal()
    with registered(journal, SAO), running_relay(SAO):
        wait_for_copy("journal", SAO)
        key = books.posted([Item(5)])
        books.run("update invoices_invoice set note = 'private words', version = 9 where id = %s", (key,))
        wait_for_copy("journal", SAO)
    created, line, posted, noted = journal.events
    assert [event.op for event in journal.events] == ["c", "c", "u", "u"]
    assert created.tenant_id == books.company.id
    assert created.after is not None
    assert (created.after["id"], created.after["state"], created.before) == (key, "draft", None)
    assert line.after is not None
    assert line.after["net_minor"] == 5
    assert posted.after is not None
    assert posted.after["state"] == "posted"
    told = noted.envelope()
    assert set(told) == {"op", "before", "after", "source", "ts"}
    assert "note" not in told["after"]
    assert told["after"]["version"] == 9
    assert told["source"]["table"] == "invoices_invoice"
    assert told["source"]["lsn"] == noted.source.lsn
    assert abs((datetime.now(tz=UTC) - told["ts"]).total_seconds()) < 60


def test_heartbeats_move_an_idle_copy(books: Bookkeeper) -> None:
    with running_relay(SAO):
        first = wait_for_copy(alias=SAO)
        time.sleep(1.3)
        later = place_of(alias=SAO)
        assert later is not None
        assert later.lsn > first.lsn
        age = get_freshness("revenue", alias=SAO).age_seconds
        assert age is not None
        assert age < 1.0
    time.sleep(0.3)
    older = get_freshness("revenue", alias=SAO)
    assert older.age_seconds is not None
    assert older.age_seconds > 0.25


def test_the_replica_shows_the_copy_with_its_age(books: Bookkeeper) -> None:
    with running_relay(SAO):
        books.posted([Item(100)])
        here = wait_for_copy(alias=SAO)
        wait_until(lambda: get_freshness("revenue", alias="sao_replica").lsn >= here.lsn)
        there = get_freshness("revenue", alias="sao_replica")
        assert there.state == "running"
        assert there.age_seconds is not None
        assert there.age_seconds < 2


def test_the_slot_follows_what_is_committed(books: Bookkeeper) -> None:
    with running_relay(SAO):
        books.posted([Item(100)])
        place = wait_for_copy(alias=SAO)

        def confirmed() -> bool:
            slot = get_stream_status(SAO).slot
            return slot is not None and slot.confirmed_lsn >= place.lsn

        wait_until(confirmed, what="the acknowledgement")
        status = get_stream_status(SAO)
        assert status.is_healthy
        assert status.slot is not None
        assert status.slot.is_failover
        running = status.copies[0].freshness
        assert status.slot.confirmed_lsn <= running.lsn or running.lsn >= place.lsn


def test_a_second_relay_stands_by_and_takes_over(books: Bookkeeper) -> None:
    with running_relay(SAO) as second:
        with running_relay(SAO) as first:
            wait_until(lambda: "streaming" in first or "streaming" in second)
            wait_until(
                lambda: first[-1:] + second[-1:] in (["streaming", "standby"], ["standby", "streaming"])
            )
        wait_until(lambda: second[-1] == "streaming")
        books.posted([Item(100)])
        wait_for_copy(alias=SAO)
        assert books.run(REVENUE) == [(100,)]


def test_lost_connections_are_made_again(books: Bookkeeper, sao_admin: Connection) -> None:
    with running_relay(SAO) as states:
        wait_for_copy(alias=SAO)
        for application in ("bulkhead-relay", "bulkhead-relay-sao"):
            books.posted([Item(10)])
            sao_admin.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity "
                "where application_name = %s and datname = current_database()",
                (application,),
            )
            wait_until(lambda: states[-1] == "waiting", what="the relay to notice")
            wait_until(lambda: states[-1] == "streaming", what="the relay to come back")
        wait_for_copy(alias=SAO)
        assert books.run(REVENUE) == [(20,)]
        assert is_equal()


def test_a_projection_that_fails_stops_alone_and_tells_pages_no_values(
    books: Bookkeeper, caplog: pytest.LogCaptureFixture
) -> None:
    with registered(Broken("broken"), SAO), running_relay(SAO):
        wait_for_copy("broken", SAO)
        books.posted([Item(100)])
        wait_for_copy(alias=SAO)
        assert books.run(REVENUE) == [(100,)]
        place = place_of("broken", SAO)
        assert place is not None
        assert place.state == "stopped"
        assert place.problem == "InvalidTextRepresentation (22P02); the relay's log has the details"
        assert "another tenant's secret" in caplog.text
        assert place.cure == "manage.py copies rebuild --projection broken --database sao"
        assert not get_stream_status(SAO).is_healthy


def test_truncate_stops_the_copy_after_what_came_before(books: Bookkeeper, sao_admin: Connection) -> None:
    with running_relay(SAO):
        wait_for_copy(alias=SAO)
        books.posted([Item(100)])
        sao_admin.execute("truncate invoices_line")
        books.posted([Item(30)])
        wait_until(lambda: _state() == "stopped", what="the projection to stop")
        place = place_of(alias=SAO)
        assert place is not None
        assert "invoices_line was emptied by TRUNCATE" in place.problem
        assert "copies rebuild" in place.cure
        assert books.run(REVENUE) == [(100,)]
        heal()
        assert books.run(REVENUE) == [(30,)]


def test_an_unknown_shape_stops_the_copy(books: Bookkeeper, sao_admin: Connection) -> None:
    with running_relay(SAO):
        wait_for_copy(alias=SAO)
        try:
            sao_admin.execute(
                "alter publication bulkhead set table invoices_line (tenant_id, id), changes_heartbeat"
            )
            books.draft([Item(1)])
            wait_until(lambda: _state() == "stopped", what="the projection to stop")
        finally:
            sao_admin.execute(publication_sql())
        place = place_of(alias=SAO)
        assert place is not None
        assert "changed its shape: column invoice_id is missing" in place.problem
        heal()


def test_a_publication_that_is_not_the_list_keeps_the_relay_from_starting(
    books: Bookkeeper, sao_admin: Connection, caplog: pytest.LogCaptureFixture
) -> None:
    sao_admin.execute("alter publication bulkhead drop table catalog_product")
    try:
        with running_relay(SAO) as states:
            wait_until(lambda: states == ["waiting"])
    finally:
        sao_admin.execute(publication_sql())
    assert "public.catalog_product is not published" in caplog.text


def test_a_dropped_slot_is_noticed_and_healed_by_a_rebuild(books: Bookkeeper) -> None:
    with running_relay(SAO):
        books.posted([Item(100)])
        wait_for_copy(alias=SAO)
    with closing(connect_relay(SAO)) as relay:
        drop_slot(relay, slot_name(books.connection))
    books.posted([Item(30)])
    with running_relay(SAO):
        wait_until(lambda: _state() == "stopped", what="the loss to be noticed")
        place = place_of(alias=SAO)
        assert place is not None
        assert "was missing" in place.problem
        assert books.run(REVENUE) == [(100,)]
        heal()
        assert books.run(REVENUE) == [(130,)]


def test_a_slot_made_anew_by_another_is_noticed(books: Bookkeeper, sao_admin: Connection) -> None:
    with running_relay(SAO):
        wait_for_copy(alias=SAO)
    books.posted([Item(30)])
    name = slot_name(books.connection)
    sao_admin.execute("select pg_replication_slot_advance(%s, pg_current_wal_lsn())", (name,))
    with running_relay(SAO):
        wait_until(lambda: _state() == "stopped", what="the gap to be noticed")
        place = place_of(alias=SAO)
        assert place is not None
        assert "by somebody else" in place.problem
        heal()


def test_a_copy_ahead_of_its_database_is_noticed(books: Bookkeeper) -> None:
    with running_relay(SAO):
        wait_for_copy(alias=SAO)
    books.connection.execute("update changes_checkpoint set lsn = lsn + (1::bigint << 40)")
    with running_relay(SAO):
        wait_until(lambda: _state() == "stopped", what="the lead to be noticed")
        place = place_of(alias=SAO)
        assert place is not None
        assert "ahead of the database" in place.problem
        heal()


def test_a_new_copy_is_built_from_what_the_books_hold(books: Bookkeeper) -> None:
    with running_relay(SAO):
        wait_for_copy(alias=SAO)
    books.posted([Item(45)])
    with closing(connect_relay(SAO)) as relay:
        drop_slot(relay, slot_name(books.connection))
    books.connection.execute("delete from changes_checkpoint")
    with running_relay(SAO):
        wait_for_copy(alias=SAO)
        assert books.run(REVENUE) == [(45,)]
        assert is_equal()


def test_copies_are_written_inside_the_wall(books: Bookkeeper, stranger: Company) -> None:
    with running_relay(SAO):
        books.posted([Item(100)])
        wait_for_copy(alias=SAO)
    assert books.connection.execute(REVENUE).fetchone() == (0,)  # no context, no rows
    with Bookkeeper(make_company(database=SAO, roles=())) as other:
        assert other.run(REVENUE) == [(0,)]
        assert other.run("select count(*) from readmodels_linecopy") == [(0,)]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            other.run(
                "insert into readmodels_documentday values (%s, 0, now(), 'GBP', 'invoice', 'posted', 'GB', 1, 1)",
                (books.company.id,),
            )


def _state() -> str:
    with closing(connect_app(SAO, autocommit=True)) as connection:
        place = find_place(connection, "revenue")
        return place.state if place else ""
