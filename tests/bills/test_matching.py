"""The match of a line (books.md 53): price and quantity apart, tolerance the greater of percent and amount."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.bills.matching import Billed, Match, Ordered, Tolerances, limit_of, match_line

D = Decimal


def match(
    quantity: str, price: str = "10", *, ordered: str = "10", basis: str = "10", before: str = "0",
    currency: str = "GBP", **tolerances: object,
) -> Match:  # fmt: skip
    return match_line(
        Ordered(quantity=D(ordered), basis=D(basis), price=D("10"), currency="GBP"),
        Billed(quantity=D(quantity), price=D(price), currency=currency, before=D(before)),
        Tolerances(**tolerances),  # type: ignore[arg-type]
    )


def test_price_and_quantity_are_reported_apart() -> None:
    assert match("10").outcome == "matched"
    assert match("10", "10.01").outcome == "price"
    assert match("10.5").outcome == "quantity"
    both = match("12", "9.50")
    assert (both.outcome, both.quantity_variance, both.price_variance_minor) == ("both", D(2), -600)
    assert both.matched == 10


@pytest.mark.parametrize(
    "price,percent,minor,passes",
    [("10.10", "1", 0, True), ("10.11", "1", 0, False), ("10.11", "1", 110, True), ("10.12", "1", 110, False),
     ("9.90", "1", 0, True), ("9.89", "1", 0, False), ("10.001", "0", 1, True)],
)  # fmt: skip
def test_the_price_tolerance_is_the_greater_of_percent_and_amount(
    price: str, percent: str, minor: int, passes: bool
) -> None:
    found = match("10", price, price_percent=D(percent), price_minor=minor)
    assert found.is_price_ok is passes
    assert found.is_quantity_ok


@pytest.mark.parametrize(
    "quantity,percent,units,passes",
    [("10.5", "5", "0", True), ("10.51", "5", "0", False), ("11", "5", "1", True), ("11.000001", "5", "1", False)],
)  # fmt: skip
def test_the_quantity_tolerance_is_the_greater_of_percent_and_units(
    quantity: str, percent: str, units: str, passes: bool
) -> None:
    found = match(quantity, quantity_percent=D(percent), quantity_units=D(units))
    assert found.is_quantity_ok is passes


def test_nothing_received_lets_nothing_pass() -> None:
    found = match("1", basis="0", quantity_units=D(5))
    assert (found.outcome, found.matched, found.limit) == ("quantity", 0, 0)


def test_another_currency_is_a_price_exception() -> None:
    assert match("10", currency="EUR").outcome == "price"


def test_a_credit_note_gives_back_what_was_billed_and_no_more() -> None:
    assert match("-4", "3", before="10").outcome == "matched"
    over = match("-4", before="3")
    assert (over.outcome, over.matched, over.quantity_variance) == ("quantity", D(-3), D(-1))


quantities = st.decimals(D("0.001"), D(1000), places=3)


@settings(max_examples=100, deadline=None)
@given(
    quantities, st.lists(quantities, min_size=1, max_size=8), st.decimals(0, 20, places=2),
    st.decimals(0, 5, places=1),
)  # fmt: skip
def test_matched_quantities_never_exceed_the_limit_over_all_documents(
    basis: D, bills: list[D], percent: D, units: D
) -> None:
    """books.md 53."""
    tolerances = Tolerances(quantity_percent=percent, quantity_units=units)
    ordered = Ordered(quantity=basis, basis=basis, price=D(10), currency="GBP")
    before, matched = D(0), D(0)
    for quantity in bills:
        found = match_line(
            ordered, Billed(quantity=quantity, price=D(10), currency="GBP", before=before), tolerances
        )
        matched, before = matched + found.matched, before + quantity
        assert found.is_quantity_ok == (before <= limit_of(basis, tolerances))
        assert found.quantity_variance == max(before - basis, D(0))
    assert matched == min(sum(bills), limit_of(basis, tolerances))
