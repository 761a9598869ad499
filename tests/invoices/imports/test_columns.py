"""Finding columns by name, wherever they stand and however they are written."""

from pathlib import Path

import pytest

from apps.invoices.imports.errors import FileRefused
from tests.factories.import_files import HEADER, as_csv, line, put, read_all


def refusal(folder: Path, content: bytes) -> FileRefused:
    """Return the error that a file's header is refused with."""
    with pytest.raises(FileRefused) as caught:
        read_all(put(folder, content))
    return caught.value


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    reading, decisions = read_all(put(tmp_path, as_csv([line()], delimiter=delimiter)))
    assert reading.delimiter == delimiter
    assert [decision.outcome for decision in decisions] == ["accepted"]


def test_columns_may_be_renamed_reordered_and_added(tmp_path: Path) -> None:
    header = [
        "Country",
        "Customer ID",
        "Price",
        "invoice_date",
        "QTY",
        "description",
        "stock code",
        "Invoice",
    ]
    header.append("Shop")
    row = [*reversed(line()), "London"]
    reading, decisions = read_all(put(tmp_path, as_csv([row], header)))
    document = decisions[0].document
    assert document is not None
    assert (document.number, document.net_minor, document.customer_code) == ("536365", 1530, "17850")
    assert reading.header.ignored == ("Shop",)


def test_missing_columns_are_named(tmp_path: Path) -> None:
    error = refusal(tmp_path, as_csv([line()[:6]], HEADER[:6]))
    assert error.code == "columns_missing"
    assert error.detail == {"missing": ["CustomerID", "Country"]}
    assert "“UnitPrice”" in error.message


def test_column_that_stands_twice_is_refused(tmp_path: Path) -> None:
    error = refusal(tmp_path, as_csv([[*line(), "9"]], [*HEADER, "Price"]))
    assert (error.code, error.detail) == ("columns_twice", {"twice": ["UnitPrice"]})


def test_file_without_header_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, as_csv([line()], line())).code == "columns_missing"


def test_file_without_rows_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, as_csv([])).code == "no_rows"
    assert refusal(tmp_path, as_csv([[""] * 8, ["  "]])).code == "no_rows"


def test_header_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, b'Invoice"No","Stock"Code\n1,2\n').code == "header_unreadable"


def test_rows_with_too_few_or_too_many_fields_are_refused_and_trailing_commas_are_not(tmp_path: Path) -> None:
    rows = [line("1")[:5], [*line("2"), "more"], [*line("3"), "", ""]]
    _, decisions = read_all(put(tmp_path, as_csv(rows)))
    assert [(d.number, d.outcome, d.rule) for d in decisions] == [
        ("1", "refused", "wrong_field_count"),
        ("2", "refused", "wrong_field_count"),
        ("3", "accepted", ""),
    ]
    assert decisions[0].problems[0].reason == "The row has 5 fields; the first row names 8 columns."
