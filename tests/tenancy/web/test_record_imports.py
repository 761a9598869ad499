"""Importing rows on a page: checked without a trace, answered row by row, done once, repaired and sent again."""

import csv
import io
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client

from apps.core import clock
from apps.core.scope import open_scope, platform_scope
from apps.parties.models import Customer
from apps.parties.rows import CUSTOMER_ROWS
from apps.tenancy.models import RowFile
from apps.tenancy.rowfiles.files import FORGOTTEN_AFTER, REFUSED_FORGOTTEN_AFTER, check_file, confirm_file
from tests.factories.books import make_customer
from tests.factories.pages import SignIn, entries_of, error_at, names_in, settle, state_of
from tests.factories.row_files import as_rows
from tests.factories.tenants import Company

HEADINGS = ("Code", "Name", "Country", "E-mail")


def names(company: Company) -> list[tuple[str, str]]:
    with open_scope(company.scope()):
        return list(Customer.objects.order_by("code").values_list("code", "name"))


def send(client: Client, content: bytes, *, page: str = "/customers/import") -> Any:
    return client.post(page, {"file": SimpleUploadedFile("rows.csv", content)})


def checked(client: Client, *rows: tuple[object, ...]) -> str:
    """Send rows and return the address of their answers."""
    answer = send(client, as_rows(*rows))
    assert answer.status_code == 302, names_in(answer)
    return str(answer["Location"])


def download(client: Client, address: str) -> list[list[str]]:
    with closing(client.get(address)) as answer:
        assert answer.status_code == 200
        return list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))


def test_a_check_changes_nothing_and_a_confirmation_does_it_once(company: Company, sign_in: SignIn) -> None:
    """books.md 62: a file twice yields nothing new."""
    client = sign_in(company, "finance")
    rows = (HEADINGS, ("A", "Ann", "GB", "ann@example.com"), ("B", "Bee", "VN", ""))
    page = checked(client, *rows)
    assert names(company) == []
    assert "Import 2 records" in names_in(client.get(page))
    for _ in range(2):
        assert client.post(page).status_code == 302
    assert names(company) == [("A", "Ann"), ("B", "Bee")]
    assert "Imported" in names_in(client.get(page))
    again = names_in(client.get(checked(client, *rows)))
    assert "There is nothing in it to import." in again
    changed = checked(client, HEADINGS[:3], ("A", "Anna", "GB"))
    assert client.post(changed).status_code == 302
    assert names(company) == [("A", "Anna"), ("B", "Bee")]
    with open_scope(company.scope()):
        assert Customer.objects.get(code="A").email == "ann@example.com"


def test_a_bad_row_is_told_and_stops_no_other(company: Company, sign_in: SignIn) -> None:
    """books.md 61 and 7: an answer for each row, good ones stay done, bad ones come back with the reason."""
    client = sign_in(company)
    page = checked(
        client,
        HEADINGS,
        ("A", "Ann", "GB", ""),
        ("B", "", "GB", ""),
        ("C", "Cat", "XX", ""),
        ("A", "Other", "GB", ""),
        ("E", "=1+1", "GB", "no\x07mail"),
        ("F", "Fay", "GB", "", "more"),
    )
    text = names_in(client.get(page))
    assert "Import 1 record<" in text
    for said in ("This is needed.", "is not a country code", "Row 2 of this file names the same record.",
                 "characters that cannot be stored", "more cells than the headings"):  # fmt: skip
        assert said in text
    assert "no\x07mail" not in text
    client.post(page)
    assert names(company) == [("A", "Ann")]
    headings, *rows = download(client, f"{page}/refused.csv")
    assert headings == [*HEADINGS, "Reason"]
    assert [row[0] for row in rows] == ["B", "C", "A", "E", "F"]
    assert rows[3][1] == "'=1+1"


def test_refused_rows_are_repaired_and_sent_again(company: Company, sign_in: SignIn) -> None:
    """books.md 62: exported failures re-import after repair."""
    client = sign_in(company)
    page = checked(client, HEADINGS, ("A", "'=1+1", "XX", ""), ("B", "Bee", "GB", ""))
    client.post(page)
    headings, row = download(client, f"{page}/refused.csv")
    assert row[:3] == ["A", "'=1+1", "XX"]
    row[2] = "GB"
    client.post(checked(client, tuple(headings), tuple(row)))
    assert names(company) == [("A", "=1+1"), ("B", "Bee")]


@pytest.mark.parametrize(
    "content,said",
    [
        (b"", "empty"),
        (b"Code,Name,Country\n", "headings and no rows"),
        (b"Code,Name\nA,Ann\n", "The column “Country” is missing."),
        (b"Code,Name,Country,Fax\nA,Ann,GB,1\n", "There is no column “Fax”."),
        (b"Code,Code,Name,Country\nA,B,Ann,GB\n", "The column “Code” stands there twice."),
        (b"Code,Name,Country\nA,\xff,GB\n", "not in UTF-8: line 2"),
        (b"Code,Name,Country\nA,\x00,GB\n", "null characters"),
        (b'Code,Name,Country\nA,"Ann"x,GB\n', "cannot be read as CSV"),
        (b"Code,Name,Country\n" + b"A,Ann,GB\n" * 5001, "one file may have 5,000"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused_whole(
    company: Company, sign_in: SignIn, content: bytes, said: str
) -> None:
    before = state_of(company)
    answer = send(sign_in(company), content)
    assert answer.status_code == 422
    assert said in error_at(answer, "file")
    assert state_of(company) == before


@pytest.mark.parametrize("mark", [";", "\t"])
def test_a_file_of_another_spreadsheet_is_read(company: Company, sign_in: SignIn, mark: str) -> None:
    client = sign_in(company)
    text = f"\ufeffcode{mark}NAME{mark}Country\r\nA{mark}Zoë, Ltd{mark}gb\r\n\r\n".encode()
    client.post(str(send(client, text)["Location"]))
    assert names(company) == [("A", "Zoë, Ltd")]


@pytest.mark.parametrize("page", ["customers", "products"])
def test_export_import_export_gives_the_same_bytes(company: Company, sign_in: SignIn, page: str) -> None:
    """books.md 63."""
    client = sign_in(company)
    headings = {
        "customers": HEADINGS[:3],
        "products": ("SKU", "Name", "Unit price", "Currency", "Tax %"),
    }
    row = {"customers": ("{}", "{}", "GB"), "products": ("{}", "{}", "1.25", "GBP", "20")}
    odd = ["'=x", "=1", "-", "''+", 'a "b", c', "ü;x", "'plain"]
    rows = [tuple(cell.format(name) for cell in row[page]) for name in odd]
    client.post(str(send(client, as_rows(headings[page], *rows), page=f"/{page}/import")["Location"]))
    settle(company)

    def export() -> bytes:
        with closing(client.get(f"/{page}/export.csv")) as answer:
            return bytes(answer.getvalue())

    first = export()
    assert len(first.splitlines()) == 8
    answers = str(send(client, first, page=f"/{page}/import")["Location"])
    assert "There is nothing in it to import." in names_in(client.get(answers))
    client.post(answers)
    settle(company)
    assert export() == first


def test_what_was_sent_is_ciphertext_and_forgotten_once_done(company: Company, sign_in: SignIn) -> None:
    client = sign_in(company)
    page = checked(client, HEADINGS, ("A", "Ann", "GB", "ann@example.com"))
    assert "ann@example.com" not in str(state_of(company))
    client.post(page)
    with open_scope(company.scope()):
        file = RowFile.objects.get()
    assert (file.state, file.content, file.refused, file.created_rows) == ("done", "", "", 1)
    (entry,) = entries_of(company, "import")
    told = {"file": str(file.id), "created": 1, "changed": 0, "same": 0, "refused": 0}
    assert (entry["row_key"], entry["new"]) == ("customers", told)


def test_a_file_of_another_kind_is_not_found(company: Company, sign_in: SignIn) -> None:
    client = sign_in(company)
    page = checked(client, HEADINGS[:3], ("A", "Ann", "GB"))
    other = page.replace("customers", "products")
    assert client.get(other).status_code == 404
    assert client.post(other).status_code == 404
    assert client.get(f"{page}/refused.csv").status_code == 404
    assert names(company) == []


def test_what_may_not_change_is_refused(company: Company, sign_in: SignIn) -> None:
    client = sign_in(company)
    row = ("SKU", "Name", "Unit price", "Currency", "Tax %")
    client.post(
        str(send(client, as_rows(row, ("P", "Pea", "1", "GBP", "0")), page="/products/import")["Location"])
    )
    before = state_of(company)
    page = str(send(client, as_rows(row, ("P", "Pea", "1", "EUR", "0")), page="/products/import")["Location"])
    assert "This cannot be changed." in names_in(client.get(page))
    client.post(page)
    changed = {name for name, value in state_of(company).items() if before[name] != value}
    assert changed == {"default tenancy_rowfile", "default log"}


def test_an_import_needs_both_permissions(company: Company, sign_in: SignIn) -> None:
    with open_scope(company.scope()):
        make_customer()
    before = state_of(company)
    for role in ("sales", "operations", "auditor", "support"):
        assert send(sign_in(company, role), as_rows(HEADINGS[:3], ("A", "Ann", "GB"))).status_code == 403
    assert state_of(company) == before


def test_confirmations_at_the_same_moment_do_it_once(company: Company, sign_in: SignIn) -> None:
    """books.md 62."""
    page = checked(sign_in(company), HEADINGS[:3], *[(f"C{n}", "Ann", "GB") for n in range(60)])
    clients = [sign_in(company) for _ in range(4)]

    def confirm(client: Client) -> int:
        with platform_scope():
            try:
                return int(client.post(page).status_code)
            finally:
                connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(confirm, clients)) == {302}
    assert len(names(company)) == 60
    (entry,) = entries_of(company, "import")
    assert (entry["new"]["created"], entry["new"]["same"], entry["new"]["refused"]) == (60, 0, 0)


def test_a_confirmation_that_breaks_off_is_taken_up_again(company: Company) -> None:
    rows = as_rows(HEADINGS[:3], *[(f"C{n:02}", "Ann", "GB") for n in range(60)])
    calls = []

    def breaks(**given: Any) -> Any:
        calls.append(given)
        if len(calls) > 55:
            raise KeyboardInterrupt
        return CUSTOMER_ROWS.put(**given)

    with open_scope(company.scope()):
        actor, now = company.actor(), clock.now()
        key = check_file(kind=CUSTOMER_ROWS, name="rows.csv", content=rows, actor=actor, now=now)
        with pytest.raises(KeyboardInterrupt):
            confirm_file(kind=replace(CUSTOMER_ROWS, put=breaks), file_id=key, actor=actor, now=now)
        assert (RowFile.objects.get(id=key).state, Customer.objects.count()) == ("checked", 50)
        confirm_file(kind=CUSTOMER_ROWS, file_id=key, actor=actor, now=now)
        file = RowFile.objects.get(id=key)
        assert (file.state, file.created_rows, file.same_rows) == ("done", 10, 50)
        assert Customer.objects.count() == 60


def test_what_nobody_confirmed_is_forgotten(company: Company, sign_in: SignIn) -> None:
    client = sign_in(company)
    page = checked(client, HEADINGS[:3], ("A", "Ann", "GB"))
    done = checked(client, HEADINGS[:3], ("B", "Bee", "GB"), ("C", "Cat", "XX"))
    client.post(done)
    with open_scope(company.scope()):
        RowFile.objects.update(created_at=clock.now() - FORGOTTEN_AFTER - timedelta(hours=1))
    checked(client, HEADINGS[:3], ("D", "Dee", "GB"))
    answer = client.post(page)
    assert answer.status_code == 409
    assert "Send it again." in names_in(answer)
    assert download(client, f"{done}/refused.csv")[1][0] == "C"
    with open_scope(company.scope()):
        RowFile.objects.update(done_at=clock.now() - REFUSED_FORGOTTEN_AFTER - timedelta(hours=1))
    checked(client, HEADINGS[:3], ("D", "Dee", "GB"))
    assert client.get(f"{done}/refused.csv").status_code == 404
    assert names(company) == [("B", "Bee")]
