"""The form of a document: what is entered is saved whole or not at all, and never lost."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest

from apps.core.scope import open_scope
from apps.invoices.models import Invoice, Line
from tests.factories.books import make_customer, make_draft, make_posted, make_product
from tests.factories.pages import SignIn, error_at, names_in, settle, state_of, summary_of
from tests.factories.tenants import Company
from tests.invoices.web.drafts import draft, line


@pytest.fixture
def shop(company: Company) -> Company:
    """A company with the customer ACME and the product LAN."""
    with open_scope(company.scope()):
        make_customer(code="ACME", name="Acme Ltd", country_code="VN")
        make_product(sku="LAN")
    return company


def documents(company: Company) -> list[Invoice]:
    with open_scope(company.scope()):
        return list(Invoice.objects.order_by("created_at"))


def lines_of(company: Company, invoice: Invoice) -> list[tuple[str, Decimal, int, bool]]:
    with open_scope(company.scope()):
        found = Line.objects.filter(invoice=invoice).order_by("position")
        return [(x.description, x.quantity, x.net_minor, x.product_id is not None) for x in found]


def test_a_draft_is_saved_as_it_was_entered(shop: Company, sign_in: SignIn) -> None:
    entered = draft(
        "ACME", line(sku="LAN"), line(quantity="3", unit_price="0.335", tax_rate=""), note="For Ann"
    )
    answer = sign_in(shop, "sales").post("/invoices/new", entered, follow=True)
    assert "Saved as a draft." in names_in(answer)
    (invoice,) = documents(shop)
    assert (invoice.state, invoice.number, invoice.country_code, invoice.note) == (
        "draft",
        None,
        "VN",
        "For Ann",
    )
    assert (invoice.issue_date, invoice.due_date) == (date(2026, 3, 1), date(2026, 3, 31))
    assert (invoice.net_minor, invoice.tax_minor, invoice.total_minor) == (1101, 200, 1301)
    assert lines_of(shop, invoice) == [
        ("Lantern", Decimal(2), 1000, True),
        ("Lantern", Decimal(3), 101, False),
    ]


def test_a_customer_may_be_named_instead(shop: Company, sign_in: SignIn) -> None:
    assert sign_in(shop).post("/invoices/new", draft("acme ltd")).status_code == 302


def test_empty_and_removed_lines_are_left_out(shop: Company, sign_in: SignIn) -> None:
    empty = dict.fromkeys(line(), "")
    sent = draft(
        "ACME", empty, line(), line(description="Gone", quantity="x"), empty, **{"lines-2-DELETE": "on"}
    )
    assert sign_in(shop).post("/invoices/new", sent).status_code == 302
    assert [x[0] for x in lines_of(shop, documents(shop)[0])] == ["Lantern"]


def test_save_and_post_does_both_or_neither(shop: Company, sign_in: SignIn) -> None:
    client = sign_in(shop)
    before = state_of(shop)
    empty = dict.fromkeys(line(), "")
    answer = client.post("/invoices/new", draft("ACME", empty) | {"then": "post"})
    assert (answer.status_code, summary_of(answer)) == (422, "A document without lines cannot be posted.")
    assert state_of(shop) == before
    assert client.post("/invoices/new", draft("ACME") | {"then": "post"}).status_code == 302
    assert [(d.state, d.number) for d in documents(shop)] == [("posted", "INV-2026-000001")]


def test_somebody_who_may_not_post_posts_nothing(shop: Company, sign_in: SignIn) -> None:
    client = sign_in(shop, "sales")
    assert "Save and post" not in names_in(client.get("/invoices/new"))
    before = state_of(shop)
    assert client.post("/invoices/new", draft("ACME") | {"then": "post"}).status_code == 403
    assert state_of(shop) == before


@pytest.mark.parametrize(
    "changes,field,said",
    [
        ({"issue_date": "2026-02-30"}, "issue_date", "valid date"),
        ({"issue_date": "01/03/2026"}, "issue_date", "valid date"),
        ({"issue_date": "1889-12-31"}, "issue_date", "outside 1990 to 2100"),
        ({"issue_date": "9999-12-31", "due_date": "9999-12-31"}, "issue_date", "outside 1990 to 2100"),
        ({"due_date": "2026-02-01"}, "due_date", "before the document's date"),
        ({"customer": "NOBODY"}, "customer", "no customer “NOBODY”"),
        ({"customer": "A\x00"}, "customer", "Null characters"),
        ({"currency": "XQX"}, "currency", "not a currency code"),
        ({"currency": "POUND"}, "currency", "at most 3"),
        ({"kind": "receipt"}, "kind", "not one of the available choices"),
        ({"note": "N" * 2001}, "note", "at most 2000"),
        ({"note": "\x07"}, "note", "cannot be stored"),
        ({"external_number": "9" * 65}, "external_number", "at most 64"),
        ({"lines-0-quantity": "x"}, "lines-0-quantity", "Enter a number"),
        ({"lines-0-quantity": "1,000"}, "lines-0-quantity", "Write decimals with a point"),
        ({"lines-0-quantity": "1" * 40}, "lines-0-quantity", "18 digits"),
        ({"lines-0-quantity": "1e99"}, "lines-0-quantity", "18 digits"),
        ({"lines-0-quantity": "NaN"}, "lines-0-quantity", "Enter a number"),
        ({"lines-0-quantity": "0.0000001"}, "lines-0-quantity", "6 decimal places"),
        ({"lines-0-unit_price": "-5"}, "lines-0-unit_price", "between 0 and"),
        ({"lines-0-unit_price": ""}, "lines-0-unit_price", "This is needed."),
        ({"lines-0-tax_rate": "101"}, "lines-0-tax_rate", "between 0 and 100"),
        ({"lines-0-sku": "NONE"}, "lines-0-sku", "no such product"),
        ({"lines-0-description": "\x00"}, "lines-0-description", "Null characters"),
        ({"lines-0-description": ""}, "lines-0-description", "required"),
    ],
)  # fmt: skip
def test_bad_input_is_told_at_its_field_kept_and_changes_nothing(
    shop: Company, sign_in: SignIn, changes: dict[str, str], field: str, said: str
) -> None:
    before = state_of(shop)
    sent = draft("ACME", line(), line(description="Kept line")) | changes
    answer = sign_in(shop).post("/invoices/new", sent)
    assert answer.status_code in {409, 422}
    assert said in error_at(answer, field)
    assert "Kept line" in names_in(answer)
    assert state_of(shop) == before


@pytest.mark.parametrize(
    "lines,said",
    [
        ([line(quantity="999999999999", unit_price="999999999999")], "too large to be booked"),
        ([line(quantity="-2")], "The total is below zero."),
    ],
)
def test_a_total_that_cannot_be_booked_is_told_above_the_form(
    shop: Company, sign_in: SignIn, lines: list[dict[str, str]], said: str
) -> None:
    before = state_of(shop)
    answer = sign_in(shop).post("/invoices/new", draft("ACME", *lines))
    assert answer.status_code == 422
    assert said in summary_of(answer)
    assert state_of(shop) == before


@pytest.mark.parametrize("number", ["5001", "999999999", "9" * 30])
def test_too_many_lines_are_refused_before_they_are_read(shop: Company, sign_in: SignIn, number: str) -> None:
    before = state_of(shop)
    answer = sign_in(shop).post("/invoices/new", draft("ACME") | {"lines-TOTAL_FORMS": number})
    assert answer.status_code == 422
    assert "at most 5,000 lines" in names_in(answer)
    assert state_of(shop) == before


def test_a_form_of_5001_lines_is_refused_in_words(shop: Company, sign_in: SignIn) -> None:
    answer = sign_in(shop).post("/invoices/new", draft("ACME", *[line() for _ in range(5001)]))
    assert (answer.status_code, "at most 5,000 lines" in names_in(answer)) == (422, True)


@pytest.mark.parametrize("number", ["", "x", "-1", "1.5", "\x00"])
def test_a_form_without_a_count_of_lines_is_refused(shop: Company, sign_in: SignIn, number: str) -> None:
    before = state_of(shop)
    answer = sign_in(shop).post(
        "/invoices/new", draft("ACME") | {"lines-TOTAL_FORMS": number, "then": "post"}
    )
    assert answer.status_code == 422
    assert state_of(shop) == before


def test_records_of_a_stranger_cannot_be_named(shop: Company, stranger: Company, sign_in: SignIn) -> None:
    with open_scope(stranger.scope()):
        theirs = make_customer(code="THEIRS", name="Their customer")
        make_product(sku="THEIR-SKU")
    settle(stranger)
    client = sign_in(shop)
    before = state_of(shop), state_of(stranger)
    for customer in ("THEIRS", "Their customer", str(theirs.id)):
        assert "There is no customer" in error_at(client.post("/invoices/new", draft(customer)), "customer")
    answer = client.post("/invoices/new", draft("ACME", line(sku="THEIR-SKU")))
    assert error_at(answer, "lines-0-sku") == "There is no such product."
    assert "Their customer" not in names_in(client.get(f"/invoices/new?customer={theirs.id}"))
    assert "THEIRS" not in names_in(client.get(f"/invoices/new?customer={theirs.id}"))
    assert (state_of(shop), state_of(stranger)) == before


def test_a_form_that_is_sent_twice_makes_one_draft(shop: Company, sign_in: SignIn) -> None:
    client, sent = sign_in(shop), draft("ACME") | {"once": uuid4().hex}
    assert client.post("/invoices/new", sent)["Location"] == client.post("/invoices/new", sent)["Location"]
    assert len(documents(shop)) == 1


def test_a_known_number_of_theirs_is_told_with_the_document(shop: Company, sign_in: SignIn) -> None:
    client = sign_in(shop)
    sent = draft("ACME") | {"external_number": "PO-7"}
    assert client.post("/invoices/new", sent).status_code == 302
    answer = client.post("/invoices/new", sent)
    assert answer.status_code == 409
    assert "“PO-7” is in the books already" in summary_of(answer)
    assert len(documents(shop)) == 1


# Editing


def test_a_draft_is_shown_and_changed(shop: Company, sign_in: SignIn) -> None:
    client = sign_in(shop)
    client.post("/invoices/new", draft("ACME", line(sku="LAN"), line(description="Second")))
    (invoice,) = documents(shop)
    page = names_in(client.get(f"/invoices/{invoice.id}/edit"))
    for shown in (
        'value="ACME"',
        'value="LAN"',
        'value="Second"',
        'name="version" value="1"',
        'value="2026-03-01"',
    ):
        assert shown in page
    sent = draft("ACME", line(quantity="7")) | {"version": "1", "due_date": "2026-04-30"}
    assert client.post(f"/invoices/{invoice.id}/edit", sent).status_code == 302
    (invoice,) = documents(shop)
    assert (invoice.net_minor, invoice.due_date, invoice.version) == (3500, date(2026, 4, 30), 2)
    assert lines_of(shop, invoice) == [("Lantern", Decimal(7), 3500, False)]


def test_a_change_over_another_change_is_refused_with_who_and_when(shop: Company, sign_in: SignIn) -> None:
    with open_scope(shop.scope()):
        invoice = make_draft()
    page = f"/invoices/{invoice.id}/edit"
    theirs = draft("ACME", line(quantity="3")) | {"version": "1"}
    assert sign_in(shop, "finance").post(page, theirs).status_code == 302
    settle(shop)
    before = state_of(shop)
    mine = sign_in(shop, "sales")
    answer = mine.post(page, draft("ACME", line(description="My own line")) | {"version": "1"})
    assert answer.status_code == 409
    assert summary_of(answer).startswith("Finance Person changed this on ")
    assert "net" in summary_of(answer)
    assert "My own line" in names_in(answer)
    assert state_of(shop) == before


def test_a_posted_document_has_no_form(shop: Company, sign_in: SignIn) -> None:
    with open_scope(shop.scope()):
        invoice = make_posted()
    settle(shop)
    before = state_of(shop)
    client = sign_in(shop)
    assert client.get(f"/invoices/{invoice.id}/edit").status_code == 409
    assert client.post(f"/invoices/{invoice.id}/edit", draft("ACME") | {"version": "2"}).status_code == 409
    assert state_of(shop) == before
