"""The revenue copy: what counts, what does not, and that the same events again change nothing."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.changes.connections import connect_app, connect_relay, enter_tenant
from apps.changes.events import Event
from apps.changes.follower import Follower
from apps.changes.projections import Target, get_projection
from apps.changes.slots import create_snapshot_slot
from apps.changes.verify import verify
from apps.readmodels.folds import NO_PRODUCT
from apps.readmodels.projections import Revenue
from tests.changes.bookkeeper import DAY, Bookkeeper, Item
from tests.changes.streams import running_relay, wait_for_copy
from tests.factories.tenants import make_company
from tests.readmodels.recomputation import recompute, stored

SAO = "sao"
NOTHING = UUID(NO_PRODUCT)


@pytest.fixture(scope="module")
def relay() -> Iterator[None]:
    with running_relay(SAO):
        wait_for_copy(alias=SAO)
        yield


@pytest.fixture
def books() -> Iterator[Bookkeeper]:
    with Bookkeeper(make_company(database=SAO, roles=())) as books:
        yield books


def revenue_of(books: Bookkeeper) -> dict[tuple[object, ...], list[object]]:
    wait_for_copy(alias=SAO)
    found = stored(books)
    assert found == recompute(books)
    return found["revenueday"]


def test_posted_lines_count_by_day_currency_country_and_product(relay: None, books: Bookkeeper) -> None:
    hat, scarf, _ = books.products
    books.posted(
        [Item(100, Decimal("1.5"), hat), Item(50, Decimal(2), hat), Item(7, Decimal(1), scarf), Item(3)]
    )
    books.posted([Item(20, Decimal(1), hat)], country="FR")
    books.posted([Item(9, Decimal(1), hat)], currency="EUR")
    assert revenue_of(books) == {
        (DAY, "GBP", "GB", hat): [150, Decimal("3.5"), 1, 2],
        (DAY, "GBP", "GB", scarf): [7, Decimal(1), 1, 1],
        (DAY, "GBP", "GB", NOTHING): [3, Decimal(1), 1, 1],
        (DAY, "GBP", "FR", hat): [20, Decimal(1), 1, 1],
        (DAY, "EUR", "GB", hat): [9, Decimal(1), 1, 1],
    }


def test_drafts_and_void_documents_do_not_count(relay: None, books: Bookkeeper) -> None:
    books.draft([Item(100)])
    key = books.posted([Item(40)])
    assert [sums[0] for sums in revenue_of(books).values()] == [40]
    books.void(key)
    assert revenue_of(books) == {}


def test_credit_notes_are_negative(relay: None, books: Bookkeeper) -> None:
    books.posted([Item(100)], customer=1)
    books.posted([Item(130)], customer=1, kind="credit_note")
    assert revenue_of(books) == {(DAY, "GBP", "GB", NOTHING): [-30, Decimal(0), 2, 2]}
    assert stored(books)["customerday"] == {(DAY, "GBP", books.customers[1]): [-30, 2]}


def test_documents_are_counted_by_kind_and_state(relay: None, books: Bookkeeper) -> None:
    books.draft([Item(5)])
    books.posted([Item(40)])
    books.void(books.posted([Item(2)]))
    books.posted([Item(30)], kind="credit_note")
    revenue_of(books)
    assert stored(books)["documentday"] == {
        (DAY, "GBP", "invoice", "draft", "GB"): [1, 5],
        (DAY, "GBP", "invoice", "posted", "GB"): [1, 40],
        (DAY, "GBP", "invoice", "void", "GB"): [1, 2],
        (DAY, "GBP", "credit_note", "posted", "GB"): [1, 30],
    }


def test_a_draft_that_is_rewritten_leaves_nothing_behind(relay: None, books: Bookkeeper) -> None:
    key = books.draft([Item(100), Item(200)])
    other = books.draft([Item(1)])
    wait_for_copy(alias=SAO)
    books.run("delete from invoices_line where invoice_id = %s and net_minor = 100", (key,))
    books.run("update invoices_line set invoice_id = %s, position = 5 where invoice_id = %s", (other, key))
    books.run("update invoices_invoice set issue_date = %s, country_code = 'DE' where id = %s", (DAY, other))
    books.post(key)
    books.post(other)
    assert revenue_of(books) == {(DAY, "GBP", "DE", NOTHING): [201, Decimal(2), 1, 2]}
    assert books.run("select count(*) from readmodels_linecopy") == [(2,)]


def test_nothing_crosses_between_tenants(relay: None, books: Bookkeeper) -> None:
    with Bookkeeper(make_company(database=SAO, roles=())) as other:
        books.posted([Item(100)])
        with other.connection.transaction():
            other.posted([Item(5)])
        books.posted([Item(1)])
        assert [sums[0] for sums in revenue_of(books).values()] == [101]
        assert [sums[0] for sums in revenue_of(other).values()] == [5]


def test_texts_of_any_kind_come_through(relay: None, books: Bookkeeper) -> None:
    books.posted([Item(1)], country='"\\', currency="{,}")
    assert list(revenue_of(books)) == [(DAY, "{,}", '"\\', NOTHING)]


def test_the_same_events_again_change_nothing(relay: None, books: Bookkeeper) -> None:
    events = recorded(books)
    before = stored(books)
    for start in range(0, len(events), 3):
        apply(books, events[start:])
    apply(books, events)
    assert stored(books) == before == recompute(books)


def recorded(books: Bookkeeper) -> list[Event]:
    """Return the events of a varied morning, read from a slot of their own."""
    with closing(connect_relay(SAO)) as connection:
        slot = create_snapshot_slot(connection)
        follower = Follower(connection, slot.name, lsn=slot.lsn)
        key = books.posted([Item(100), Item(3, Decimal(2), books.products[0])])
        books.delete_draft(books.draft([Item(9), Item(8)]))
        books.posted([Item(30)], kind="credit_note")
        draft = books.draft([Item(1)])
        books.add_line(draft, Item(4), position=9)
        books.void(key)
        goal = wait_for_copy(alias=SAO).lsn
        own = str(books.company.id).encode()
        events = [e for batch in follower.until(goal) for e in batch.events if e.raw("tenant_id") == own]
    return [event for event in events if event.table in Revenue.tables]


def apply(books: Bookkeeper, events: list[Event]) -> None:
    with closing(connect_app(SAO)) as connection:
        enter_tenant(connection, books.company.id, SAO)
        row = connection.execute(
            "select build from changes_tenantcopy where projection = 'revenue'"
        ).fetchone()
        assert row is not None
        Revenue().apply(Target(connection, books.company.id, row[0]), events)
        connection.commit()


ITEMS = st.lists(
    st.builds(
        lambda net, quantity, product: (net, quantity, product),
        st.integers(0, 10**12),
        st.decimals("-1000", "1000", places=6),
        st.integers(-1, 2),
    ),
    min_size=1,
    max_size=4,
)
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("draft"), ITEMS, st.sampled_from(["invoice", "credit_note"]), st.integers(0, 2)),
        st.tuples(st.just("post"), st.integers(0, 9)),
        st.tuples(st.just("void"), st.integers(0, 9)),
        st.tuples(st.just("credit"), st.integers(0, 9), ITEMS),
        st.tuples(st.just("rewrite"), st.integers(0, 9), ITEMS),
        st.tuples(st.just("delete"), st.integers(0, 9)),
        st.tuples(st.just("wait")),
    ),
    min_size=3,
    max_size=14,
)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(acts=ACTS)
def test_any_sequence_leaves_the_copy_equal_to_recomputation(
    relay: None, acts: list[tuple[object, ...]]
) -> None:
    with Bookkeeper(make_company(database=SAO, roles=())) as books:
        play(books, acts)
        wait_for_copy(alias=SAO)
        assert stored(books) == recompute(books)
        found = verify(get_projection("revenue"), SAO, [books.company.id])
        assert found.differences == []


def play(books: Bookkeeper, acts: list[tuple[object, ...]]) -> None:
    """Do the acts that are possible, as people would be refused the others."""
    drafts: list[UUID] = []
    posted: list[UUID] = []
    for name, *values in acts:
        if name == "draft":
            items, kind, day = values
            drafts.append(
                books.draft(_items(books, items), kind=kind, day=date(2026, 1, 1 + day), customer=day)
            )  # type: ignore[arg-type, operator]
        elif name == "wait":
            wait_for_copy(alias=SAO)
        elif name in {"post", "delete", "rewrite"} and drafts:
            key = drafts.pop(int(values[0]) % len(drafts))  # type: ignore[call-overload]
            _on_draft(str(name), books, key, values)
            (posted if name == "post" else drafts).extend([] if name == "delete" else [key])
        elif name in {"void", "credit"} and posted:
            key = posted[int(values[0]) % len(posted)]  # type: ignore[call-overload]
            if name == "void":
                posted.remove(key)
                books.void(key)
            else:
                books.posted(_items(books, values[1]), kind="credit_note")


def _on_draft(name: str, books: Bookkeeper, key: UUID, values: list[object]) -> None:
    if name == "post":
        books.post(key)
    elif name == "delete":
        books.delete_draft(key)
    else:
        with books.connection.transaction():
            books.run("delete from invoices_line where invoice_id = %s", (key,))
            for position, item in enumerate(_items(books, values[1])):
                books.add_line(key, item, position=position)
            books.run(
                "update invoices_invoice set version = version + 1, country_code = 'VN' where id = %s", (key,)
            )


def _items(books: Bookkeeper, drawn: object) -> list[Item]:
    assert isinstance(drawn, list)
    return [
        Item(net, quantity, None if product < 0 else books.products[product])
        for net, quantity, product in drawn
    ]
