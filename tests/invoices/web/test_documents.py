"""The list of documents with its totals and its file, one document, and what its buttons do."""

import csv
import io
import re
from contextlib import closing
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from apps.core import clock
from apps.core.scope import open_scope
from apps.invoices.models import Invoice
from apps.invoices.operations import create_draft, post_invoice, void_invoice
from tests.factories.books import line, make_customer, make_draft, make_posted, make_product
from tests.factories.pages import (
    SignIn,
    count_queries,
    entries_of,
    names_in,
    settle,
    state_of,
    summary_of,
)
from tests.factories.tenants import Company

ALL = ["5.00", "7,000", "−30.00", "100.00"]


@pytest.fixture
def books(company: Company) -> Company:
    """Two customers, two currencies, one of each state and kind."""
    with open_scope(company.scope()):
        ann, bee = (
            make_customer(code="ANN", name="Ann"),
            make_customer(code="BEE", name="Bee", country_code="VN"),
        )
        make_posted(line("1", "100", "0"), customer=ann, issue_date=date(2026, 1, 10))
        make_posted(line("1", "30", "0"), customer=ann, kind="credit_note", issue_date=date(2026, 1, 20))
        make_posted(line("1", "7000", "0"), customer=bee, currency="VND", issue_date=date(2026, 2, 10))
        make_draft(line("1", "5", "0"), customer=bee, issue_date=date(2026, 3, 10), external_number="=PO-7")
    settle(company)
    return company


def shown(client: Client, query: str) -> list[str]:
    """Return the totals of the shown rows of a list."""
    page = names_in(client.get(f"/invoices/?{query}"))
    return re.findall(r'<td class="num">\s*(−?[\d,.]+)', page)


def summary(client: Client, query: str) -> str:
    found = re.search(
        r'<div class="push muted small">(.*?)</div>', names_in(client.get(f"/invoices/?{query}")), re.S
    )
    return " ".join(re.sub("<[^>]+>", "", found[1]).split()) if found else ""


def stored(company: Company, invoice: Invoice) -> Invoice:
    with open_scope(company.scope()):
        return Invoice.objects.get(id=invoice.id)


@pytest.mark.parametrize(
    "query,rows",
    [
        ("", ALL),
        ("sort=total_minor", ["5.00", "−30.00", "7,000", "100.00"]),
        ("state=draft", ["5.00"]),
        ("kind=credit_note", ["−30.00"]),
        ("currency=VND", ["7,000"]),
        ("country=GB", ["−30.00", "100.00"]),
        ("from=2026-01-15&to=2026-02-10", ["7,000", "−30.00"]),
        ("q=bee", ["5.00", "7,000"]),
        ("q=PO-7", ["5.00"]),
        ("q=CN-2026", ["−30.00"]),
        ("state=nonsense&from=2026-99-99&to=x&currency=gbp&sort=number&q=%00&kind=&country=1", ALL),
        ("from=0001-01-01&to=9999-12-31", ALL),
    ],
)  # fmt: skip
def test_the_list_is_what_its_address_says(
    books: Company, sign_in: SignIn, query: str, rows: list[str]
) -> None:
    assert shown(sign_in(books), query) == rows


@pytest.mark.parametrize(
    "query,words",
    [
        ("", "4 documents · net 75.00 GBP · net 7,000 VND"),
        ("state=posted&currency=GBP", "2 documents · net 70.00 GBP"),
        ("kind=credit_note", "1 document · net -30.00 GBP"),
    ],
)
def test_the_totals_are_of_the_whole_list(books: Company, sign_in: SignIn, query: str, words: str) -> None:
    assert summary(sign_in(books), query).replace("−", "-") == words


def test_the_totals_do_not_come_from_the_page(company: Company, sign_in: SignIn) -> None:
    with open_scope(company.scope()):
        customer = make_customer()
        for _ in range(55):
            make_draft(line("1", "2", "0"), customer=customer)
    settle(company)
    client = sign_in(company)
    assert (len(shown(client, "")), summary(client, "")) == (50, "55 documents · net 110.00 GBP")


def test_the_list_is_cut_to_one_customer_or_product(
    books: Company, stranger: Company, sign_in: SignIn
) -> None:
    client = sign_in(books)
    with open_scope(books.scope()):
        product = make_product(name="Rare lamp")
        draft = make_draft(line("1", "9", "0", product_id=product.id))
        customer = draft.customer_id
    with open_scope(stranger.scope()):
        theirs = make_customer().id
    settle(books)
    assert shown(client, f"product={product.id}") == ["9.00"]
    assert shown(client, f"customer={customer}") == ["9.00"]
    assert "Product: Rare lamp" in names_in(client.get(f"/invoices/?product={product.id}"))
    for query in (f"customer={theirs}", f"product={theirs}", "customer=x", "customer=%00"):
        assert client.get(f"/invoices/?{query}").status_code == 404


def test_the_list_asks_as_much_for_two_rows_as_for_twenty(company: Company, sign_in: SignIn) -> None:
    client = sign_in(company)
    with open_scope(company.scope()):
        for _ in range(2):
            make_draft()
    settle(company)
    client.get("/invoices/")
    few = count_queries(lambda: client.get("/invoices/"))
    with open_scope(company.scope()):
        for _ in range(18):
            make_draft()
    settle(company)
    assert count_queries(lambda: client.get("/invoices/")) == few


def test_a_document_asks_as_much_for_one_line_as_for_thirty(company: Company, sign_in: SignIn) -> None:
    client = sign_in(company)
    with open_scope(company.scope()):
        short, long = make_posted(line()), make_posted(*[line() for _ in range(30)])
    settle(company)
    client.get(f"/invoices/{short.id}")
    few = count_queries(lambda: client.get(f"/invoices/{short.id}"))
    assert count_queries(lambda: client.get(f"/invoices/{long.id}")) == few


# The file


def export(client: Client, query: str = "") -> list[list[str]]:
    with closing(client.get(f"/invoices/export.csv{query}")) as answer:
        assert answer.status_code == 200
        return list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))


def test_the_file_adds_up_to_the_lists_totals(books: Company, sign_in: SignIn) -> None:
    headings, *rows = export(sign_in(books), "?state=posted&currency=GBP&sort=issue_date")
    assert sum(Decimal(row[headings.index("Net")]) for row in rows) == Decimal("70.00")
    assert [row[:2] for row in rows] == [["INV-2026-000001", "Invoice"], ["CN-2026-000001", "Credit note"]]
    (entry,) = entries_of(books, "export")
    assert entry["new"] == {"rows": 2, "list": "state=posted&currency=GBP&sort=issue_date"}


def test_the_file_holds_no_formula_and_exact_amounts(books: Company, sign_in: SignIn) -> None:
    headings, *rows = export(sign_in(books))
    assert [row[-1] for row in rows] == ["'=PO-7", "", "", ""]
    assert [row[headings.index("Total")] for row in rows] == ["5.00", "7000", "-30.00", "100.00"]


# What the buttons do


def act(client: Client, invoice: Invoice, action: str, version: int = 1, **sent: str) -> Any:
    return client.post(f"/invoices/{invoice.id}/act", {"action": action, "version": str(version)} | sent)


def test_a_draft_is_posted_once_however_often_it_is_sent(company: Company, sign_in: SignIn) -> None:
    with open_scope(company.scope()):
        draft = make_draft()
    client = sign_in(company, "approver")
    assert act(client, draft, "post").status_code == act(client, draft, "post").status_code == 302
    invoice = stored(company, draft)
    assert (invoice.state, invoice.number, invoice.version) == ("posted", "INV-2026-000001", 2)
    page = names_in(client.get(f"/invoices/{draft.id}"))
    assert "<strong>Approver Person</strong> posted this as INV-2026-000001" in page


def test_voiding_needs_a_reason_which_the_timeline_tells(company: Company, sign_in: SignIn) -> None:
    with open_scope(company.scope()):
        invoice = make_posted()
    client = sign_in(company)
    before = state_of(company)
    answer = act(client, invoice, "void", 2, reason="  ")
    assert (answer.status_code, summary_of(answer)) == (422, "This is needed.")
    assert state_of(company) == before
    assert act(client, invoice, "void", 2, reason="Entered <twice>").status_code == 302
    assert stored(company, invoice).state == "void"
    page = names_in(client.get(f"/invoices/{invoice.id}"))
    assert "voided this: “Entered &lt;twice&gt;”" in page


def test_a_credit_is_drafted_once_and_both_documents_say_so(company: Company, sign_in: SignIn) -> None:
    with open_scope(company.scope()):
        invoice = make_posted()
    client = sign_in(company, "sales")
    first, second = (act(client, invoice, "credit", 2)["Location"] for _ in range(2))
    assert first == second
    page = names_in(client.get(first))
    assert "Credit note" in page
    assert f'href="/invoices/{invoice.id}">{invoice.number}' in page
    assert f'href="{first}"' in names_in(client.get(f"/invoices/{invoice.id}"))


def test_a_deleted_draft_is_gone(company: Company, sign_in: SignIn) -> None:
    with open_scope(company.scope()):
        draft = make_draft()
    client = sign_in(company)
    assert act(client, draft, "delete")["Location"] == "/invoices/"
    assert client.get(f"/invoices/{draft.id}").status_code == 404
    assert act(client, draft, "delete").status_code == 404


@pytest.mark.parametrize("action", ["post", "delete", "void"])
def test_an_action_on_an_older_version_is_refused_with_who_and_when(
    company: Company, sign_in: SignIn, action: str
) -> None:
    with open_scope(company.scope("finance")):
        document = make_posted() if action == "void" else make_draft()
        Invoice.objects.filter(id=document.id).update(note="Changed", version=document.version + 1)
    settle(company)
    before = state_of(company)
    answer = act(sign_in(company), document, action, document.version, reason="Twice")
    assert answer.status_code == 409
    assert summary_of(answer).startswith("Finance Person changed this on ")
    assert state_of(company) == before


@pytest.mark.parametrize(
    "state,action,status",
    [("draft", "void", 409), ("draft", "credit", 409), ("posted", "delete", 409), ("void", "credit", 409),
     ("void", "post", 409), ("void", "delete", 409), ("draft", "edit", 422), ("draft", "pay", 422),
     ("draft", "", 422), ("draft", "post\x00", 422)],
)  # fmt: skip
def test_only_what_the_state_machine_allows_is_done(
    company: Company, sign_in: SignIn, state: str, action: str, status: int
) -> None:
    with open_scope(company.scope()):
        document = make_draft() if state == "draft" else make_posted()
        if state == "void":
            actor, now = company.actor(), clock.now()
            document = void_invoice(invoice_id=document.id, reason="Test", actor=actor, now=now)
    settle(company)
    before = state_of(company)
    answer = act(sign_in(company), document, action, document.version, reason="Why")
    assert answer.status_code == status
    assert state_of(company) == before


def test_buttons_are_those_that_state_and_role_allow(company: Company, sign_in: SignIn) -> None:
    with open_scope(company.scope()):
        draft, posted = make_draft(), make_posted()
    settle(company)

    def buttons(role: str, invoice: Invoice) -> set[str]:
        page = names_in(sign_in(company, role).get(f"/invoices/{invoice.id}"))
        return set(re.findall(r'name="action" value="(\w+)"', page)) | set(re.findall(r"/(edit)\"", page))

    assert buttons("admin", draft) == {"post", "delete", "edit"}
    assert buttons("admin", posted) == {"credit", "void"}
    assert buttons("approver", draft) == {"post"}
    assert buttons("sales", posted) == {"credit"}
    assert buttons("support", draft) == set()


# Many at once


def test_drafts_of_a_list_are_posted_oldest_first_and_answered_one_by_one(
    company: Company, sign_in: SignIn
) -> None:
    with open_scope(company.scope()):
        late = make_draft(issue_date=date(2026, 3, 2))
        early = make_draft(issue_date=date(2026, 3, 1))
        actor, now = company.actor(), clock.now()
        empty = create_draft(
            customer_id=early.customer_id, currency="GBP", issue_date=date(2026, 3, 3), due_date=date(2026, 3, 3),
            lines=[], actor=actor, now=now,
        )  # fmt: skip
        make_draft(currency="VND")
    settle(company)
    client = sign_in(company, "approver")
    preview = names_in(client.get("/invoices/post?currency=GBP"))
    keys = re.findall(r'name="document" value="([^"]+)"', preview)
    assert keys == [f"{each.id}:1" for each in (early, late, empty)]
    assert "It has no lines." in preview
    answer = client.post("/invoices/post?currency=GBP", {"document": keys})
    assert "2 posted, 1 not" in names_in(answer)
    assert "A document without lines cannot be posted." in names_in(answer)
    assert [stored(company, each).number for each in (early, late, empty)] == [
        "INV-2026-000001", "INV-2026-000002", None,
    ]  # fmt: skip


def test_a_draft_that_changed_after_the_preview_is_not_posted(company: Company, sign_in: SignIn) -> None:
    with open_scope(company.scope()):
        changed, other = make_draft(), make_draft()
        Invoice.objects.filter(id=changed.id).update(version=2)
    sent = {"document": [f"{changed.id}:1", f"{other.id}:1"]}
    answer = sign_in(company).post("/invoices/post", sent)
    assert "1 posted, 1 not" in names_in(answer)
    assert (stored(company, changed).state, stored(company, other).state) == ("draft", "posted")


def test_a_strangers_drafts_are_not_posted(company: Company, stranger: Company, sign_in: SignIn) -> None:
    with open_scope(stranger.scope()):
        theirs = make_draft()
    before = state_of(stranger)
    answer = sign_in(company).post("/invoices/post", {"document": f"{theirs.id}:1"})
    assert "There is no such document." in names_in(answer)
    assert state_of(stranger) == before


@pytest.mark.parametrize("keys", [[], ["x"], ["x:1"], ["\x00"], ["0" * 32 + ":"], ["0" * 32 + ":1"] * 201])
def test_a_choice_that_cannot_be_read_posts_nothing(
    company: Company, sign_in: SignIn, keys: list[str]
) -> None:
    with open_scope(company.scope()):
        post_invoice(invoice_id=make_draft().id, actor=company.actor(), now=clock.now())
    before = state_of(company)
    answer = sign_in(company).post("/invoices/post", {"document": keys})
    assert answer.status_code == 422
    assert "Nothing was posted." in names_in(answer)
    assert state_of(company) == before
