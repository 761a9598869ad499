"""Whatever is in a file, each row of it gets a decision, and nothing but FileRefused is raised."""

import tempfile
from decimal import Decimal
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from apps.invoices.imports.errors import FileRefused
from apps.invoices.imports.limits import ImportLimits
from apps.invoices.imports.report import ImportReport
from tests.factories.import_files import GOOD, HEADER, as_csv, put, read_all

LIMITS = ImportLimits(max_line_length=400, max_record_lines=5, max_document_rows=4, batch_rows=3)
ODD = [
    *(
        "",
        " ",
        "0",
        "-1",
        "1e9",
        "NaN",
        "Infinity",
        "0x1F",
        "1,5",
        "½",
        "٣",
        "\x00",
        "\ufffd",
        '"',
        '""',
        "a\nb",
        "\r",
    ),
    *("9" * 30, "=1+1", "'; drop table x; --", "é" * 300, "2011-02-30", "-0", "+3", "C", "A1", "C1"),
]
CELL = st.one_of(st.sampled_from(ODD), st.text(max_size=20))
ROW = st.fixed_dictionaries({name: st.one_of(st.just(good), CELL) for name, good in GOOD.items()})


def report_of(content: bytes) -> ImportReport | None:
    """Read a file and return the account of its rows; None when it is refused whole."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            reading, decisions = read_all(put(Path(folder), content), LIMITS)
        except FileRefused:
            return None
    profile = reading.profile
    report = ImportReport(file={"name": "x"}, profile=profile.name, currency="GBP", rules=profile.rules)
    for decision in decisions:
        assert decision.outcome in {"accepted", "skipped", "refused"}
        assert (decision.outcome == "refused") == bool(decision.problems)
        assert (decision.outcome == "accepted") == (decision.document is not None)
        assert decision.rule in profile.rules or decision.outcome == "accepted"
        report.add(decision)
    assert report.facts["rows"] == reading.rows
    assert report.is_balanced
    return report


@settings(max_examples=150, deadline=None)
@given(st.lists(ROW, min_size=1, max_size=12))
def test_every_row_of_odd_cells_is_accounted_for(rows: list[dict[str, str]]) -> None:
    report_of(as_csv([list(row.values()) for row in rows]))


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=600))
def test_bytes_after_a_good_header_never_break_the_reader(tail: bytes) -> None:
    report_of(as_csv([list(GOOD.values())]) + tail)


@settings(max_examples=100, deadline=None)
@given(st.binary(min_size=1, max_size=300))
def test_bytes_instead_of_a_file_are_refused_or_read(content: bytes) -> None:
    assert report_of(content) is None


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["1", "2", "C3"]),
            st.decimals(min_value=-1000, max_value=1000, places=3),
            st.decimals(min_value=0, max_value=1000, places=4),
        ),
        min_size=1,
        max_size=10,
    )
)
def test_values_of_all_ends_add_up_to_the_file_exactly(lines: list[tuple[str, Decimal, Decimal]]) -> None:
    rows = [
        list((GOOD | {"InvoiceNo": n, "Quantity": f"{quantity:f}", "UnitPrice": f"{price:f}"}).values())
        for n, quantity, price in lines
    ]
    report = report_of(as_csv(rows, HEADER))
    assert report is not None
    assert report.facts["quantity_times_price"] == sum(quantity * price for _, quantity, price in lines)
