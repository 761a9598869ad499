"""Cutting text into records: whatever the bytes, nothing raises, nothing is swallowed, memory is bounded."""

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from apps.invoices.imports.limits import ImportLimits
from apps.invoices.imports.records import Record, read_records
from tests.factories.import_files import LIMITS

SMALL = ImportLimits(max_line_length=50, max_record_lines=4)


def records(text: str, limits: ImportLimits = LIMITS, delimiter: str = ",") -> list[Record]:
    """Return all records of a text."""
    return list(read_records(io.StringIO(text, newline=""), delimiter=delimiter, limits=limits))


def flaws(text: str, limits: ImportLimits = LIMITS) -> list[str]:
    """Return the flaw code of each record; empty where there is none."""
    return [record.flaw.code if record.flaw else "" for record in records(text, limits)]


def test_rows_are_counted_as_a_spreadsheet_counts_them() -> None:
    found = records('a,b\n"one\ntwo",2\n\n3,4\n')
    assert [(record.row, record.fields) for record in found] == [
        (1, ["a", "b"]),
        (2, ["one\ntwo", "2"]),
        (3, []),
        (4, ["3", "4"]),
    ]


def test_every_line_ending_is_understood() -> None:
    for ending in ("\n", "\r\n", "\r"):
        assert [record.fields for record in records(f"a,b{ending}1,2{ending}3,4")] == [
            ["a", "b"],
            ["1", "2"],
            ["3", "4"],
        ]


def test_open_quote_costs_one_row_and_not_the_rest() -> None:
    text = 'a,b\n1,"open\n2,x\n3,x\n4,x\n5,x\n'
    found = records(text, SMALL)
    codes = [record.flaw.code if record.flaw else "" for record in found]
    assert codes == ["", "quote_not_closed", "", "", "", ""]
    assert [record.fields[0] for record in found] == ["a", "1", "2", "3", "4", "5"]


def test_open_quote_near_the_end_costs_one_row() -> None:
    assert flaws('a,b\n1,"open\n2,x\n') == ["", "quote_not_closed", ""]
    assert flaws('a,b\n1,x\n2,"open') == ["", "", "quote_not_closed"]


def test_wrong_quotes_cost_one_row() -> None:
    found = records('a,b\n1,"x"y\n2,z\n')
    assert [record.flaw.code if record.flaw else "" for record in found] == ["", "broken_quotes", ""]
    assert found[1].fields[0] == "1"


def test_inch_mark_inside_a_plain_field_is_no_quote() -> None:
    assert records('1,5" nails,x\n')[0].fields == ["1", '5" nails', "x"]


def test_nul_bytes_and_spoiled_letters_are_flaws_of_their_row() -> None:
    assert flaws("a,b\n1,x\0y\n2,z\n3,caf\ufffd\n") == ["", "nul_byte", "", "bad_letter"]


def test_endless_line_is_cut_and_the_next_row_is_whole() -> None:
    found = records("a,b\n1," + "x" * 1_000 + "\n2,z\n", SMALL)
    assert [record.flaw.code if record.flaw else "" for record in found] == ["", "line_too_long", ""]
    assert (len(found[1].fields[1]), found[2].fields) == (48, ["2", "z"])


def test_line_of_exactly_the_limit_is_whole() -> None:
    assert flaws("1," + "x" * 47 + "\n2,y\n", SMALL) == ["", ""]


@given(st.text(alphabet=st.sampled_from('ab1,;"\n\r\t\0é '), max_size=200))
def test_no_text_breaks_the_reader_and_rows_count_on(text: str) -> None:
    found = records(text, SMALL)
    assert [record.row for record in found] == list(range(1, len(found) + 1))


CELLS = st.text(max_size=12).filter(lambda text: "\0" not in text and "\ufffd" not in text)


@given(st.lists(st.lists(CELLS, min_size=2, max_size=4), max_size=8))
def test_what_a_writer_wrote_is_read_back(rows: list[list[str]]) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(rows)
    wide = ImportLimits(max_record_lines=1_000)
    assert [record.fields for record in records(text.getvalue(), wide)] == rows
