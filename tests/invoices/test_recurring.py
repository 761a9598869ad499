"""Invoices that come again: their days, each period once, also under concurrency and after faults."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connections
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.core import clock
from apps.core.errors import DomainError, NotFound
from apps.core.scope import open_scope
from apps.documents.entry import AdjustmentInput
from apps.invoices.inputs import LineInput
from apps.invoices.models import INTERVALS, Invoice, RecurringInvoice, RecurringRun
from apps.invoices.recurring import (
    RecurringInput,
    change_recurring,
    create_recurring,
    make_due,
    pause_recurring,
)
from apps.invoices.schedule import next_date, nth_date
from apps.invoices.tasks import make_recurring_task
from tests.factories.books import line, make_customer
from tests.factories.tenants import Company

FIRST = date(2026, 1, 31)


def by(company: Company) -> dict[str, Any]:
    return {"actor": company.actor(), "now": clock.now()}


def rent(**changes: Any) -> RecurringInput:
    shared: dict[str, Any] = {
        "name": "Rent", "currency": "GBP", "every": "month", "first_date": FIRST,
        "lines": [LineInput("Rent", Decimal(1), Decimal("500.50"), Decimal(20), unit="MON")],
        "adjustments": [AdjustmentInput(percent=Decimal(10), reason="Friends")],
    }  # fmt: skip
    if "customer_id" not in changes:
        changes["customer_id"] = make_customer().id
    return RecurringInput(**shared | changes)


def days() -> list[date]:
    return list(Invoice.objects.order_by("issue_date").values_list("issue_date", flat=True))


@settings(max_examples=50, deadline=None)
@given(
    st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.sampled_from(list(INTERVALS)), st.integers(0, 99),
    st.integers(0, 40),
)  # fmt: skip
def test_days_of_a_schedule_rise_and_keep_the_day_of_the_month(
    first: date, every: str, number: int, after: int
) -> None:
    day, later = nth_date(first, every, number), nth_date(first, every, number + 1)
    assert first <= day < later
    assert every == "week" or day.day == first.day or (day + timedelta(days=1)).day == 1
    assert next_date(first, every, day) == later
    between = min(day + timedelta(days=after), later - timedelta(days=1))
    assert next_date(first, every, between) == later
    assert next_date(first, every, first - timedelta(days=1)) == first


def test_what_is_due_is_made_once_and_what_was_missed_is_made_up(in_company: Company) -> None:
    create_recurring(recurring=rent(), **by(in_company))
    assert make_due(today=date(2026, 1, 30), **by(in_company)) == []
    assert len(make_due(today=date(2026, 3, 31), **by(in_company))) == 3
    assert make_due(today=date(2026, 3, 31), **by(in_company)) == []
    assert days() == [FIRST, date(2026, 2, 28), date(2026, 3, 31)]
    made = Invoice.objects.order_by("issue_date")[0]
    # 10 % off 500.50 is 50.05; 20 % of 450.45 is 90.09.
    assert (made.state, made.net_minor, made.tax_minor, made.source) == ("draft", 45045, 9009, "recurring")
    assert made.due_date == FIRST + timedelta(days=30)


def test_it_ends_pauses_and_goes_on(in_company: Company) -> None:
    row = create_recurring(recurring=rent(end_date=date(2026, 3, 1)), **by(in_company))
    pause_recurring(recurring_id=row.id, is_paused=True, **by(in_company))
    assert make_due(today=date(2027, 1, 1), **by(in_company)) == []
    pause_recurring(recurring_id=row.id, is_paused=False, **by(in_company))
    assert len(make_due(today=date(2027, 1, 1), **by(in_company))) == 2
    assert days() == [FIRST, date(2026, 2, 28)]


def test_it_posts_itself_and_says_why_it_could_not(in_company: Company) -> None:
    create_recurring(recurring=rent(posts_itself=True), **by(in_company))
    create_recurring(recurring=rent(posts_itself=True, currency="VND", adjustments=()), **by(in_company))
    make_due(today=FIRST, **by(in_company))
    assert sorted(Invoice.objects.values_list("currency", "state")) == [("GBP", "posted"), ("VND", "draft")]
    problems = RecurringRun.objects.order_by("problem").values_list("problem", flat=True)
    assert problems[0] == ""
    assert "rate" in problems[1]


def test_a_template_that_cannot_be_made_pauses_and_stops_no_other(in_company: Company) -> None:
    row = create_recurring(recurring=rent(), **by(in_company))
    RecurringInvoice.objects.filter(id=row.id).update(terms="GONE")
    create_recurring(recurring=rent(), **by(in_company))
    assert len(make_due(today=FIRST, **by(in_company))) == 1
    row.refresh_from_db()
    assert (row.is_paused, row.problem) == (True, "There are no payment terms “GONE”.")


def test_a_change_keeps_periods_that_had_their_invoice(in_company: Company) -> None:
    row = create_recurring(recurring=rent(), **by(in_company))
    make_due(today=FIRST, **by(in_company))
    changed = change_recurring(recurring_id=row.id, recurring=rent(every="week"), version=1, **by(in_company))
    assert changed.next_date == FIRST + timedelta(weeks=1)
    with pytest.raises(DomainError) as refused:
        change_recurring(recurring_id=row.id, recurring=rent(), version=1, **by(in_company))
    assert refused.value.code == "stale_version"


def test_parallel_runs_make_each_period_once(company: Company) -> None:
    with open_scope(company.scope()):
        for _ in range(3):
            create_recurring(recurring=rent(posts_itself=True), **by(company))

    def run(_: int) -> int:
        with open_scope(company.scope()):
            try:
                return len(make_due(today=date(2026, 4, 30), **by(company)))
            finally:
                connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(run, range(4)))
    with open_scope(company.scope()):
        make_due(today=date(2026, 4, 30), **by(company))
        assert sum(counts) <= Invoice.objects.count() == RecurringRun.objects.count() == 12
        assert len(set(Invoice.objects.values_list("number", flat=True))) == 12


def test_the_system_makes_them_in_every_tenant_and_a_stranger_none(
    company: Company, stranger: Company
) -> None:
    with open_scope(company.scope()):
        row = create_recurring(recurring=rent(end_date=FIRST), **by(company))
    with open_scope(stranger.scope()), pytest.raises(NotFound):
        pause_recurring(recurring_id=row.id, is_paused=True, **by(stranger))
    make_recurring_task()
    with open_scope(company.scope()):
        assert days() == [FIRST]
    with open_scope(stranger.scope()):
        assert days() == []


@pytest.mark.parametrize(
    "changes,code",
    [
        ({"every": "day"}, "unknown_interval"),
        ({"end_date": date(2026, 1, 1)}, "end_before_start"),
        ({"lines": []}, "no_lines"),
        ({"lines": [line("1", "-1")]}, "out_of_range"),
        ({"terms": "NONE"}, "unknown_terms"),
        ({"name": " "}, "missing"),
    ],
)
def test_what_cannot_come_is_refused(in_company: Company, changes: dict[str, Any], code: str) -> None:
    with pytest.raises(DomainError) as refused:
        create_recurring(recurring=rent(**changes), **by(in_company))
    assert refused.value.code == code
    assert not RecurringInvoice.objects.exists()
