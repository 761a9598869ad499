"""Totals of documents follow the rules that docs/books.md numbers."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.core.errors import InputError
from apps.core.money import MAX_MINOR, exponent
from apps.documents.arithmetic import (
    PER_CATEGORY,
    PER_LINE,
    document_totals,
    line_net,
    net_price,
    percentage_of,
    pro_rate,
    tax_of,
)
from apps.documents.taxes import category_for


@dataclass
class Row:
    net_minor: int
    tax_rate: Decimal
    tax_category: str = ""

    def __post_init__(self) -> None:
        self.tax_category = self.tax_category or category_for(self.tax_rate)


@dataclass
class Extra:
    is_charge: bool
    amount_minor: int
    tax_rate: Decimal
    tax_category: str = ""

    def __post_init__(self) -> None:
        self.tax_category = self.tax_category or category_for(self.tax_rate)


rates = st.sampled_from([Decimal(0), Decimal(5), Decimal("7.7"), Decimal(8), Decimal(20)])
amounts = st.integers(min_value=-(10**9), max_value=10**9)
rows = st.lists(st.builds(Row, amounts, rates), max_size=30)
extras = st.lists(st.builds(Extra, st.booleans(), amounts, rates), max_size=8)
policies = st.sampled_from([PER_CATEGORY, PER_LINE])
few = settings(max_examples=50, deadline=None)


def half_away(value: Fraction) -> int:
    """Round by the definition, without decimals."""
    size = (2 * abs(value) + 1) // 2
    return int(size) if value >= 0 else -int(size)


def test_books_7_tax_is_made_on_the_sum_of_a_rate_not_line_by_line() -> None:
    lines = [Row(3, Decimal(20)), Row(3, Decimal(20)), Row(3, Decimal(20))]
    totals = document_totals(lines)
    assert (totals.net_minor, totals.tax_minor, totals.total_minor) == (9, 2, 11)
    by_line = document_totals(lines, policy=PER_LINE)
    assert (by_line.tax_minor, by_line.taxes[0].tax_minor, by_line.total_minor) == (3, 3, 12)


def test_rates_written_differently_are_one_rate() -> None:
    totals = document_totals([Row(100, Decimal("20")), Row(100, Decimal("20.0000"))])
    assert [(each.category, each.rate, each.base_minor, each.tax_minor) for each in totals.taxes] == [
        ("S", Decimal(20), 200, 40)
    ]


def test_a_document_without_lines_is_nothing() -> None:
    assert document_totals([]).total_minor == 0


@few
@given(rows, extras, policies, st.randoms(use_true_random=False))
def test_books_15_the_order_of_lines_changes_nothing(
    lines: list[Row], extra: list[Extra], policy: str, chance: Random
) -> None:
    turned, other = list(lines), list(extra)
    chance.shuffle(turned)
    chance.shuffle(other)
    assert document_totals(lines, extra, policy=policy) == document_totals(turned, other, policy=policy)


@few
@given(rows, extras, policies, amounts, st.integers(-99, 99))
def test_books_14_a_document_turned_round_is_its_mirror(
    lines: list[Row], extra: list[Extra], policy: str, prepaid: int, rounding: int
) -> None:
    one = document_totals(lines, extra, policy=policy, prepaid_minor=prepaid, rounding_minor=rounding)
    other = document_totals(
        [Row(-line.net_minor, line.tax_rate) for line in lines],
        [Extra(each.is_charge, -each.amount_minor, each.tax_rate) for each in extra],
        policy=policy, prepaid_minor=-prepaid, rounding_minor=-rounding,
    )  # fmt: skip
    names = ("lines", "allowances", "charges", "net", "tax", "total", "payable", "due")
    for name in names:
        assert getattr(other, f"{name}_minor") == -getattr(one, f"{name}_minor"), name
    assert [(each.category, each.rate, -each.base_minor, -each.tax_minor) for each in other.taxes] == [
        (each.category, each.rate, each.base_minor, each.tax_minor) for each in one.taxes
    ]


@few
@given(rows, extras, policies, amounts, st.integers(-99, 99))
def test_books_3_4_5_8_9_totals_are_sums(
    lines: list[Row], extra: list[Extra], policy: str, prepaid: int, rounding: int
) -> None:
    """BR-CO-10 to BR-CO-16."""
    totals = document_totals(lines, extra, policy=policy, prepaid_minor=prepaid, rounding_minor=rounding)
    assert totals.lines_minor == sum(line.net_minor for line in lines)
    assert totals.allowances_minor == sum(each.amount_minor for each in extra if not each.is_charge)
    assert totals.charges_minor == sum(each.amount_minor for each in extra if each.is_charge)
    assert totals.net_minor == totals.lines_minor - totals.allowances_minor + totals.charges_minor
    assert totals.tax_minor == sum(each.tax_minor for each in totals.taxes)
    assert totals.total_minor == totals.net_minor + totals.tax_minor
    assert totals.due_minor == totals.total_minor - prepaid + rounding


@few
@given(rows, extras, policies)
def test_books_6_7_each_category_and_rate_has_its_base_and_tax(
    lines: list[Row], extra: list[Extra], policy: str
) -> None:
    """BR-S-08, BR-S-09, BR-CO-17 and their siblings, against fractions."""
    totals = document_totals(lines, extra, policy=policy)
    for each in totals.taxes:
        nets = [line.net_minor for line in lines if line.tax_rate == each.rate]
        nets += [x.amount_minor if x.is_charge else -x.amount_minor for x in extra if x.tax_rate == each.rate]
        rate = Fraction(each.rate) / 100
        assert each.base_minor == sum(nets)
        exact = [half_away(net * rate) for net in nets]
        assert each.tax_minor == (sum(exact) if policy == PER_LINE else half_away(sum(nets) * rate))
    assert sum(each.base_minor for each in totals.taxes) == totals.net_minor


@pytest.mark.parametrize(
    "quantity,price,base,currency,net",
    [
        ("3", "0.335", "1", "GBP", 101),
        ("7", "1.115", "1", "GBP", 781),
        ("1", "0.5", "1", "VND", 1),
        ("2", "0.0125", "1", "KWD", 25),
        ("1000", "2.50", "100", "EUR", 2500),
        ("1", "1", "3", "EUR", 33),
        ("-1", "0.005", "1", "EUR", -1),
        ("999999999.123456", "999999999.123456", "123456.123457", "EUR", 810000664569600),
    ],
)
def test_books_1_a_line_is_rounded_once(
    quantity: str, price: str, base: str, currency: str, net: int
) -> None:
    made = line_net(Decimal(quantity), Decimal(price), currency, base_quantity=Decimal(base))
    exact = Fraction(quantity) * Fraction(price) / Fraction(base) * 10 ** exponent(currency)
    assert made == half_away(exact)
    assert made == net or quantity.startswith("999")


decimals = st.decimals(min_value=Decimal("-1e11"), max_value=Decimal("1e11"), places=6)


@few
@given(decimals, decimals.map(abs), decimals.map(abs), st.integers(0, 999), st.integers(0, 999))
def test_books_1_line_net_is_exact_for_any_numbers(
    quantity: Decimal, price: Decimal, base: Decimal, charge: int, allowance: int
) -> None:
    """PEPPOL-R120, R121: nothing is rounded on the way."""
    if base == 0:
        with pytest.raises(InputError):
            line_net(quantity, price, "EUR", base_quantity=base)
        return
    exact = half_away(Fraction(quantity) * Fraction(price) / Fraction(base) * 100)
    if abs(exact) > MAX_MINOR:
        return
    options = {"base_quantity": base, "charges_minor": charge, "allowances_minor": allowance}
    assert line_net(quantity, price, "EUR", **options) == exact + charge - allowance  # type: ignore[arg-type]
    assert line_net(-quantity, price, "EUR", base_quantity=base) == -exact


@few
@given(decimals.map(abs), decimals.map(abs))
def test_books_2_net_price_is_gross_price_less_discount(gross: Decimal, discount: Decimal) -> None:
    """PEPPOL-R046, BR-27, BR-28."""
    if discount > gross:
        with pytest.raises(InputError):
            net_price(gross, discount)
    else:
        assert net_price(gross, discount) + discount == gross
        assert net_price(gross, discount) >= 0


def test_books_2_no_price_is_negative() -> None:
    for pair in ((Decimal(-1), Decimal(0)), (Decimal(1), Decimal(-1))):
        with pytest.raises(InputError) as refused:
            net_price(*pair)
        assert refused.value.code == "negative_price"


@few
@given(amounts, st.decimals(min_value=0, max_value=1000, places=6))
def test_books_11_a_percentage_is_base_times_percentage_over_a_hundred(base: int, percent: Decimal) -> None:
    """PEPPOL-R040 to R042."""
    assert percentage_of(base, percent) == half_away(base * Fraction(percent) / 100)
    assert percentage_of(-base, percent) == -percentage_of(base, percent)


@few
@given(amounts, st.lists(st.integers(0, 10**9).map(Decimal), min_size=1, max_size=40))
def test_books_19_pro_rating_sums_exactly_and_is_fair(minor: int, weights: list[Decimal]) -> None:
    if sum(weights) == 0:
        with pytest.raises(InputError):
            pro_rate(minor, weights)
        return
    parts = pro_rate(minor, weights)
    assert sum(parts) == minor
    assert pro_rate(-minor, weights) == [-part for part in parts]
    whole = Fraction(sum(weights))
    assert all(
        abs(part - Fraction(weight) * minor / whole) < 1 for part, weight in zip(parts, weights, strict=True)
    )


def test_books_13_every_total_is_a_whole_number_of_minor_units() -> None:
    """BR-DEC-01 to 28: amounts are integers of the smallest unit, so none has more decimals than its currency."""
    totals = document_totals([Row(333, Decimal("7.7"))], [Extra(False, 33, Decimal("7.7"))])
    names = ("lines", "allowances", "charges", "net", "tax", "total", "payable", "due")
    assert {type(getattr(totals, f"{name}_minor")) for name in names} == {int}


def test_tax_of_half_a_cent_goes_away_from_zero() -> None:
    assert (tax_of(25, Decimal(10)), tax_of(-25, Decimal(10))) == (3, -3)


def test_not_subject_to_tax_stands_alone() -> None:
    """BR-O-11 to 14."""
    alone = document_totals([Row(100, Decimal(0), "O"), Row(50, Decimal(0), "O")])
    assert [(each.category, each.base_minor, each.tax_minor) for each in alone.taxes] == [("O", 150, 0)]
    with pytest.raises(InputError) as refused:
        document_totals([Row(100, Decimal(0), "O"), Row(50, Decimal(20))])
    assert refused.value.code == "category_alone"


def test_a_total_that_does_not_fit_is_refused() -> None:
    with pytest.raises(InputError) as refused:
        document_totals([Row(MAX_MINOR, Decimal(0)), Row(1, Decimal(0))])
    assert refused.value.code == "amount_too_large"
