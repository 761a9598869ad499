"""What pages ask of the revenue copy."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.scope import SYSTEM, open_scope, platform_scope
from apps.readmodels import queries
from apps.readmodels.queries import Ranked, RevenueFilter, whole_months
from tests.changes.bookkeeper import Bookkeeper, Item
from tests.changes.streams import running_relay, wait_for_copy
from tests.factories.tenants import make_company

SAO = "sao"


@pytest.fixture(scope="module")
def books() -> Iterator[Bookkeeper]:
    """A company with documents before, inside and after some months."""
    with platform_scope(SYSTEM):
        company = make_company(database=SAO)
    with Bookkeeper(company) as books, running_relay(SAO):
        hat, scarf, _ = books.products
        for day in (
            date(2025, 12, 31),
            date(2026, 1, 1),
            date(2026, 1, 31),
            date(2026, 2, 14),
            date(2026, 3, 1),
        ):
            books.posted([Item(100, product_id=hat), Item(day.day)], day=day, customer=1)
        books.posted([Item(30, product_id=scarf)], day=date(2026, 2, 1), customer=2, country="FR")
        books.posted([Item(70, product_id=hat)], day=date(2026, 2, 2), kind="credit_note", customer=1)
        books.posted([Item(5)], day=date(2026, 2, 2), currency="EUR")
        books.draft([Item(999)], day=date(2026, 2, 2))
        wait_for_copy(alias=SAO)
        yield books


def products(books: Bookkeeper, first: date, last: date, limit: int = 9) -> list[Ranked]:
    with open_scope(books.company.scope()):
        return queries.list_top_products(RevenueFilter("GBP", first, last), limit=limit)


def test_products_of_whole_months_and_of_the_days_around_them(books: Bookkeeper) -> None:
    hat, scarf, _ = books.products
    whole = products(books, date(2026, 1, 1), date(2026, 2, 28))
    assert whole == [Ranked(hat, 230, 4), Ranked(None, 1 + 31 + 14, 3), Ranked(scarf, 30, 1)]
    around = products(books, date(2025, 12, 31), date(2026, 3, 1))
    assert around == [Ranked(hat, 430, 6), Ranked(None, 31 + 1 + 31 + 14 + 1, 5), Ranked(scarf, 30, 1)]
    assert products(books, date(2026, 1, 31), date(2026, 2, 1), limit=2) == [
        Ranked(hat, 100, 1),
        Ranked(None, 31, 1),
    ]
    assert products(books, date(2026, 2, 14), date(2026, 2, 14)) == [Ranked(hat, 100, 1), Ranked(None, 14, 1)]


def test_customers_and_summary(books: Bookkeeper) -> None:
    wanted = RevenueFilter("GBP", date(2026, 2, 1), date(2026, 2, 28))
    with open_scope(books.company.scope()):
        assert queries.list_top_customers(wanted, limit=5) == [
            Ranked(books.customers[1], 114 - 70, 2),
            Ranked(books.customers[2], 30, 1),
        ]
        found = queries.get_summary(wanted, monthly=True)
        assert found.by_day == {date(2026, 2, 1): 74}
        assert found.by_country == {"GB": 44, "FR": 30}
        assert (found.totals.invoices, found.totals.credit_notes, found.totals.invoiced_minor) == (2, 1, 144)
        assert queries.list_currencies() == ["EUR", "GBP"]


def test_a_version_changes_with_the_tenants_rows_and_not_with_others(books: Bookkeeper) -> None:
    def version() -> str:
        with open_scope(books.company.scope()):
            return queries.get_data_version()

    before = version()
    with Bookkeeper(make_company(database=SAO, roles=())) as other:
        other.posted()
        wait_for_copy(alias=SAO)
        assert version() == before
    books.posted([Item(1)], day=date(2031, 1, 1))
    wait_for_copy(alias=SAO)
    assert version() != before


def test_a_stranger_sees_nothing(books: Bookkeeper) -> None:
    stranger = make_company(database=SAO)
    with open_scope(stranger.scope()):
        wanted = RevenueFilter("GBP", date(2020, 1, 1), date(2030, 1, 1))
        assert queries.list_top_products(wanted, limit=5) == []
        assert queries.list_top_customers(wanted, limit=5) == []
        assert queries.get_summary(wanted, monthly=False).totals.invoices == 0
        assert queries.get_data_version() == ""


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 800))
def test_a_span_falls_into_days_months_days_without_gap_or_overlap(first: date, length: int) -> None:
    last = first + timedelta(days=length)
    begins, ends = whole_months(first, last)
    assert first <= begins <= ends <= last + timedelta(days=1)
    assert begins == ends or (begins.day == 1 and ends.day == 1)
    assert (begins - first).days < 31 or begins == last + timedelta(days=1)
    assert (last - ends).days < 31
