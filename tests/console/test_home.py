"""The home page: what each person sees, and that it follows the books."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from typing import Any

import pytest
from django.test import Client

from apps.core import clock
from apps.core.scope import open_scope
from tests.changes.streams import running_relay, wait_for_copy, wait_until
from tests.factories.books import line, make_customer, make_posted, make_product
from tests.factories.tenants import Company

TODAY = clock.now().date()


@pytest.fixture
def trading(any_company: Company) -> Iterator[Company]:
    """A company with two posted invoices (10.00 and 40.00 net) and a credit note of 5.00, all in the copy."""
    alias = any_company.tenant.database
    with running_relay(alias):
        with open_scope(any_company.scope()):
            ann = make_customer(name="Ann Buys Ltd", country_code="NL")
            lamp = make_product(name="Oak lamp")
            make_posted(line("2", "5.00"), customer=ann, issue_date=TODAY)
            make_posted(line("1", "40.00", product_id=lamp.id), customer=ann, issue_date=TODAY)
            make_posted(line("1", "5.00"), customer=ann, kind="credit_note", issue_date=TODAY)
        wait_for_copy(alias=alias)
        yield any_company


def shown(client: Client, address: str, *texts: str) -> str:
    """Return a page once it shows texts; the replica may be a moment behind."""
    page = ""

    def shows() -> bool:
        nonlocal page
        page = client.get(address).content.decode()
        return all(text in page for text in texts)

    wait_until(shows, seconds=10, what=f"{texts} on {address}")
    return page


def downloaded(client: Client, address: str) -> str:
    """Return a file's text."""
    answer: Any = client.get(address)
    with closing(answer):
        return b"".join(answer.streaming_content).decode("utf-8-sig")


def test_the_page_adds_up_what_was_posted(trading: Company, sign_in: Any) -> None:
    page = shown(sign_in(trading), "/", '<span data-value="revenue">45.00</span>')
    for part in (
        '<span data-value="invoices">2</span>',
        '<span data-value="credit_notes">1</span>',
        '<span data-value="average">25.00</span>',
        "Ann Buys Ltd",
        "Oak lamp",
        "Lines without a product",
        "Netherlands",
    ):
        assert part in page


def test_a_stranger_sees_nothing_of_it(trading: Company, stranger: Company, sign_in: Any) -> None:
    shown(sign_in(trading), "/", "Ann Buys Ltd")
    page = sign_in(stranger).get("/").content.decode()
    assert "Ann Buys Ltd" not in page
    assert "The books are empty" in page
    assert downloaded(sign_in(stranger), "/home/customers.csv") == "Customer,Documents,Revenue,Currency\r\n"


def test_another_period_shows_other_days(trading: Company, sign_in: Any) -> None:
    client = sign_in(trading)
    shown(client, "/", "Ann Buys Ltd")
    page = client.get("/?period=custom&from=2001-01-01&to=2001-01-31").content.decode()
    assert '<span data-value="revenue">0.00</span>' in page
    assert "Nothing was posted in this period." in page


def test_the_version_changes_with_this_companys_books_alone(
    trading: Company, stranger: Company, sign_in: Any
) -> None:
    mine, theirs = sign_in(trading), sign_in(stranger)
    wait_until(lambda: mine.get("/live").json()["version"], what="a version")
    before, before_theirs = mine.get("/live").json()["version"], theirs.get("/live").json()["version"]
    with open_scope(trading.scope()):
        make_posted(issue_date=TODAY)
    wait_until(lambda: mine.get("/live").json()["version"] != before, what="another version")
    assert theirs.get("/live").json()["version"] == before_theirs


def test_the_pulse_says_how_old_the_copy_is(trading: Company, sign_in: Any) -> None:
    client = sign_in(trading)
    wait_until(lambda: client.get("/live").json()["state"] == "fresh", what="a fresh copy")
    pulse = client.get("/live").json()
    assert pulse["label"].endswith(" s old")
    assert pulse["notice"] == ""


def test_a_fragment_is_the_page_without_its_frame(trading: Company, sign_in: Any) -> None:
    client = sign_in(trading)
    answer = client.get("/", headers={"HX-Request": "true"})
    assert b"<html" not in answer.content
    assert b"data-live-page" in answer.content
    assert "HX-Request" in answer.headers["Vary"]


def test_who_may_not_see_figures_is_led_to_what_they_may_see(company: Company, sign_in: Any) -> None:
    answer = sign_in(company, "support").get("/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/invoices/")


@pytest.mark.parametrize("address", ["/", "/live", "/home/months.csv", "/companies", "/styleguide"])
def test_nobody_sees_anything_without_signing_in(address: str) -> None:
    answer = Client().get(address)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/accounts/login/")


def test_files_are_for_those_who_may_export(company: Company, sign_in: Any) -> None:
    assert downloaded(sign_in(company, "auditor"), "/home/months.csv").startswith("From,Revenue")
    assert sign_in(company, "approver").get("/home/months.csv").status_code == 403
    assert sign_in(company, "admin").get("/home/nonsense.csv").status_code == 404


def test_a_file_holds_what_the_page_shows(trading: Company, sign_in: Any) -> None:
    client = sign_in(trading)
    shown(client, "/", "Ann Buys Ltd")
    text = downloaded(client, "/home/customers.csv")
    assert text.splitlines() == ["Customer,Documents,Revenue,Currency", "Ann Buys Ltd,3,45.00,GBP"]


def test_a_month_starts_on_its_first_day(trading: Company, sign_in: Any) -> None:
    client = sign_in(trading)
    shown(client, "/", "Ann Buys Ltd")
    text = downloaded(client, "/home/months.csv?period=12m")
    last = text.splitlines()[-1].split(",")
    assert last[:2] == [date(TODAY.year, TODAY.month, 1).isoformat(), "45.00"]


def test_other_pages_of_the_console_open(company: Company, sign_in: Any) -> None:
    client = sign_in(company)
    assert client.get("/styleguide").status_code == 200
    page = client.get("/companies").content.decode()
    assert company.tenant.name in page
