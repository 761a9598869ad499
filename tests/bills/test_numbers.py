"""Two numbers that a person would take for one get one key (books.md 54)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.bills.numbers import number_key, number_loose

ALIKE = [
    ("INV-0042", "42"), ("inv 42", "Inv.No. 0042"), ("R-2026-0042", "r2026 0042"), ("RE2026/17", "2026-17"),
    ("O1234", "01234"), ("1O05", "1005"), ("AB-l0", "AB10"), ("Rechnung Nr. 7", "7"), ("CN-9", "9"), ("№ 12", "12"),
]  # fmt: skip
OTHER = [("42", "420"), ("INV-1", "INV-11"), ("2026-1", "2025-1"), ("A-17", "B-17"), ("1-11", "11-2")]


@pytest.mark.parametrize("one,other", ALIKE)
def test_numbers_that_are_written_otherwise_are_one(one: str, other: str) -> None:
    assert number_key(one) == number_key(other) or number_loose(one) == number_loose(other)


@pytest.mark.parametrize("one,other", OTHER)
def test_other_numbers_stay_apart(one: str, other: str) -> None:
    assert number_key(one) != number_key(other)
    assert number_loose(one) != number_loose(other)


def test_leading_zeros_inside_a_number_are_loose() -> None:
    assert number_loose("INV-2026-0042") == number_loose("2026/42") == "2026-42"


@settings(max_examples=200, deadline=None)
@given(
    st.integers(1, 10**9), st.sampled_from(["", "INV", "inv.", "No ", "RE-", "Facture "]), st.integers(0, 4),
    st.sampled_from(["", "-", " ", "/", "."]),
)  # fmt: skip
def test_words_zeros_and_signs_make_no_other_number(number: int, word: str, zeros: int, sign: str) -> None:
    text = str(number)
    split = text if len(text) < 3 else f"{text[:2]}{sign}{text[2:]}"
    typed = split.replace("0", "O")
    assert number_key(f"{word}{sign}{'0' * zeros}{typed}") == number_key(text)


@settings(max_examples=100, deadline=None)
@given(st.text(min_size=1, max_size=40))
def test_every_number_has_a_key_that_stays(text: str) -> None:
    assert number_key(text) == number_key(text)
    assert number_key(text.upper()) == number_key(text.lower()) or not text.isascii()
    if text.strip():
        assert number_key(text)
