"""Payment terms: due dates, instalments, early-payment discount."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.core.errors import InputError
from apps.documents.terms import (
    Step,
    Terms,
    discount_of,
    discount_until,
    due_date_of,
    instalments_of,
    plan_of,
)

DAY = date(2026, 1, 30)


def test_a_document_is_due_after_its_days_or_at_the_end_of_that_month() -> None:
    assert due_date_of(Terms(days=30), DAY) == date(2026, 3, 1)
    assert due_date_of(Terms(days=10, is_end_of_month=True), DAY) == date(2026, 2, 28)
    assert due_date_of(Terms(days=0), DAY) == DAY


def test_with_instalments_the_last_one_is_the_due_date() -> None:
    terms = Terms(steps=(Step(30, Decimal(50)), Step(90, Decimal(50))))
    assert due_date_of(terms, DAY) == date(2026, 4, 30)
    assert plan_of(terms, DAY) == [(date(2026, 3, 1), Decimal(50)), (date(2026, 4, 30), Decimal(50))]


@settings(max_examples=50, deadline=None)
@given(st.integers(-(10**12), 10**12), st.lists(st.integers(1, 1000), min_size=1, max_size=36))
def test_books_19_instalments_sum_to_the_total(payable: int, shares: list[int]) -> None:
    plan = [(date(2026, 1, 1).replace(year=2026 + n), Decimal(share)) for n, share in enumerate(shares)]
    made = instalments_of(payable, plan)
    assert sum(each.amount_minor for each in made) == payable
    assert [each.due_date for each in made] == sorted(day for day, _ in plan)


def test_instalments_that_cannot_be_are_refused() -> None:
    for plan, code in (
        ([(DAY, Decimal(1)), (DAY, Decimal(2))], "same_day"),
        ([(DAY, Decimal(0))], "out_of_range"),
        ([(DAY.replace(year=2026 + n), Decimal(1)) for n in range(61)], "too_many"),
    ):
        with pytest.raises(InputError) as refused:
            instalments_of(100, plan)
        assert refused.value.code == code
    assert instalments_of(100, []) == []


def test_the_discount_for_paying_soon() -> None:
    terms = Terms(discount_percent=Decimal(2), discount_days=10)
    assert discount_until(terms, DAY) == date(2026, 2, 9)
    assert discount_until(Terms(), DAY) is None
    assert discount_of(12_345, Decimal(2)) == 247
