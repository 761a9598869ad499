"""The rules of the Online Retail layout, one by one."""

from decimal import Decimal
from pathlib import Path

import pytest

from apps.invoices.imports.decisions import Decision, Problem
from apps.invoices.imports.limits import ImportLimits
from apps.invoices.imports.profiles import get_profile
from tests.factories.import_files import as_csv, decide, line, put, read_all


def only(folder: Path, *rows: list[str]) -> Decision:
    """Return the single decision about some rows."""
    decisions = decide(folder, *rows)
    assert len(decisions) == 1
    return decisions[0]


def remarks(decision: Decision) -> list[tuple[str, int]]:
    """Return code and row of each remark."""
    return [(remark.code, remark.row) for remark in decision.remarks]


def test_good_row_becomes_an_invoice(tmp_path: Path) -> None:
    decision = only(tmp_path, line())
    document = decision.document
    assert document is not None
    assert (decision.outcome, decision.value, decision.remarks) == ("accepted", Decimal("15.30"), [])
    assert (document.kind, document.number, str(document.issue_date)) == ("invoice", "536365", "2010-12-01")
    assert (document.customer_code, document.country_code, document.currency) == ("17850", "GB", "GBP")
    assert (document.lines[0].sku, document.lines[0].net_minor, document.net_minor) == ("85123A", 1530, 1530)


def test_cancellation_becomes_a_credit_note_with_positive_figures(tmp_path: Path) -> None:
    decision = only(tmp_path, line("c536379", Quantity="-2"))
    document = decision.document
    assert document is not None
    assert (decision.number, document.kind, document.net_minor) == ("C536379", "credit_note", 510)
    assert (document.lines[0].quantity, decision.value) == (Decimal(2), Decimal("-5.10"))


def test_document_without_customer_goes_to_the_walk_in_customer(tmp_path: Path) -> None:
    decision = only(tmp_path, line(CustomerID=""), line(CustomerID="", StockCode="22752"))
    assert decision.document is not None
    assert decision.document.customer_code == "WALK-IN"
    assert remarks(decision) == [("walk_in_customer", 2), ("walk_in_customer", 3)]


@pytest.mark.parametrize("written", ["17850", "17850.0", " 17850.00 "])
def test_customer_number_that_went_through_a_spreadsheet_is_the_same_customer(
    tmp_path: Path, written: str
) -> None:
    document = only(tmp_path, line(CustomerID=written)).document
    assert document is not None
    assert document.customer_code == "17850"


@pytest.mark.parametrize(
    "rows, rule",
    [
        ([line("A563186", UnitPrice="-11062.06", CustomerID="")], "bad_debt_adjustment"),
        ([line(UnitPrice="0.0", CustomerID="", Quantity="-10", Description="")], "stock_adjustment"),
        ([line(UnitPrice="0.0", CustomerID="", Quantity="56")], "stock_adjustment"),
        ([line(UnitPrice="0.0", Quantity="-1")], "stock_adjustment"),
        ([line(UnitPrice="0.0"), line(UnitPrice="0")], "free_goods"),
    ],
)
def test_what_is_no_sale_is_skipped_by_rule(tmp_path: Path, rows: list[list[str]], rule: str) -> None:
    decision = only(tmp_path, *rows)
    assert (decision.outcome, decision.rule, decision.document) == ("skipped", rule, None)
    assert get_profile("online-retail").rules[rule]


def test_free_line_of_a_priced_document_is_kept(tmp_path: Path) -> None:
    decision = only(tmp_path, line(), line(UnitPrice="0.0"))
    assert decision.document is not None
    assert [one.net_minor for one in decision.document.lines] == [1530, 0]
    assert remarks(decision) == [("free_line", 3)]


def test_exact_duplicates_are_kept_and_counted(tmp_path: Path) -> None:
    decision = only(tmp_path, line(), line(), line(), line(Quantity="7"))
    assert decision.document is not None
    assert decision.document.net_minor == 3 * 1530 + 1785
    assert [(r.code, r.row, r.difference) for r in decision.remarks] == [
        ("exact_duplicate", 3, Decimal("15.30")),
        ("exact_duplicate", 4, Decimal("15.30")),
    ]
    assert decision.facts["exact_duplicate_rows"] == 2


@pytest.mark.parametrize(
    "quantity, price, net_minor, difference",
    [
        ("1", "0.001", 0, "0.001"),
        ("1", "0.005", 1, "-0.005"),
        ("3", "0.335", 101, "-0.005"),
        ("1.5", "2.35", 353, "-0.005"),
        ("1", "2.345", 235, "-0.005"),
        ("1", "0.004999", 0, "0.004999"),
    ],
)
def test_parts_of_a_cent_are_rounded_half_away_from_zero_on_both_kinds(
    tmp_path: Path, quantity: str, price: str, net_minor: int, difference: str
) -> None:
    invoice, credit = decide(
        tmp_path,
        line("1", Quantity=quantity, UnitPrice=price),
        line("C2", Quantity=f"-{quantity}", UnitPrice=price),
    )
    for decision, sign in ((invoice, 1), (credit, -1)):
        assert decision.document is not None
        assert decision.document.net_minor == net_minor
        assert [(r.code, r.difference) for r in decision.remarks] == [
            ("rounded_line", sign * Decimal(difference))
        ]


def test_several_times_of_one_day_are_one_document(tmp_path: Path) -> None:
    decision = only(tmp_path, line(), line(InvoiceDate="2010-12-01 08:27:00"))
    assert decision.outcome == "accepted"
    assert remarks(decision) == [("several_times", 2)]


def test_stock_codes_in_small_letters_are_the_same_product(tmp_path: Path) -> None:
    decision = only(tmp_path, line(StockCode="85123a"))
    assert decision.document is not None
    assert decision.document.lines[0].sku == "85123A"
    assert remarks(decision) == [("stock_code_in_capitals", 2)]


def test_missing_description_shows_the_stock_code(tmp_path: Path) -> None:
    decision = only(tmp_path, line(Description=" "))
    assert decision.document is not None
    assert decision.document.lines[0].description == "85123A"
    assert remarks(decision) == [("description_missing", 2)]


@pytest.mark.parametrize(
    "name, code",
    [
        ("EIRE", "IE"),
        ("RSA", "ZA"),
        ("USA", "US"),
        ("Czech Republic", "CZ"),
        ("Hong Kong", "HK"),
        ("Channel Islands", "JE"),
        ("European Community", "EU"),
        ("Unspecified", "ZZ"),
        ("brazil", "BR"),
        ("VN", "VN"),
    ],
)
def test_countries_get_their_codes(tmp_path: Path, name: str, code: str) -> None:
    decision = only(tmp_path, line(Country=name))
    assert decision.document is not None
    assert decision.document.country_code == code
    assert remarks(decision) == ([("country_stand_in", 2)] if code in {"JE", "EU", "ZZ"} else [])


@pytest.mark.parametrize(
    "cells, column, code",
    [
        ({"Quantity": "six"}, "Quantity", "not_a_number"),
        ({"Quantity": ""}, "Quantity", "number_missing"),
        ({"Quantity": "1e5"}, "Quantity", "not_a_number"),
        ({"Quantity": "NaN"}, "Quantity", "not_a_number"),
        ({"Quantity": "٣"}, "Quantity", "not_a_number"),
        ({"Quantity": "1234567890123"}, "Quantity", "not_a_number"),
        ({"UnitPrice": "2,55"}, "UnitPrice", "not_a_number"),
        ({"UnitPrice": "£2.55"}, "UnitPrice", "not_a_number"),
        ({"UnitPrice": "1.1234567"}, "UnitPrice", "not_a_number"),
        ({"InvoiceDate": "12/1/2010 8:26"}, "InvoiceDate", "not_a_date"),
        ({"InvoiceDate": "2010-13-01"}, "InvoiceDate", "not_a_date"),
        ({"InvoiceDate": "2010-02-29 08:00:00"}, "InvoiceDate", "not_a_date"),
        ({"InvoiceDate": "2010-12-01 24:61:00"}, "InvoiceDate", "not_a_date"),
        ({"InvoiceDate": "1989-12-31"}, "InvoiceDate", "date_out_of_range"),
        ({"InvoiceDate": "2201-12-01"}, "InvoiceDate", "date_out_of_range"),
        ({"InvoiceDate": ""}, "InvoiceDate", "date_missing"),
        ({"StockCode": ""}, "StockCode", "bad_stock_code"),
        ({"StockCode": "x" * 41}, "StockCode", "bad_stock_code"),
        ({"Description": "x" * 201}, "Description", "text_too_long"),
        ({"Description": "a\nb"}, "Description", "control_character"),
        ({"Description": "a\x1bb"}, "Description", "control_character"),
        ({"Description": "a\u202eb"}, "Description", "control_character"),
        ({"CustomerID": "178 50"}, "CustomerID", "bad_customer_code"),
        ({"CustomerID": "'; drop table"}, "CustomerID", "bad_customer_code"),
        ({"Country": "Atlantis"}, "Country", "unknown_country"),
        ({"Country": ""}, "Country", "unknown_country"),
        ({"Quantity": "0"}, "Quantity", "zero_quantity"),
        ({"UnitPrice": "-1"}, "UnitPrice", "negative_price"),
        ({"Quantity": "-6"}, "Quantity", "negative_quantity"),
        ({"Quantity": "999999999999", "UnitPrice": "999999999999"}, "Quantity", "amount_too_large"),
        ({"InvoiceNo": "INV/7"}, "InvoiceNo", "bad_document_number"),
        ({"InvoiceNo": "C536365"}, "Quantity", "positive_quantity"),
    ],
)
def test_one_bad_cell_refuses_its_whole_document_and_no_other(
    tmp_path: Path, cells: dict[str, str], column: str, code: str
) -> None:
    number = cells.get("InvoiceNo", "536365").upper()
    rows = [line(number, **cells), line("536366")]
    if not {"InvoiceNo"} & cells.keys():
        rows.insert(0, line())
    refused, accepted = decide(tmp_path, *rows)
    assert (refused.outcome, refused.document, accepted.outcome) == ("refused", None, "accepted")
    assert [(p.code, p.row, p.column) for p in refused.problems] == [(code, len(rows), column)]
    assert len(refused.rows) == len(rows) - 1
    assert refused.problems[0].reason.endswith(".")
    assert get_profile("online-retail").rules[code]


def test_all_problems_of_a_row_are_told_at_once(tmp_path: Path) -> None:
    decision = only(tmp_path, line(Quantity="x", UnitPrice="y", Country="z"))
    assert [(p.column, p.value) for p in decision.problems] == [
        ("Quantity", "x"),
        ("UnitPrice", "y"),
        ("Country", "z"),
    ]
    assert (decision.value, decision.rows_without_value) == (Decimal(0), 1)


@pytest.mark.parametrize(
    "cells, code, column",
    [
        ({"CustomerID": "12345"}, "several_customers", "CustomerID"),
        ({"CustomerID": ""}, "several_customers", "CustomerID"),
        ({"Country": "France"}, "several_countries", "Country"),
        ({"InvoiceDate": "2010-12-02 00:00:00"}, "several_days", "InvoiceDate"),
    ],
)
def test_document_that_is_two_documents_is_refused(
    tmp_path: Path, cells: dict[str, str], code: str, column: str
) -> None:
    decision = only(tmp_path, line(), line(), line(**cells))
    assert [(p.code, p.row, p.column) for p in decision.problems] == [(code, 4, column)]


def test_rows_of_a_document_belong_together_wherever_they_stand(tmp_path: Path) -> None:
    first, second = decide(tmp_path, line("1"), line("2"), line("1", Quantity="1"), line("2", Quantity="x"))
    assert (first.number, first.outcome, [row.row for row in first.rows]) == ("1", "accepted", [2, 4])
    assert (second.number, second.outcome, [row.row for row in second.rows]) == ("2", "refused", [3, 5])


def test_row_without_number_is_refused_alone(tmp_path: Path) -> None:
    good, lost = decide(tmp_path, line("1"), line(""), line("1"))
    assert (good.outcome, len(good.rows)) == ("accepted", 2)
    assert lost.problems == [
        Problem(
            "document_number_missing", 3, "", "", "The row names no document. Fill in the document number."
        )
    ]


def test_unreadable_row_without_number_takes_both_neighbours_with_it(tmp_path: Path) -> None:
    text = (
        as_csv([line("1"), line("2")])
        + b'"3,85123A"x,oops\n'
        + as_csv([line("4"), line("5")]).split(b"\n", 1)[1]
    )
    _, decisions = read_all(put(tmp_path, text.replace(b'"3,85123A"x', b'"",85123A,"a"x')))
    assert [(d.number, d.outcome, d.rule) for d in decisions] == [
        ("1", "accepted", ""),
        ("2", "refused", "neighbour_unreadable"),
        ("4", "refused", "neighbour_unreadable"),
        ("5", "accepted", ""),
        ("", "refused", "broken_quotes"),
    ]


def test_document_of_too_many_rows_is_refused_in_pieces(tmp_path: Path) -> None:
    limits = ImportLimits(max_document_rows=5, batch_rows=3)
    path = put(tmp_path, as_csv([line("1")] * 7 + [line("2")] * 5))
    decisions = read_all(path, limits)[1]
    assert [(d.number, d.outcome, d.rule, len(d.rows)) for d in decisions] == [
        ("1", "refused", "document_too_long", 3),
        ("1", "refused", "document_too_long", 3),
        ("1", "refused", "document_too_long", 1),
        ("2", "accepted", "", 5),
    ]


def test_content_hash_is_of_what_the_document_says(tmp_path: Path) -> None:
    def content(*rows: list[str]) -> bytes:
        document = only(tmp_path, *rows).document
        assert document is not None
        return document.content_hash

    one, two = line(), line(StockCode="22752", Quantity="2")
    base = content(one, two)
    assert content(two, one) == base
    assert content(line(UnitPrice="2.550", CustomerID="17850"), two) == base
    assert content(line(Country="GB"), two) == base
    for changed in (
        line(Quantity="7"),
        line(UnitPrice="2.56"),
        line(Description="RED"),
        line(CustomerID="1"),
    ):
        others = two if changed[6] == one[6] else line(StockCode="22752", Quantity="2", CustomerID="1")
        assert content(changed, others) != base
    assert content(one, one, two) != base
