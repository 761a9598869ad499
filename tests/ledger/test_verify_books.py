"""`manage.py verify_books`: tampering, imbalance and differing open items are found (books.md 28–33)."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from io import StringIO
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.core.management import CommandError, call_command

from apps.core.scope import current_scope, open_scope
from apps.ledger.closing import close_month
from apps.ledger.models import Entry
from tests.factories.ledgers import DAY, book, credit, debit, entry_of, sale, take_back
from tests.factories.pages import state_of
from tests.factories.tenants import Company

ANN = UUID(int=1)
Admin = psycopg.Connection[Any]


@pytest.fixture(autouse=True)
def items(monkeypatch: pytest.MonkeyPatch) -> dict[str, Callable[[date], dict[UUID, int]]]:
    """The open items of these tests alone."""
    mine: dict[str, Callable[[date], dict[UUID, int]]] = {}
    monkeypatch.setattr("apps.ledger.verification.OPEN_ITEMS", mine)
    return mine


@pytest.fixture
def booked(in_company: Company) -> Entry:
    """Books with a reversal and a closed month."""
    entry = book(entry_of(*sale(party_id=ANN)))
    take_back(book(entry_of(debit("bank", 100), credit("revenue", 100))))
    close_month(year=2026, month=3, actor=current_scope().actor, now=datetime(2026, 6, 1, tzinfo=UTC))
    return entry


def verify(company: Company, **options: Any) -> tuple[int, dict[str, Any]]:
    out = StringIO()
    try:
        call_command("verify_books", tenant=[str(company.id)], json=True, stdout=out, **options)
    except SystemExit as ended:
        return int(str(ended.code)), json.loads(out.getvalue())
    return 0, json.loads(out.getvalue())


def tamper(admin: Admin, statement: str, *values: object) -> None:
    """Change the books as somebody with the administrator's rights and the triggers switched off."""
    with admin.transaction():
        admin.execute("set local session_replication_role = replica")
        assert admin.execute(statement, values).rowcount == 1


def test_books_in_order(in_company: Company, booked: Entry, stranger: Company) -> None:
    before = state_of(in_company)
    code, told = verify(in_company)

    assert (code, told["findings"]) == (0, [])
    assert (told["entries"], told["lines"], told["reports"]) == (3, 7, 3)
    assert verify(stranger)[1]["entries"] == 0
    assert state_of(in_company) == before


@pytest.mark.parametrize(
    "statement,told",
    [
        ("update ledger_line set text = 'x' where entry_id = %s and position = 1", "its lines are not those"),
        (
            "update ledger_line set dimension = 'x' where entry_id = %s and position = 1",
            "its lines are not those",
        ),
        (
            "update ledger_line set entry_date = '2026-03-15' where entry_id = %s and position = 1",
            "another date",
        ),
        ("delete from ledger_line where entry_id = %s and position = 3", "its lines are not those"),
        ("update ledger_entry set entry_date = '2026-03-15' where id = %s", "not as the audit log says"),
        ("update ledger_entry set source_number = 'X' where id = %s", "not as the audit log says"),
        ("update ledger_entry set digest = repeat('0', 64) where id = %s", "not as the audit log says"),
        ("delete from ledger_entry where id = %s", "is in the audit log and not in the books"),
    ],
)
def test_a_change_behind_the_back_of_the_books_is_found(
    in_company: Company, booked: Entry, admin_connection: Admin, statement: str, told: str
) -> None:
    tamper(admin_connection, statement, booked.id)
    code, found = verify(in_company)

    assert code == 1
    assert any(told in finding["what"] for finding in found["findings"])


def test_lines_that_were_forged_with_their_digest_are_found_by_the_log(
    in_company: Company, booked: Entry, admin_connection: Admin
) -> None:
    from apps.ledger.entries import digest_of
    from apps.ledger.verification import LINE_COLUMNS

    tamper(
        admin_connection, "update ledger_line set text = 'x' where entry_id = %s and position = 1", booked.id
    )
    lines = booked.lines.order_by("position").values_list(*LINE_COLUMNS)
    forged = digest_of(booked.id, DAY, [tuple(line) for line in lines])
    tamper(admin_connection, "update ledger_entry set digest = %s where id = %s", forged, booked.id)

    code, found = verify(in_company)
    assert code == 1
    assert "not as the audit log says" in found["findings"][0]["what"]


def test_a_kept_report_that_was_changed_is_found(
    in_company: Company, booked: Entry, admin_connection: Admin
) -> None:
    """books.md 35."""
    tamper(admin_connection, "update ledger_snapshot set content = 'x' where tenant_id = %s and report = 'customers'",
           in_company.id)  # fmt: skip

    code, found = verify(in_company)
    assert (code, found["findings"]) == (
        1, [{"kind": "tamper", "what": "The report customers of 2026-03 is not as it was kept."}],
    )  # fmt: skip


def test_an_imbalance_is_found_and_where(in_company: Company, booked: Entry, admin_connection: Admin) -> None:
    """books.md 28, 30."""
    tamper(
        admin_connection,
        "update ledger_line set debit_minor = 1201 where entry_id = %s and position = 1",
        booked.id,
    )

    kinds = {finding["kind"] for finding in verify(in_company)[1]["findings"]}
    assert kinds == {"tamper", "balance"}


def test_control_accounts_are_compared_with_the_open_items(
    in_company: Company, booked: Entry, items: dict[str, Callable[[date], dict[UUID, int]]]
) -> None:
    """books.md 31."""
    items["receivable"] = lambda day: {ANN: 1200} if day >= DAY else {}
    assert verify(in_company, as_of=DAY)[0] == 0
    assert verify(in_company, as_of=date(2026, 3, 13))[0] == 0
    items["receivable"] = lambda _: {ANN: 1100, UUID(int=2): 5}

    code, found = verify(in_company)
    assert (code, len(found["findings"]), found["compared"]) == (3, 2, ["receivable"])


def test_it_says_so_in_words_and_refuses_what_is_no_tenant(in_company: Company, booked: Entry) -> None:
    out = StringIO()
    call_command("verify_books", tenant=[str(in_company.id)], stdout=out)
    with pytest.raises(CommandError) as refused:
        call_command("verify_books", tenant=["nobody"])

    assert "in order" in out.getvalue()
    assert "3 entries with 7 lines and 3 kept reports" in out.getvalue()
    assert refused.value.returncode == 4


def test_a_tenant_with_a_database_of_its_own(any_company: Company) -> None:
    with open_scope(any_company.scope()):
        book(entry_of())

    assert verify(any_company)[0] == 0
