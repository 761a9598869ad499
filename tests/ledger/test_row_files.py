"""Accounts, rates and the journal as files: twice is nothing new, out and in again is the same (books.md 62, 63)."""

import csv
import io

import pytest

from apps.core import clock
from apps.core.scope import current_scope, open_scope
from apps.ledger.models import Account, Entry
from apps.ledger.operations import post_by_hand
from apps.ledger.rows import ACCOUNT_ROWS, JOURNAL_HEADINGS, JOURNAL_ROWS, RATE_ROWS, journal_rows
from apps.tenancy.rowfiles.answers import Answers, RowKind, answer_rows
from apps.tenancy.rowfiles.columns import headings_of, rows_of
from apps.tenancy.rowfiles.sheets import read_sheet
from tests.factories.ledgers import DAY, credit, debit, take_back
from tests.factories.pages import SignIn, settle, state_of
from tests.factories.row_files import as_rows
from tests.factories.tenants import Company

ENTRIES = (
    ("GJ-2026-000007", DAY, "Rent", "6100", "900.50", "", "GBP", "", "", "", "north", "March"),
    ("GJ-2026-000007", DAY, "Rent", "1000", "", "900.50", "GBP", "", "", "", "", ""),
    ("OPEN-1", DAY, "Opening", "1000", "86.00", "", "GBP", "EUR", "100.00", "", "", ""),
    ("OPEN-1", DAY, "Opening", "3000", "", "86.00", "GBP", "", "", "", "", ""),
)


def take(kind: RowKind, content: bytes, *, keep: bool = True) -> Answers:
    sheet = read_sheet(content, kind.columns)
    return answer_rows(kind, sheet, keep=keep, actor=current_scope().actor, now=clock.now())


def journal() -> bytes:
    return as_rows(JOURNAL_HEADINGS, *journal_rows(Entry.objects.all()))


def test_the_journal_goes_out_and_in_again(in_company: Company, stranger: Company) -> None:
    """books.md 63."""
    made = take(JOURNAL_ROWS, as_rows(JOURNAL_HEADINGS, *ENTRIES))
    first = journal()
    before = state_of(in_company)
    again = take(JOURNAL_ROWS, first)

    assert (made.created, made.problems) == (2, [])
    assert (again.created, again.same, again.problems) == (0, 2, [])
    assert state_of(in_company) == before
    assert [tuple(map(str, row)) for row in ENTRIES] == [
        tuple(row)
        for row in sorted(list(csv.reader(io.StringIO(first.decode())))[1:], key=lambda row: row[0])
    ]
    with open_scope(stranger.scope()):
        take(JOURNAL_ROWS, first)
        assert journal() == first
        number = post_by_hand(entry_date=DAY, lines=(debit("6100", 1), credit("bank", 1)), text="Own",
                              actor=current_scope().actor, now=clock.now()).source_number  # fmt: skip
        assert number == "GJ-2026-000008"


def test_a_reversal_has_a_name_of_its_own_in_the_file(in_company: Company, stranger: Company) -> None:
    take(JOURNAL_ROWS, as_rows(JOURNAL_HEADINGS, *ENTRIES[:2]))
    take_back(Entry.objects.get())
    first = journal()
    with open_scope(stranger.scope()):
        assert take(JOURNAL_ROWS, first).created == 2
        assert journal() == first


@pytest.mark.parametrize(
    "changed,row,column",
    [
        ({3: "7777"}, 3, "Account"), ({3: "1100"}, 3, "Account"), ({6: "EUR"}, 3, "Currency"),
        ({1: "2026-03-15"}, 3, "Date"), ({5: "900.505"}, 3, "Credit"), ({5: "900.00"}, 2, ""),
    ],
)  # fmt: skip
def test_an_entry_with_a_bad_row_is_refused_whole(
    in_company: Company, changed: dict[int, str], row: int, column: str
) -> None:
    """books.md 62."""
    bad = [changed.get(place, cell) for place, cell in enumerate(ENTRIES[1])]
    found = take(JOURNAL_ROWS, as_rows(JOURNAL_HEADINGS, ENTRIES[0], bad))

    assert found.created == 0
    assert (row, column) in {(each.row, each.column) for each in found.problems}
    assert found.refused_rows == 2
    assert Entry.objects.count() == 0


def test_a_number_that_is_there_with_other_lines_is_refused(in_company: Company) -> None:
    take(JOURNAL_ROWS, as_rows(JOURNAL_HEADINGS, *ENTRIES[:2]))
    changed = as_rows(JOURNAL_HEADINGS, (*ENTRIES[0][:11], "April"), ENTRIES[1])
    found = take(JOURNAL_ROWS, changed)

    assert "with another content" in found.problems[0].reason
    assert Entry.objects.count() == 1


def test_the_chart_goes_out_and_in_again(in_company: Company, stranger: Company) -> None:
    """books.md 63."""
    rows = (
        ("6150", "Travel", "expense", "", "yes"),
        ("1110", "Online customers", "asset", "receivable", "no"),
    )
    headings = headings_of(ACCOUNT_ROWS.columns)
    assert take(ACCOUNT_ROWS, as_rows(headings, *rows)).created == 2

    def chart() -> bytes:
        return as_rows(headings, *rows_of(Account.objects.all(), ACCOUNT_ROWS.columns, ("code",)))

    first = chart()
    assert (take(ACCOUNT_ROWS, first).same, chart()) == (2, first)
    changed = as_rows(
        headings, ("6150", "Travel and meals", "expense", "", "no"), ("1110", "x", "income", "", "no")
    )
    found = take(ACCOUNT_ROWS, changed)
    assert (found.changed, found.problems[0].column) == (1, "Kind")
    with open_scope(stranger.scope()):
        take(ACCOUNT_ROWS, first)
        assert chart() == first


def test_rates_as_rows(in_company: Company) -> None:
    headings = headings_of(RATE_ROWS.columns)
    file = as_rows(headings, ("EUR", "2026-03-01", "0.86", "Bank"), ("GBP", "2026-03-01", "1", "Bank"))
    first, second = take(RATE_ROWS, file), take(RATE_ROWS, file)

    assert (first.created, second.same, [each.column for each in first.problems]) == (1, 1, ["Currency"])


def test_the_list_is_exported_as_it_can_be_imported(company: Company, sign_in: SignIn) -> None:
    with open_scope(company.scope()):
        take(JOURNAL_ROWS, as_rows(JOURNAL_HEADINGS, *ENTRIES))
        expected = journal()
    settle(company)
    found = sign_in(company).get("/ledger/entries/export.csv?kind=general").getvalue()

    assert found.decode("utf-8-sig").encode() == expected
