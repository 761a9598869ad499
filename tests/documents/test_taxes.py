"""Tax categories: their rates, their reasons (books.md 10)."""

from decimal import Decimal

import pytest

from apps.core.errors import InputError
from apps.documents.taxes import CATEGORIES, Tax, read_tax, tax_code

WITHOUT_TAX = ("Z", "E", "AE", "G", "K", "O")


def code_of(**given: object) -> str:
    with pytest.raises(InputError) as refused:
        read_tax(place="lines[0].", **given)  # type: ignore[arg-type]
    return f"{refused.value.field} {refused.value.code}"


def test_books_10_the_standard_rate_is_above_zero_and_has_no_reason() -> None:
    """BR-S-05, BR-S-10."""
    assert read_tax(category="S", rate=Decimal(20)) == Tax("S", Decimal(20))
    assert code_of(category="S", rate=Decimal(0)) == "lines[0].tax_rate rate_not_positive"
    assert (
        code_of(category="S", rate=Decimal(20), reason="None")
        == "lines[0].exemption_reason reason_not_wanted"
    )


@pytest.mark.parametrize("category", WITHOUT_TAX)
def test_books_10_every_other_category_carries_no_tax(category: str) -> None:
    """BR-Z/E/AE/G/IC/O-05."""
    assert code_of(category=category, rate=Decimal("0.0001")) == "lines[0].tax_rate rate_not_zero"


@pytest.mark.parametrize("category", [each for each in WITHOUT_TAX if each != "Z"])
def test_books_10_every_category_but_zero_rated_says_why(category: str) -> None:
    """BR-E/AE/G/IC/O-10: a reason or its code."""
    said = read_tax(category=category, rate=Decimal(0), reason="Article 132")
    assert said == Tax(category, Decimal(0), "Article 132")
    coded = read_tax(category=category, rate=Decimal(0), reason_code="vatex-eu-132")
    assert coded == Tax(category, Decimal(0), "", "VATEX-EU-132")
    if category == "E":
        assert code_of(category="E", rate=Decimal(0)) == "lines[0].exemption_reason reason_missing"
    else:
        usual = CATEGORIES[category]
        assert read_tax(category=category, rate=Decimal(0)) == Tax(
            category, Decimal(0), usual.reason, usual.reason_code
        )


def test_books_10_zero_rated_has_no_reason() -> None:
    """BR-Z-10."""
    assert (
        code_of(category="Z", rate=Decimal(0), reason_code="X")
        == "lines[0].exemption_reason reason_not_wanted"
    )


@pytest.mark.parametrize("category", ["L", "M"])
def test_island_taxes_take_any_rate_and_no_reason(category: str) -> None:
    """BR-IG-05, BR-IP-05, BR-IG-10, BR-IP-10."""
    assert read_tax(category=category, rate=Decimal(0)).rate == 0
    assert read_tax(category=category, rate=Decimal(7)).rate == 7
    assert (
        code_of(category=category, rate=Decimal(7), reason="x")
        == "lines[0].exemption_reason reason_not_wanted"
    )


def test_a_line_without_category_is_standard_or_zero_rated() -> None:
    assert [read_tax(category="", rate=Decimal(rate)).category for rate in (0, 20)] == ["Z", "S"]


def test_an_unknown_category_or_rate_is_refused() -> None:
    assert code_of(category="XX", rate=Decimal(0)) == "lines[0].tax_category unknown_category"
    assert code_of(category="S", rate=Decimal(101)) == "lines[0].tax_rate out_of_range"
    assert code_of(category="S", rate=Decimal("1.00001")) == "lines[0].tax_rate too_many_decimals"


def test_the_ledgers_code_names_category_and_rate() -> None:
    assert [tax_code("S", Decimal("20.0000")), tax_code("Z", Decimal(0)), tax_code("S", Decimal("7.70"))] == [
        "S-20",
        "Z-0",
        "S-7.7",
    ]
