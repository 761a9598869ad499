"""The command: what it prints, and how it says no."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from apps.core.scope import open_scope
from tests.factories.import_files import as_csv, line, put
from tests.factories.snapshots import books
from tests.factories.tenants import Company


def command(company: Company, path: Path, *options: str) -> str:
    """Run the command and return what it prints."""
    out = io.StringIO()
    folder = f"--report-dir={path.parent / 'report'}"
    fixed = ("--tenant", company.tenant.slug, "--profile", "online-retail", folder)
    call_command("import_invoices", str(path), *fixed, *options, stdout=out)
    return out.getvalue()


def test_command_books_and_prints_the_report(any_company: Company, tmp_path: Path) -> None:
    path = put(tmp_path, as_csv([line("1"), line("2", Quantity="x")]), "lines.csv.gz")
    text = command(any_company, path)
    assert "Invoices booked: 1 with 1 lines, 15.30 GBP net" in text
    assert f"Refused rows: {tmp_path / 'report' / 'refused.csv'}" in text
    assert text.rstrip() == (tmp_path / "report" / "report.txt").read_text().rstrip()
    with open_scope(any_company.scope()):
        assert [b.external for b in books()] == ["1"]


def test_command_prints_json_for_programs(company: Company, tmp_path: Path) -> None:
    report = json.loads(
        command(company, put(tmp_path, as_csv([line("1"), line("2", Quantity="x")])), "--json")
    )
    assert report["is_balanced"] is True
    assert report["accepted"] == {"documents": 1, "rows": 1, "value": "15.30", "rows_without_value": 0}
    assert report["refused"]["rules"]["not_a_number"]["rows"] == 1
    assert report["problems"] == [
        {
            "row": 3,
            "column": "Quantity",
            "value": "x",
            "code": "not_a_number",
            "reason": "This is not a plain number. Write it like 1234.56, without other signs.",
        }
    ]
    assert report == json.loads((tmp_path / "report" / "report.json").read_text())


def test_command_says_what_is_wrong_and_what_to_do(company: Company, tmp_path: Path) -> None:
    with pytest.raises(
        CommandError, match=r"This is a zip archive.*Nothing was imported\. Save the table as CSV"
    ):
        command(company, put(tmp_path, b"PK\x03\x04"))
    with pytest.raises(CommandError, match="cannot be opened"):
        command(company, tmp_path / "nowhere.csv")
    with pytest.raises(CommandError, match="more than 100 bytes"):
        command(company, put(tmp_path, as_csv([line("1")] * 9)), "--max-bytes", "100")
    company.tenant.slug = "nobody"
    with pytest.raises(CommandError, match="There is no tenant “nobody”"):
        command(company, put(tmp_path, as_csv([line("1")])))


def test_command_moves_dates_by_whole_weeks(company: Company, tmp_path: Path) -> None:
    text = command(company, put(tmp_path, as_csv([line("1")])), "--shift-to-today")
    assert "Dates were moved by" in text
    with open_scope(company.scope()):
        [one] = books()
    assert one.issue_date.isoweekday() == 3
    assert one.issue_date.year >= 2025
