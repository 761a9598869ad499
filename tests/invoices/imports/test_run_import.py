"""Imports into real books: whole documents, once, whatever happens in between."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from apps.core import clock
from apps.core.scope import current_scope, open_scope
from apps.documents.models import SeriesCounter
from apps.invoices.imports.errors import FileRefused
from apps.invoices.imports.job import run_import
from apps.invoices.imports.limits import ImportLimits
from apps.invoices.imports.progress import Progress
from apps.invoices.imports.report_text import report_lines
from apps.invoices.imports.run import ImportResult
from apps.invoices.models import ImportBatch, Invoice
from apps.parties.models import Customer
from tests.factories.import_files import as_csv, line, put
from tests.factories.snapshots import audit_rows, books
from tests.factories.tenants import Company

NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
SMALL_SETS = ImportLimits(batch_rows=4, batch_documents=2)


def bring(
    path: Path,
    *,
    folder: Path | None = None,
    progress: Callable[[Progress], None] = lambda _: None,
    shift_to: date | None = None,
    limits: ImportLimits = SMALL_SETS,
    now: datetime = NOW,
) -> ImportResult:
    """Import a file into the open company's books."""
    return run_import(
        path=path,
        profile="online-retail",
        actor=current_scope().actor,
        now=now,
        progress=progress,
        shift_to=shift_to,
        folder=folder or path.parent / "report",
        limits=limits,
    )


def ends(result: ImportResult) -> dict[tuple[str, str], tuple[int, int]]:
    """Return documents and rows of each end that rows met."""
    return {end: (group.documents, group.rows) for end, group in result.report.groups.items()}


FILE = [
    line("1"),
    line("1", StockCode="22752", Quantity="2", UnitPrice="7.65"),
    line("2", CustomerID="", Country="France"),
    line("C3", Quantity="-1"),
    line("A4", UnitPrice="-9.00", CustomerID=""),
    line("5", Quantity="-3", UnitPrice="0", CustomerID=""),
    line("6", InvoiceDate="2011-01-04 09:00:00"),
]


def test_file_becomes_posted_documents_with_lines_numbers_and_audit(
    any_company: Company, tmp_path: Path
) -> None:
    with open_scope(any_company.scope()):
        result = bring(put(tmp_path, as_csv(FILE)))
        assert ends(result) == {
            ("accepted", ""): (4, 5),
            ("skipped", "bad_debt_adjustment"): (1, 1),
            ("skipped", "stock_adjustment"): (1, 1),
        }
        assert [(b.external, b.number, b.kind, b.net_minor, b.customer, b.country) for b in books()] == [
            ("1", "INV-2010-000001", "invoice", 3060, "17850", "GB"),
            ("2", "INV-2010-000002", "invoice", 1530, "WALK-IN", "FR"),
            ("C3", "CN-2010-000001", "credit_note", 255, "17850", "GB"),
            ("6", "INV-2011-000001", "invoice", 1530, "17850", "GB"),
        ]
        assert {(b.state, b.source) for b in books()} == {("posted", "online-retail")}
        assert audit_rows("invoices_invoice") == {"insert": 4, "update": 4}
        assert audit_rows("invoices_line") == {"insert": 5}
    assert result.report.is_balanced
    assert (result.report.customers_made, result.report.products_made) == (2, 2)


def test_second_run_changes_nothing_at_all(in_company: Company, tmp_path: Path) -> None:
    path = put(tmp_path, as_csv(FILE))
    bring(path)
    before, audited = books(), audit_rows()
    result = bring(path, now=clock.now())
    assert ends(result)["skipped", "already_imported"] == (4, 5)
    assert result.report.total("accepted").rows == 0
    assert books() == before
    changed = {table: kinds for table, kinds in audit_rows().items() if kinds != audited.get(table)}
    assert changed.keys() == {"invoices_importbatch"}


def test_same_file_packed_or_in_another_order_is_the_same_content(
    in_company: Company, tmp_path: Path
) -> None:
    bring(put(tmp_path, as_csv(FILE)))
    before = books()
    bring(put(tmp_path, as_csv(FILE), "again.csv.gz"))
    bring(put(tmp_path, as_csv(list(reversed(FILE)))))
    assert books() == before


def test_document_with_other_content_is_refused_and_nothing_of_it_changes(
    in_company: Company, tmp_path: Path
) -> None:
    bring(put(tmp_path, as_csv(FILE)))
    before = books()
    result = bring(put(tmp_path, as_csv([line("1", Quantity="7"), line("7")])))
    assert ends(result) == {("refused", "changed_after_import"): (1, 1), ("accepted", ""): (1, 1)}
    problem = result.report.problems[0]
    assert (problem.row, problem.value) == (2, "1")
    assert "INV-2010-000001" in problem.reason
    assert books()[:-1] == before


def test_document_with_one_bad_row_is_not_half_made(in_company: Company, tmp_path: Path) -> None:
    result = bring(put(tmp_path, as_csv([line("1"), line("2"), line("1", Quantity="six"), line("1")])))
    assert [b.external for b in books()] == ["2"]
    assert ends(result) == {("refused", "not_a_number"): (1, 3), ("accepted", ""): (1, 1)}
    assert result.report.is_balanced


def test_refused_rows_are_repaired_and_imported_by_the_same_command(
    in_company: Company, tmp_path: Path
) -> None:
    rows = [line("1"), line("2"), line("1", Quantity="six", Description='5" "NAILS"; red'), line("1")]
    bring(put(tmp_path, as_csv(rows)))
    refused = tmp_path / "report" / "refused.csv"
    text = refused.read_text(encoding="utf-8-sig")
    lines = text.splitlines()
    assert lines[0].endswith(",Country,import_reason")
    assert lines[1].endswith('"row 2: refused with its document 1, see row 4"')
    assert "row 4: Quantity “six”: This is not a plain number." in lines[2]

    again = bring(refused, folder=tmp_path / "second")
    assert ends(again) == {("refused", "not_a_number"): (1, 3)}
    assert (tmp_path / "second" / "refused.csv").read_text(encoding="utf-8-sig").count("import_reason") == 1

    repaired = put(tmp_path, text.replace(",six,", ",6,").encode("utf-8-sig"), "repaired.csv")
    result = bring(repaired, folder=tmp_path / "third")
    assert ends(result) == {("accepted", ""): (1, 3)}
    assert not (tmp_path / "third" / "refused.csv").exists()
    whole = [b for b in books() if b.external == "1"]
    assert [(b.net_minor, len(b.lines)) for b in whole] == [(3 * 1530, 3)]
    assert whole[0].lines[1][1] == '5" "NAILS"; red'


def test_file_that_cannot_be_read_leaves_no_trace(in_company: Company, tmp_path: Path) -> None:
    with pytest.raises(FileRefused):
        bring(put(tmp_path, b"PK\x03\x04"))
    with pytest.raises(FileRefused):
        bring(put(tmp_path, as_csv([line()])[:-4].replace(b"UnitPrice", b"Cost")))
    assert books() == []
    assert not ImportBatch.objects.exists()
    assert not (tmp_path / "report").exists()


class Stop(Exception):
    """What a cancelled job raises."""


def test_cancelled_run_keeps_whole_sets_and_the_next_run_completes_it(
    in_company: Company, stranger: Company, tmp_path: Path
) -> None:
    rows = [line(str(number), StockCode=f"{10000 + number}") for number in range(1, 12)]
    path = put(tmp_path, as_csv(rows))

    def stop_after_two_sets(step: Progress) -> None:
        if step.phase == "booking" and step.done >= 4:
            raise Stop

    with pytest.raises(Stop):
        bring(path, progress=stop_after_two_sets)
    batch = ImportBatch.objects.get()
    assert batch.state == "cancelled"
    kept = len(books())
    assert 0 < kept < 11
    assert kept % 2 == 0
    assert batch.report["accepted"]["documents"] == kept
    assert json.loads((tmp_path / "report" / "report.json").read_text())["state"] == "cancelled"

    bring(path)
    with open_scope(stranger.scope()):
        bring(path, folder=tmp_path / "other")
        uninterrupted = books()
    assert books() == uninterrupted
    assert SeriesCounter.objects.get().last_number == 11


def test_shift_is_chosen_once_and_later_runs_keep_it(in_company: Company, tmp_path: Path) -> None:
    path = put(tmp_path, as_csv(FILE))
    first = bring(path, shift_to=date(2026, 3, 4))
    # 2011-01-04 and 2026-02-… are both Tuesdays: whole weeks, at most six days before the day asked for.
    assert first.report.shift_days % 7 == 0
    days = {b.external: b.issue_date for b in books()}
    assert days["6"] == date(2026, 3, 3)
    assert days["1"] == date(2010, 12, 1) + (date(2026, 3, 3) - date(2011, 1, 4))
    before = books()
    later = bring(path, shift_to=date(2026, 9, 9))
    assert (later.report.shift_days, books()) == (first.report.shift_days, before)
    bring(put(tmp_path, as_csv([line("7", InvoiceDate="2011-01-05")])), shift_to=date(2026, 9, 9))
    assert books()[-1].issue_date == date(2026, 3, 4)


def test_run_without_shift_keeps_the_dates_of_the_file(in_company: Company, tmp_path: Path) -> None:
    result = bring(put(tmp_path, as_csv(FILE)))
    assert result.report.shift_days == 0
    assert books()[0].issue_date == date(2010, 12, 1)
    bring(put(tmp_path, as_csv(FILE)), shift_to=date(2026, 3, 4))
    assert books()[0].issue_date == date(2010, 12, 1)


def test_known_customers_and_products_are_left_as_they_are(in_company: Company, tmp_path: Path) -> None:
    Customer.objects.create(code="17850", name="Our name for them", country_code="DE", created_at=NOW)
    result = bring(put(tmp_path, as_csv([line("1", StockCode="85123a"), line("2", Description="OTHER")])))
    assert (result.report.customers_made, result.report.products_made) == (0, 1)
    assert Customer.objects.get(code="17850").name == "Our name for them"


def test_import_of_one_company_is_unseen_by_another(
    company: Company, stranger: Company, tmp_path: Path
) -> None:
    path = put(tmp_path, as_csv(FILE))
    with open_scope(company.scope()):
        bring(path)
    with open_scope(stranger.scope()):
        assert (books(), ImportBatch.objects.count(), Customer.objects.count()) == ([], 0, 0)
        assert ends(bring(path, folder=tmp_path / "other"))["accepted", ""] == (4, 5)
        assert books()[0].number == "INV-2010-000001"


def test_scope_of_one_customer_can_import_nothing(company: Company, tmp_path: Path) -> None:
    with open_scope(company.scope()):
        bring(put(tmp_path, as_csv([line("1")])))
        customer = Customer.objects.get()
    narrow = replace(company.scope(), customer_id=customer.id)
    with open_scope(narrow), pytest.raises(Exception, match="row-level security"):
        bring(put(tmp_path, as_csv([line("2")])))
    with open_scope(company.scope()):
        assert [b.external for b in books()] == ["1"]


def test_same_number_from_another_source_is_another_document(in_company: Company, tmp_path: Path) -> None:
    bring(put(tmp_path, as_csv([line("1")])))
    Invoice.objects.filter(external_number="1").update(note="looked at")
    result = bring(put(tmp_path, as_csv([line("1")])))
    assert ends(result) == {("skipped", "already_imported"): (1, 1)}


def test_report_in_words_names_everything(in_company: Company, tmp_path: Path) -> None:
    rows = [*FILE, line("9", Quantity="x"), line("10", Quantity="1", UnitPrice="0.006")]
    text = "\n".join(report_lines(bring(put(tmp_path, as_csv(rows))).report))
    for words in (
        "lines.csv: 9 rows, profile online-retail, finished.",
        "bad_debt_adjustment: Documents whose number starts with A",
        "Invoices booked: 4 with 5 lines, 61.21 GBP net",
        "Rounding (exact value − booked): -0.004 GBP",
        "Every row and every penny of the file is accounted for above.",
        "walk_in_customer ×1 (rows 4)",
        "row 9, Quantity “x”: This is not a plain number.",
    ):
        assert words in text, text


def test_progress_passes_every_phase_and_ends_at_the_total(in_company: Company, tmp_path: Path) -> None:
    steps: list[Progress] = []
    bring(put(tmp_path, as_csv(FILE), "lines.csv.gz"), progress=steps.append)
    assert [step.phase for step in steps if step.phase != "booking"] == ["checking", "sorting"]
    assert (steps[-1].done, steps[-1].total) == (7, 7)
    assert steps[-1].note == "4 accepted, 2 skipped, 0 refused"
