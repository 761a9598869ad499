"""Cells: what is written is read back as the same value, and what means nothing is said."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.core.errors import InputError
from apps.core.web.csv_files import FORMULA_STARTS, plain_cell, safe_cell
from apps.tenancy.rowfiles.columns import DAY, FLAG, NUMBER, WHOLE, Kind, choice, money

texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)


@given(texts)
@settings(max_examples=50, deadline=None)
def test_a_guarded_cell_says_what_it_said(text: str) -> None:
    """books.md 63: export, import, export gives the same bytes."""
    for given_text in (text, f"={text}", f"'{text}", f"''+{text}"):
        written = safe_cell(given_text)
        assert isinstance(written, str)
        assert plain_cell(written) == given_text
        assert not written.startswith(FORMULA_STARTS)


@pytest.mark.parametrize(
    "kind,value,cell",
    [
        (NUMBER, Decimal("2.500000"), "2.500000"),
        (NUMBER, Decimal(-3), "-3"),
        (WHOLE, 30, "30"),
        (FLAG, True, "yes"),
        (FLAG, False, "no"),
        (DAY, date(2026, 3, 14), "2026-03-14"),
        (choice({"on_hold": "On hold"}), "on_hold", "on_hold"),
        (money("currency"), 123_450, "1234.50"),
        (money("currency"), 0, "0.00"),
    ],
)
def test_a_value_is_written_and_read_back(kind: Kind, value: Any, cell: str) -> None:
    assert str(safe_cell(kind.write(value, {"currency": "GBP"}))) == cell
    assert kind.read(cell, {"currency": "GBP"}) == value


def test_money_has_the_decimals_of_its_currency_and_no_more() -> None:
    """books.md 13: no stored amount has more decimals than its currency allows."""
    kind = money("currency")
    assert kind.write(1500, {"currency": "VND"}) == "1500"
    assert kind.read("1500", {"currency": "VND"}) == 1500
    for text, currency in (("1.5", "VND"), ("1.005", "GBP"), ("1", ""), ("1", "XQX"), ("1e3", "GBP")):
        with pytest.raises(InputError):
            kind.read(text, {"currency": currency})


@pytest.mark.parametrize(
    "kind,text",
    [
        (NUMBER, "1,500"),
        (NUMBER, "NaN"),
        (NUMBER, "1e9"),
        (NUMBER, "٣"),
        (WHOLE, "1.5"),
        (FLAG, "maybe"),
        (DAY, "14/03/2026"),
        (DAY, "2026-02-30"),
        (choice({"a": "A"}), "b"),
    ],
)
def test_what_means_nothing_is_refused(kind: Kind, text: str) -> None:
    with pytest.raises(InputError):
        kind.read(text, {})
