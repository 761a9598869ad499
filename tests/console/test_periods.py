from datetime import date

import pytest

from apps.console.periods import Span, bucket_span, buckets, named_period, read_period, shift_months

TODAY = date(2025, 11, 20)


@pytest.mark.parametrize(
    ("name", "first", "before"),
    [
        ("month", date(2025, 11, 1), Span(date(2025, 10, 1), date(2025, 10, 20))),
        ("30d", date(2025, 10, 22), Span(date(2025, 9, 22), date(2025, 10, 21))),
        ("quarter", date(2025, 10, 1), Span(date(2025, 7, 1), date(2025, 8, 20))),
        ("year", date(2025, 1, 1), Span(date(2024, 1, 1), date(2024, 11, 20))),
        ("12m", date(2024, 12, 1), Span(date(2023, 12, 1), date(2024, 11, 20))),
    ],
)
def test_a_period_ends_today_and_compares_with_the_same_days_before(
    name: str, first: date, before: Span
) -> None:
    period = named_period(name, today=TODAY)
    assert (period.span, period.before) == (Span(first, TODAY), before)


def test_the_last_day_of_a_long_month_compares_with_the_last_day_of_a_short_one() -> None:
    period = named_period("month", today=date(2025, 3, 31))
    assert period.before == Span(date(2025, 2, 1), date(2025, 2, 28))


def test_custom_days_compare_with_as_many_days_before() -> None:
    period = read_period({"period": "custom", "from": "2025-03-10", "to": "2025-03-19"}, today=TODAY)
    assert period.span == Span(date(2025, 3, 10), date(2025, 3, 19))
    assert period.before == Span(date(2025, 2, 28), date(2025, 3, 9))
    assert period.query == "period=custom&from=2025-03-10&to=2025-03-19"


def test_custom_days_in_the_wrong_order_are_turned() -> None:
    period = read_period({"period": "custom", "from": "2025-03-19", "to": "2025-03-10"}, today=TODAY)
    assert period.span == Span(date(2025, 3, 10), date(2025, 3, 19))


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"period": "nonsense"},
        {"period": "custom"},
        {"period": "custom", "from": "2025-02-31", "to": "2025-03-01"},
        {"period": "custom", "from": "0001-01-01", "to": "9999-12-31"},
    ],
)
def test_what_cannot_be_read_becomes_the_last_twelve_months(query: dict[str, str]) -> None:
    assert read_period(query, today=TODAY) == named_period("12m", today=TODAY)


def test_bars_count_by_day_up_to_two_months_and_by_month_above() -> None:
    assert named_period("30d", today=TODAY).grain == "day"
    assert named_period("12m", today=TODAY).grain == "month"
    assert len(buckets(named_period("30d", today=TODAY).span, "day")) == 30
    assert buckets(Span(date(2024, 12, 5), date(2025, 2, 3)), "month") == [
        date(2024, 12, 1), date(2025, 1, 1), date(2025, 2, 1),
    ]  # fmt: skip


def test_the_rows_behind_a_bar_are_cut_to_the_page() -> None:
    within = Span(date(2024, 12, 5), date(2025, 2, 3))
    assert bucket_span(date(2024, 12, 1), "month", within) == Span(date(2024, 12, 5), date(2024, 12, 31))
    assert bucket_span(date(2025, 2, 1), "month", within) == Span(date(2025, 2, 1), date(2025, 2, 3))


def test_shifting_months_keeps_within_the_month() -> None:
    assert shift_months(date(2024, 2, 29), 12) == date(2025, 2, 28)
    assert shift_months(date(2025, 1, 15), -1) == date(2024, 12, 15)
