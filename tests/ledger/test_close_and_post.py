"""Closing and posting at the same moment: both cannot win (books.md 34). Threads with connections of their own."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import Any

from django.db import connections

from apps.core import clock
from apps.core.db import write
from apps.core.ids import new_id
from apps.core.scope import open_scope
from apps.ledger.accounts import ensure_chart
from apps.ledger.closing import close_month
from apps.ledger.models import Account, AccountRole, Entry, Period
from apps.ledger.operations import post_by_hand
from apps.ledger.posting import AlreadyPosted, AlreadyReversed, PeriodClosed
from apps.ledger.queries import get_trial_balance
from tests.factories.ledgers import book, credit, debit, entry_of, take_back
from tests.factories.tenants import Company

NOW = datetime(2026, 6, 10, 12, tzinfo=UTC)


def together(company: Company, *works: Callable[[], Any]) -> list[Any]:
    """Run works at the same moment, each in a thread with a scope and connections of its own."""
    start = threading.Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        with open_scope(company.scope()):
            try:
                start.wait(20)
                return work()
            except (PeriodClosed, AlreadyPosted, AlreadyReversed) as refused:
                return refused.code
            finally:
                connections.close_all()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def test_an_entry_is_either_in_the_closed_month_or_refused(company: Company) -> None:
    """books.md 34: whatever the order, the kept report holds exactly the entries of the month."""
    with open_scope(company.scope()):
        book(entry_of())

    def post() -> list[str]:
        told = []
        for _ in range(6):
            try:
                told.append(book(entry_of(debit("bank", 100), credit("revenue", 100))).source_kind)
            except PeriodClosed as refused:
                told.append(refused.code)
        return told

    def close() -> str:
        time.sleep(0.02)
        return str(close_month(year=2026, month=3, actor=company.actor(), now=NOW))

    *told, closed = together(company, post, post, post, close)

    posted = sum(answers.count("invoice") for answers in told)
    with open_scope(company.scope()):
        period = Period.objects.get()
        assert closed == "2026-03"
        assert period.entry_count == Entry.objects.count() == posted + 1
        assert period.turnover_minor == 1200 + 100 * posted
        assert get_trial_balance(last_day=date(2026, 3, 31)).difference_minor == 0
    assert all(answers == sorted(answers, key="period_closed".__eq__) for answers in told)


def test_a_closer_waits_for_who_is_posting(company: Company) -> None:
    with open_scope(company.scope()):
        book(entry_of())
    is_posting, order = threading.Event(), []

    def post() -> None:
        with write():
            book(entry_of())
            is_posting.set()
            time.sleep(0.3)
            order.append("posted")

    def close() -> None:
        assert is_posting.wait(20)
        close_month(year=2026, month=3, actor=company.actor(), now=NOW)
        order.append("closed")

    together(company, post, close)

    with open_scope(company.scope()):
        assert (order, Period.objects.get().entry_count) == (["posted", "closed"], 2)


def test_who_posts_waits_for_the_closer_and_is_refused(company: Company) -> None:
    with open_scope(company.scope()):
        book(entry_of())
    is_closing = threading.Event()

    def close() -> str:
        with write():
            close_month(year=2026, month=3, actor=company.actor(), now=NOW)
            is_closing.set()
            time.sleep(0.3)
        return "closed"

    def post() -> str:
        assert is_closing.wait(20)
        book(entry_of())
        return "posted"

    assert together(company, close, post) == ["closed", "period_closed"]


def test_one_tenant_closing_holds_up_no_other(company: Company, stranger: Company) -> None:
    is_closing, has_posted = threading.Event(), threading.Event()
    with open_scope(company.scope()):
        book(entry_of())

    def close() -> str:
        with write():
            close_month(year=2026, month=3, actor=company.actor(), now=NOW)
            is_closing.set()
            assert has_posted.wait(20)
        return "closed"

    def post() -> str:
        assert is_closing.wait(20)
        with open_scope(stranger.scope()):
            book(entry_of())
        has_posted.set()
        return "posted"

    assert together(company, close, post) == ["closed", "posted"]


def test_one_of_many_that_post_the_same_document_wins(company: Company) -> None:
    """books.md 32."""
    source = new_id()
    told = together(company, *[lambda: book(entry_of(source_id=source)).kind] * 4)

    assert sorted(told) == ["already_posted"] * 3 + ["sales"]


def test_one_of_many_that_reverse_wins(company: Company) -> None:
    """books.md 32."""
    with open_scope(company.scope()):
        entry = book(entry_of())
    told = together(company, *[lambda: take_back(entry).kind] * 4)

    assert sorted(told) == ["already_reversed"] * 3 + ["reversal"]


def test_a_chart_made_by_many_at_once_is_one_chart(company: Company) -> None:
    together(company, *[lambda: ensure_chart(actor=company.actor(), now=clock.now())] * 4)

    with open_scope(company.scope()):
        assert (Account.objects.count(), AccountRole.objects.count()) == (30, 18)


def test_numbers_of_entries_by_hand_have_no_hole(company: Company) -> None:
    def write_one() -> str:
        return post_by_hand(
            entry_date=date(2026, 3, 14), lines=(debit("6100", 5), credit("bank", 5)), text="Rent",
            actor=company.actor(), now=NOW,
        ).source_number  # fmt: skip

    with open_scope(company.scope()):
        ensure_chart(actor=company.actor(), now=NOW)
    told = together(company, *[write_one] * 5)

    assert sorted(told) == [f"GJ-2026-{number:06d}" for number in range(1, 6)]
