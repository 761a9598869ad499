"""A list as a file: what it holds is text and numbers, never a formula, and no more rows than one file takes."""

from contextlib import closing
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from apps.core.web import csv_files
from apps.core.web.csv_files import TooManyRows, check_rows, csv_file, safe_cell


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_text_that_a_spreadsheet_would_run_becomes_text_again(start: str) -> None:
    assert safe_cell(f"{start}cmd|' /C calc'!A0") == f"'{start}cmd|' /C calc'!A0"


@pytest.mark.parametrize(
    "value,written",
    [
        ("Ann", "Ann"),
        ("a=b", "a=b"),
        ("", ""),
        (None, ""),
        (Decimal("-5.00"), Decimal("-5.00")),
        (-3, -3),
        (date(2026, 3, 1), "2026-03-01"),
        (datetime(2026, 3, 1, 8, tzinfo=UTC), "2026-03-01T08:00:00+00:00"),
    ],
)
def test_other_values_are_written_plainly(value: object, written: object) -> None:
    assert safe_cell(value) == written


def test_a_file_is_utf8_with_a_mark_and_asks_to_be_kept() -> None:
    answer = csv_file("a.csv", ["Name", "=1"], [["Zoë", '"quoted", and\nbroken']])
    with closing(answer):
        assert answer.getvalue() == '\ufeffName,=1\r\nZoë,"""quoted"", and\nbroken"\r\n'.encode()
    assert answer["Content-Disposition"] == 'attachment; filename="a.csv"'


def test_a_list_that_is_too_long_is_refused() -> None:
    check_rows(csv_files.MAX_ROWS)
    with pytest.raises(TooManyRows) as refused:
        check_rows(csv_files.MAX_ROWS + 1)
    assert refused.value.status == 422
