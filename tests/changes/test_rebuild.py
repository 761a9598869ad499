"""A rebuild runs beside the live system, ends exact, and readers never see half of it."""

import threading
from collections.abc import Iterator

import pytest

from apps.changes.errors import CopyError
from apps.changes.projections import get_projection
from apps.changes.rebuild import rebuild
from apps.changes.verify import verify
from tests.changes.bookkeeper import Bookkeeper, Item
from tests.changes.streams import place_of, running_relay, wait_for_copy
from tests.changes.writers import busy_writers
from tests.factories.tenants import make_company

SAO = "sao"
BUILDS = "select distinct build from readmodels_{} order by 1"
SHOWN = """
    select coalesce(sum(net_minor), 0)::bigint from readmodels_revenueday
    where build = (select build from changes_tenantcopy where projection = 'revenue')
"""


@pytest.fixture
def books() -> Iterator[Bookkeeper]:
    with Bookkeeper(make_company(database=SAO, roles=())) as books:
        yield books


def is_equal() -> bool:
    found = verify(get_projection("revenue"), SAO)
    assert found.differences == []
    return True


def test_rebuilds_beside_writers_and_relay_are_exact(books: Bookkeeper) -> None:
    others = [make_company(database=SAO, roles=()) for _ in range(2)]
    revenue = get_projection("revenue")
    with running_relay(SAO):
        before = wait_for_copy(alias=SAO)
        with busy_writers(books.company, *others, pause=0.01) as acts:
            for turn in range(4):
                done = rebuild(revenue, SAO, [books.company.id] if turn % 2 else None)
                assert is_equal()
                assert done.tenants == 1 if turn % 2 else done.tenants >= 3
        after = wait_for_copy(alias=SAO)
        assert is_equal()
    assert min(acts) > 10
    assert after.epoch == before.epoch + 4
    assert len(books.run(BUILDS.format("documentday"))) == 1
    assert len(books.run(BUILDS.format("linecopy"))) == 1


def test_readers_see_the_old_build_until_the_new_one_is_whole(books: Bookkeeper) -> None:
    for _ in range(30):
        books.posted([Item(10), Item(5)])
    shown: set[int] = set()
    stop = threading.Event()

    def look() -> None:
        with Bookkeeper(books.company) as reader:
            while not stop.is_set():
                shown.add(reader.run(SHOWN)[0][0])

    with running_relay(SAO):
        wait_for_copy(alias=SAO)
        thread = threading.Thread(target=look)
        thread.start()
        try:
            for _ in range(5):
                rebuild(get_projection("revenue"), SAO, [books.company.id])
        finally:
            stop.set()
            thread.join()
    assert shown == {450}


def test_a_rebuild_mends_what_is_wrong(books: Bookkeeper) -> None:
    with running_relay(SAO):
        books.posted([Item(100)])
        wait_for_copy(alias=SAO)
        books.run("update readmodels_revenueday set net_minor = 1")
        books.run("delete from readmodels_invoicecopy")
        assert not verify(get_projection("revenue"), SAO).is_equal
        rebuild(get_projection("revenue"), SAO, [books.company.id])
        assert is_equal()
        assert books.run(SHOWN) == [(100,)]


def test_a_rebuild_needs_no_relay_but_its_slot(books: Bookkeeper) -> None:
    with running_relay(SAO):
        wait_for_copy(alias=SAO)
    books.posted([Item(100)])
    done = rebuild(get_projection("revenue"), SAO)
    place = place_of(alias=SAO)
    assert place is not None
    assert (place.state, place.lsn) == ("running", done.lsn)
    assert books.run(SHOWN) == [(100,)]
    with running_relay(SAO):
        books.posted([Item(1)])
        wait_for_copy(alias=SAO)
        assert is_equal()


def test_a_part_rebuilt_ahead_of_the_relay_takes_nothing_twice(books: Bookkeeper) -> None:
    with running_relay(SAO):
        wait_for_copy(alias=SAO)
    books.posted([Item(100)])
    rebuild(get_projection("revenue"), SAO, [books.company.id])
    assert books.run(SHOWN) == [(100,)]
    assert is_equal()
    books.posted([Item(10)])
    with running_relay(SAO):
        wait_for_copy(alias=SAO)
        assert books.run(SHOWN) == [(110,)]
        assert is_equal()


def test_a_part_of_a_stopped_copy_is_refused(books: Bookkeeper) -> None:
    with running_relay(SAO):
        wait_for_copy(alias=SAO)
    books.connection.execute("update changes_checkpoint set state = 'stopped'")
    with pytest.raises(CopyError, match="all its tenants must be rebuilt"):
        rebuild(get_projection("revenue"), SAO, [books.company.id])
    rebuild(get_projection("revenue"), SAO)
    assert is_equal()


def test_two_rebuilds_at_once_are_refused(books: Bookkeeper, monkeypatch: pytest.MonkeyPatch) -> None:
    revenue = get_projection("revenue")
    refusals: list[str] = []

    def second(step: str, _done: int, _total: int) -> None:
        if step == "loading" and not refusals:
            with pytest.raises(CopyError) as refused:
                rebuild(revenue, SAO)
            refusals.append(refused.value.message)

    with running_relay(SAO):
        wait_for_copy(alias=SAO)
        rebuild(revenue, SAO, progress=second)
    assert refusals == ["revenue is being rebuilt already."]


def test_a_rebuild_that_fails_leaves_the_old_copy_and_no_rows(books: Bookkeeper) -> None:
    def fail(step: str, _done: int, _total: int) -> None:
        if step == "swapping":
            raise RuntimeError("the lights went out")

    with running_relay(SAO):
        books.posted([Item(100)])
        wait_for_copy(alias=SAO)
        builds = books.run(BUILDS.format("linecopy"))
        with pytest.raises(RuntimeError, match="lights"):
            rebuild(get_projection("revenue"), SAO, progress=fail)
        assert books.run(BUILDS.format("linecopy")) == builds
        assert books.run(SHOWN) == [(100,)]
        assert is_equal()


def test_no_temporary_slot_is_left(books: Bookkeeper) -> None:
    with running_relay(SAO):
        wait_for_copy(alias=SAO)
        rebuild(get_projection("revenue"), SAO)
        is_equal()
    query = "select count(*) from pg_replication_slots where temporary and database = current_database()"
    assert books.connection.execute(query).fetchone() == (0,)
