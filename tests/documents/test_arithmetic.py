"""Totals of documents follow the rules that docs/books.md numbers."""

from dataclasses import dataclass
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.errors import InputError
from apps.core.money import MAX_MINOR
from apps.documents.arithmetic import document_totals, line_net, tax_of


@dataclass
class Row:
    net_minor: int
    tax_rate: Decimal


rates = st.sampled_from([Decimal(0), Decimal(5), Decimal("7.7"), Decimal(8), Decimal(20)])
rows = st.lists(st.builds(Row, st.integers(min_value=-(10**9), max_value=10**9), rates), max_size=30)


def test_books_7_tax_is_made_on_the_sum_of_a_rate_not_line_by_line() -> None:
    totals = document_totals([Row(3, Decimal(20)), Row(3, Decimal(20)), Row(3, Decimal(20))])
    assert (totals.net_minor, totals.tax_minor, totals.total_minor) == (9, 2, 11)  # line by line: 1 + 1 + 1


def test_rates_written_differently_are_one_rate() -> None:
    totals = document_totals([Row(100, Decimal("20")), Row(100, Decimal("20.0000"))])
    assert totals.taxes == ((Decimal("2E+1"), 200, 40),)


def test_a_document_without_lines_is_nothing() -> None:
    assert document_totals([]).total_minor == 0


@given(rows)
def test_books_15_the_order_of_lines_changes_nothing(lines: list[Row]) -> None:
    assert document_totals(lines) == document_totals(list(reversed(lines)))


@given(rows)
def test_books_14_a_document_turned_round_is_its_mirror(lines: list[Row]) -> None:
    one = document_totals(lines)
    other = document_totals([Row(-line.net_minor, line.tax_rate) for line in lines])
    assert (other.net_minor, other.tax_minor) == (-one.net_minor, -one.tax_minor)


@given(rows)
def test_books_8_totals_are_sums(lines: list[Row]) -> None:
    totals = document_totals(lines)
    assert totals.net_minor == sum(line.net_minor for line in lines)
    assert totals.tax_minor == sum(tax for _, _, tax in totals.taxes)
    assert totals.total_minor == totals.net_minor + totals.tax_minor


@pytest.mark.parametrize(
    "quantity,price,currency,net",
    [
        ("3", "0.335", "GBP", 101),
        ("7", "1.115", "GBP", 781),
        ("1", "0.5", "VND", 1),
        ("2", "0.0125", "KWD", 25),
    ],
)
def test_books_1_a_line_is_rounded_once(quantity: str, price: str, currency: str, net: int) -> None:
    assert line_net(Decimal(quantity), Decimal(price), currency) == net


def test_tax_of_half_a_cent_goes_away_from_zero() -> None:
    assert (tax_of(25, Decimal(10)), tax_of(-25, Decimal(10))) == (3, -3)


def test_a_total_that_does_not_fit_is_refused() -> None:
    with pytest.raises(InputError) as refused:
        document_totals([Row(MAX_MINOR, Decimal(0)), Row(1, Decimal(0))])
    assert refused.value.code == "amount_too_large"
