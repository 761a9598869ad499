"""Numbers are read as the tenant writes them, and what could mean two numbers is refused."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict

from apps.core.errors import InputError
from apps.core.web.form_fields import NumberField, decimal_mark, read_version, write_number


@pytest.mark.parametrize(
    "locale,mark", [("en", "."), ("en-GB", "."), ("pt-BR", ","), ("vi", ","), ("xx", "."), ("", ".")]
)
def test_the_decimal_mark_is_the_locales(locale: str, mark: str) -> None:
    assert decimal_mark(locale) == mark


@pytest.mark.parametrize(
    "mark,text,value",
    [
        (".", "1500.5", "1500.5"),
        (".", "1.125", "1.125"),
        (".", "-2", "-2"),
        (".", "−2", "-2"),
        (",", "1500,5", "1500.5"),
        (",", "1,125", "1.125"),
        (",", "2.5", "2.5"),
        (",", "1500", "1500"),
    ],
)
def test_numbers_are_read(mark: str, text: str, value: str) -> None:
    assert NumberField(mark=mark).clean(text) == Decimal(value)


@pytest.mark.parametrize(
    "mark,text",
    [(".", "1,500"), (".", "1,5"), (",", "1.500"), (",", "1.500,5"), (",", "1,500.5"), (".", "NaN"),
     (".", "Infinity"), (".", "1e400"), (".", "ten"), (".", "1\x00"), (".", "١٢x")],
)  # fmt: skip
def test_what_could_mean_two_numbers_or_none_is_refused(mark: str, text: str) -> None:
    with pytest.raises(ValidationError):
        NumberField(mark=mark, max_digits=18, decimal_places=6).clean(text)


@pytest.mark.parametrize(
    "text,mark,shown", [("2.500000", ".", "2.5"), ("1500", ".", "1500"), ("0.125000", ",", "0,125")]
)
def test_numbers_stand_in_a_field_as_they_are_read(text: str, mark: str, shown: str) -> None:
    assert write_number(Decimal(text), mark) == shown
    assert NumberField(mark=mark).clean(shown) == Decimal(text)


@pytest.mark.parametrize("text", ["", "x", "-1", "1.5", "9" * 10, "١"])
def test_a_form_without_its_version_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        read_version(QueryDict(f"version={text}"))
