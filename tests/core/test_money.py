"""Money is exact: rounding half away from zero, spreading without loss, amounts that fit."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.errors import InputError
from apps.core.money import MAX_MINOR, check_decimal, exponent, from_minor, spread, to_minor

amounts = st.decimals(min_value=-(10**12), max_value=10**12, places=6, allow_nan=False)


@pytest.mark.parametrize(
    "currency,digits", [("GBP", 2), ("BRL", 2), ("VND", 0), ("JPY", 0), ("KWD", 3), ("BHD", 3), ("CLP", 0)]
)
def test_a_currency_has_its_decimals(currency: str, digits: int) -> None:
    assert exponent(currency) == digits


@pytest.mark.parametrize("currency", ["", "gbp", "XX", "QQQ", "£"])
def test_what_is_no_currency_is_refused(currency: str) -> None:
    with pytest.raises(InputError) as refused:
        exponent(currency)
    assert (refused.value.code, refused.value.field) == ("unknown_currency", "currency")


@pytest.mark.parametrize(
    "value,minor",
    [("0.005", 1), ("0.0049", 0), ("-0.005", -1), ("2.675", 268), ("1.005", 101), ("-2.5", -250)],
)
def test_half_a_cent_goes_away_from_zero(value: str, minor: int) -> None:
    assert to_minor(Decimal(value), "GBP") == minor


def test_an_amount_that_does_not_fit_is_refused() -> None:
    assert to_minor(Decimal(MAX_MINOR), "VND") == MAX_MINOR
    with pytest.raises(InputError) as refused:
        to_minor(Decimal(MAX_MINOR + 1), "VND")
    assert refused.value.code == "amount_too_large"


@given(amounts)
def test_rounding_mirrors_its_sign(value: Decimal) -> None:
    assert to_minor(-value, "GBP") == -to_minor(value, "GBP")


@given(st.integers(min_value=-MAX_MINOR, max_value=MAX_MINOR), st.sampled_from(["GBP", "VND", "KWD"]))
def test_minor_units_come_back_as_they_were(minor: int, currency: str) -> None:
    assert to_minor(from_minor(minor, currency), currency) == minor


@given(
    st.integers(min_value=-(10**12), max_value=10**12),
    st.lists(st.decimals(min_value=0, max_value=10**6, places=2), min_size=1, max_size=20),
)
def test_spreading_loses_nothing_and_is_fair(minor: int, weights: list[Decimal]) -> None:
    if sum(weights) == 0:
        with pytest.raises(InputError):
            spread(minor, weights)
        return
    parts = spread(minor, weights)
    assert sum(parts) == minor
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - weight * minor / sum(weights)) < Decimal("1.000001")


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "sNaN"])
def test_what_is_no_number_is_refused(value: str) -> None:
    with pytest.raises(InputError) as refused:
        check_decimal(Decimal(value), field="quantity")
    assert refused.value.code == "not_a_number"


@pytest.mark.parametrize(
    "value,code", [("1.0000001", "too_many_decimals"), ("1e12", "out_of_range"), ("-0.1", "out_of_range")]
)
def test_a_number_that_the_books_cannot_hold_is_refused(value: str, code: str) -> None:
    with pytest.raises(InputError) as refused:
        check_decimal(Decimal(value), field="unit_price", minimum=Decimal(0))
    assert (refused.value.code, refused.value.field) == (code, "unit_price")


def test_zeros_behind_the_point_are_no_decimals() -> None:
    assert check_decimal(Decimal("5.1000000000"), field="quantity") == Decimal("5.1")
