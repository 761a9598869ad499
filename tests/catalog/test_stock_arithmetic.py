"""Values at moving average cost, and which lots leave."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import hypothesis.strategies as st
from hypothesis import given, settings

from apps.catalog.stock.lots import Holding, pick
from apps.catalog.stock.valuation import at_average, average_cost, cost_of, share_of

MICRO = st.integers(1, 10**9).map(lambda n: Decimal(n) / 10**6)
FIRST = date(2026, 1, 1)
HOLDINGS = st.lists(
    st.tuples(st.none() | st.integers(0, 400), MICRO), max_size=8
).map(lambda rows: [Holding(UUID(int=n), None if d is None else FIRST + timedelta(d), q)
                    for n, (d, q) in enumerate(rows, start=1)])  # fmt: skip


@given(on_hand=MICRO, value=st.integers(0, 10**15), cuts=st.lists(st.integers(1, 99), max_size=6))
@settings(max_examples=200, deadline=None)
def test_parts_take_the_value_of_the_whole(on_hand: Decimal, value: int, cuts: list[int]) -> None:
    left, worth = on_hand, value
    for cut in cuts:
        part = (left * cut / 100).quantize(Decimal("0.000001"))
        if not 0 < part < left:
            continue
        taken = share_of(part, left, worth)
        # Never off by more than half a minor unit from the exact share.
        assert abs(Decimal(taken) - Decimal(worth) * part / left) <= Decimal("0.5001")
        left, worth = left - part, worth - taken
        assert worth >= 0
    assert share_of(left, left, worth) == worth


def test_values_round_half_away_from_zero_once() -> None:
    assert [cost_of(Decimal("0.5"), Decimal(cost), "GBP") for cost in ("0.01", "0.03", "0.029999")] == [
        1,
        2,
        1,
    ]
    assert cost_of(Decimal(3), Decimal("33.5"), "JPY") == 101
    assert cost_of(Decimal("999999999999"), Decimal("0.333333"), "KWD") == 333332999999667
    assert at_average(Decimal(1), Decimal(0), 0) == 0
    assert average_cost(Decimal(3), 1000, "GBP") == Decimal("3.333333")
    assert average_cost(Decimal(0), 0, "GBP") is None


@given(holdings=HOLDINGS, loose=st.just(Decimal(0)) | MICRO, quantity=MICRO)
@settings(max_examples=200, deadline=None)
def test_what_expires_first_goes_first(holdings: list[Holding], loose: Decimal, quantity: Decimal) -> None:
    there = sum((each.on_hand for each in holdings), loose)
    parts = pick(holdings, loose, quantity)
    if quantity > there:
        assert parts is None
        return
    assert parts is not None
    assert sum(taken for _, taken in parts) == quantity
    taken = {holding.lot_id: part for holding, part in parts if holding}
    last = max((each.expires_on or date.max for each, _ in parts if each), default=date.min)
    for each in holdings:
        if (each.expires_on or date.max) < last:
            assert taken[each.lot_id] == each.on_hand  # nothing of it is left behind
    if any(holding is None for holding, _ in parts):
        assert len(taken) == len(holdings)
