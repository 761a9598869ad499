"""From what is entered to amounts: prices, allowances and charges."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.core.errors import InputError
from apps.documents.arithmetic import document_totals
from apps.documents.entry import (
    AdjustmentInput,
    LineInput,
    PricedLine,
    price_line,
    read_adjustment,
    spread_adjustment,
)


def priced(**given: Any) -> PricedLine:
    shared = {
        "description": "Lantern",
        "quantity": Decimal(3),
        "unit_price": Decimal(10),
        "tax_rate": Decimal(20),
    }
    return price_line(LineInput(**{**shared, **given}), "GBP", place="lines[0].")


def refused(**given: Any) -> str:
    with pytest.raises(InputError) as caught:
        priced(**given)
    return f"{caught.value.field} {caught.value.code}"


def test_books_1_a_line_with_base_quantity_charge_and_allowance() -> None:
    """PEPPOL-R120: 1000 at 2.50 for 100, 10 % off, 1.20 for packing."""
    line = priced(
        quantity=Decimal(1000), unit_price=Decimal("2.50"), base_quantity=Decimal(100),
        adjustments=(
            AdjustmentInput(percent=Decimal(10)),
            AdjustmentInput(is_charge=True, amount=Decimal("1.20"), reason="Packing"),
        ),
    )  # fmt: skip
    assert (line.gross_minor, line.net_minor) == (2500, 2500 - 250 + 120)
    assert [(each.amount_minor, each.base_minor, each.reason) for each in line.adjustments] == [
        (250, 2500, "Discount"),
        (120, None, "Packing"),
    ]


def test_books_2_gross_price_and_discount_make_the_net_price() -> None:
    """PEPPOL-R046."""
    line = priced(unit_price=None, gross_price=Decimal("12.50"), price_discount=Decimal("2.75"))
    assert (line.unit_price, line.net_minor) == (Decimal("9.75"), 2925)
    assert priced(unit_price=None, gross_price=Decimal(5)).price_discount == 0


@pytest.mark.parametrize(
    "given,told",
    [
        ({"unit_price": None}, "lines[0].unit_price missing"),
        ({"unit_price": Decimal(-1)}, "lines[0].unit_price out_of_range"),
        ({"gross_price": Decimal(12), "price_discount": Decimal(1)}, "lines[0].unit_price price_differs"),
        ({"gross_price": Decimal(1), "price_discount": Decimal(2)}, "lines[0].price_discount discount_too_large"),
        ({"price_discount": Decimal(2)}, "lines[0].gross_price missing"),
        ({"base_quantity": Decimal(0)}, "lines[0].base_quantity out_of_range"),
        ({"quantity": Decimal("NaN")}, "lines[0].quantity not_a_number"),
        ({"unit": "hours"}, "lines[0].unit unknown_unit"),
        ({"adjustments": (AdjustmentInput(),)}, "lines[0].adjustments[0].amount missing"),
        ({"adjustments": (AdjustmentInput(amount=Decimal(-1)),)}, "lines[0].adjustments[0].amount out_of_range"),
        ({"adjustments": (AdjustmentInput(amount=Decimal("0.001")),)},
         "lines[0].adjustments[0].amount too_many_decimals"),
        ({"adjustments": (AdjustmentInput(True, Decimal(1)),)}, "lines[0].adjustments[0].reason missing"),
        ({"adjustments": (AdjustmentInput(amount=Decimal(1), percent=Decimal(10)),)},
         "lines[0].adjustments[0].amount percentage_differs"),
        ({"adjustments": (AdjustmentInput(amount=Decimal(1)),) * 51}, "lines[0].adjustments too_many"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told_at_its_field(given: dict[str, Any], told: str) -> None:
    assert refused(**given) == told


@settings(max_examples=50, deadline=None)
@given(st.integers(-(10**9), 10**9), st.decimals(min_value=0, max_value=100, places=4))
def test_books_11_an_allowance_by_percentage_is_exact_and_may_be_stated(base: int, percent: Decimal) -> None:
    """PEPPOL-R040 to R042; our own documents are exact (books.md 18)."""
    made = read_adjustment(AdjustmentInput(percent=percent), base, "EUR", place="")
    mirrored = read_adjustment(AdjustmentInput(percent=percent), -base, "EUR", place="")
    assert (mirrored.amount_minor, mirrored.base_minor) == (-made.amount_minor, -base)
    if base >= 0:
        stated = AdjustmentInput(percent=percent, amount=Decimal(made.amount_minor) / 100)
        assert read_adjustment(stated, base, "EUR", place="") == made


lines = st.lists(
    st.builds(
        lambda quantity, price, rate: price_line(LineInput("x", quantity, price, rate), "EUR"),
        st.integers(1, 50).map(Decimal),
        st.decimals(min_value=Decimal("0.01"), max_value=999, places=3),
        st.sampled_from([Decimal(0), Decimal(5), Decimal(20)]),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=50, deadline=None)
@given(lines, st.integers(0, 10**6))
def test_books_19_a_document_allowance_is_spread_over_categories_to_the_cent(
    rows: list[PricedLine], minor: int
) -> None:
    entered = AdjustmentInput(amount=Decimal(minor) / 100)
    parts = spread_adjustment(entered, rows, "EUR", place="")
    assert sum(each.amount_minor for each in parts) == minor
    totals = document_totals(rows, parts)
    assert (totals.allowances_minor, totals.net_minor) == (minor, totals.lines_minor - minor)


@settings(max_examples=50, deadline=None)
@given(lines, st.decimals(min_value=0, max_value=100, places=2))
def test_books_11_a_document_percentage_is_made_in_each_category(
    rows: list[PricedLine], percent: Decimal
) -> None:
    for each in spread_adjustment(AdjustmentInput(percent=percent), rows, "EUR", place=""):
        base = sum(line.net_minor for line in rows if line.tax_rate == each.tax_rate)
        again = read_adjustment(AdjustmentInput(percent=percent), base, "EUR", place="")
        assert (each.base_minor, each.amount_minor) == (base, again.amount_minor)


def test_a_document_charge_may_have_a_category_of_its_own() -> None:
    rows = [priced(), priced(tax_rate=Decimal(0))]
    entered = AdjustmentInput(True, Decimal(5), reason="Freight", tax_rate=Decimal(5))
    [freight] = spread_adjustment(entered, rows, "GBP", place="")
    assert (freight.tax_category, freight.tax_rate, freight.amount_minor) == ("S", 5, 500)
    assert [each.base_minor for each in document_totals(rows, [freight]).taxes] == [3000, 500, 3000]
