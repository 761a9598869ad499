"""Pages of customers: the list and its file, the record, the form that is saved once."""

import csv
import io
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import connections
from django.test import Client

from apps.core.scope import open_scope, platform_scope
from apps.parties.models import Customer
from tests.factories.books import make_customer
from tests.factories.pages import (
    SignIn,
    count_queries,
    entries_of,
    error_at,
    names_in,
    settle,
    state_of,
    summary_of,
)
from tests.factories.tenants import Company


def customers(company: Company) -> list[Customer]:
    with open_scope(company.scope()):
        return list(Customer.objects.order_by("code"))


def add(company: Company, *names: str, **values: str) -> list[Customer]:
    with open_scope(company.scope()):
        made = [make_customer(code=f"C{n:02}", name=name, **values) for n, name in enumerate(names)]
    settle(company)
    return made


def export(client: Client, query: str = "") -> list[list[str]]:
    with closing(client.get(f"/customers/export.csv{query}")) as answer:
        assert answer.status_code == 200
        return list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))


def new(**changes: str) -> dict[str, str]:
    return {"code": "NEW", "name": "New Ltd", "country_code": "GB", "tax_id": "", "email": ""} | changes


# The list


def test_the_list_finds_by_any_part_of_name_code_or_tax_id(company: Company, sign_in: SignIn) -> None:
    with open_scope(company.scope()):
        make_customer(code="ALPHA", name="Northwind Trading")
        make_customer(code="BETA", name="Southwind")
    settle(company)
    client = sign_in(company)
    assert "Southwind" not in names_in(client.get("/customers/?q=northW"))
    assert "Northwind" in names_in(client.get("/customers/?q=lph"))
    assert "Nothing matches" in names_in(client.get("/customers/?q=zzz"))


@pytest.mark.parametrize(
    "query",
    ["q=%00", "q=%25_%5C", "q=" + "x" * 5000, "country=ZZZ", "country=%00", "sort=email", "sort=%00", "after=x",
     "before=%00", "q=1&q=2", "country=GB&country=VN", "q=%F0%9F%92%A3"],
)  # fmt: skip
def test_a_strange_address_shows_a_list(company: Company, sign_in: SignIn, query: str) -> None:
    assert sign_in(company).get(f"/customers/?{query}").status_code == 200


def test_the_list_counts_all_of_it_and_shows_a_page(company: Company, sign_in: SignIn) -> None:
    add(company, *[f"Name {n:02}" for n in range(60)])
    page = names_in(sign_in(company).get("/customers/"))
    assert "50 of 60" in page
    assert "Name 49" in page
    assert "Name 50" not in page


def test_the_list_asks_as_much_for_two_rows_as_for_twenty(company: Company, sign_in: SignIn) -> None:
    client = sign_in(company)
    add(company, "One", "Two")
    client.get("/customers/")
    few = count_queries(lambda: client.get("/customers/"))
    with open_scope(company.scope()):
        for n in range(18):
            make_customer(name=f"More {n}")
    settle(company)
    assert count_queries(lambda: client.get("/customers/")) == few


# The file


def test_the_file_is_exactly_the_list(company: Company, sign_in: SignIn) -> None:
    add(company, "Bee", "Ann", "Cat")
    headings, *rows = export(sign_in(company), "?sort=-name&q=n")
    assert headings == [
        "Code", "Name", "Country", "Tax id", "Status", "Net days", "Discount days", "Discount %", "Tier",
        "Credit limit", "Credit currency", "Walk-in",
    ]  # fmt: skip
    assert [row[:3] for row in rows] == [["C01", "Ann", "GB"]]
    assert [row[1] for row in export(sign_in(company), "?sort=-name")[1:]] == ["Cat", "Bee", "Ann"]


def test_the_file_holds_no_formula_and_no_address(company: Company, sign_in: SignIn) -> None:
    add(company, "=HYPERLINK(1)", "+44", "-1+1", "@SUM(A1)", email="ann@example.com")
    rows = export(sign_in(company))
    assert sorted(row[1] for row in rows[1:]) == ["'+44", "'-1+1", "'=HYPERLINK(1)", "'@SUM(A1)"]
    assert "ann@example.com" not in str(rows)


def test_an_export_is_recorded_with_its_list(company: Company, sign_in: SignIn) -> None:
    add(company, "Ann", "Bee")
    export(sign_in(company, "sales"), "?q=ann")
    (entry,) = entries_of(company, "export")
    assert entry["row_key"] == "customers"
    assert entry["new"] == {"rows": 1, "list": "q=ann"}
    assert entry["actor_id"] == str(company.people["sales"].id)


def test_nothing_is_exported_when_it_cannot_be_recorded(
    company: Company, sign_in: SignIn, admin_connection: psycopg.Connection[Any]
) -> None:
    add(company, "Ann")
    client = sign_in(company)
    client.raise_request_exception = False
    function = "execute on function audit.record_access(text, text, jsonb)"
    admin_connection.execute(f"revoke {function} from bulkhead_app")
    try:
        answer = client.get("/customers/export.csv")
        assert answer.status_code >= 400
        assert b"Ann" not in answer.getvalue()
    finally:
        admin_connection.execute(f"grant {function} to bulkhead_app")


# The record


def test_an_address_is_shown_only_after_it_is_recorded(company: Company, sign_in: SignIn) -> None:
    (customer,) = add(company, "Ann", email="ann@example.com")
    client = sign_in(company, "support")
    assert "ann@example.com" not in names_in(client.get(f"/customers/{customer.id}"))
    assert entries_of(company, "personal data") == []
    assert "ann@example.com" in names_in(client.get(f"/customers/{customer.id}/personal"))
    (entry,) = entries_of(company, "personal data")
    assert (entry["row_key"], entry["new"]) == (f"parties_customer {customer.id}", {"fields": ["email"]})


def test_the_timeline_says_who_changed_what_and_hides_addresses(company: Company, sign_in: SignIn) -> None:
    (customer,) = add(company, "Ann", email="ann@example.com")
    client = sign_in(company, "sales")
    changed = {"name": "Anna", "country_code": "VN", "email": "new@example.com", "version": "1"}
    assert client.post(f"/customers/{customer.id}/edit", changed).status_code == 302
    page = names_in(client.get(f"/customers/{customer.id}"))
    assert "<strong>Sales Person</strong> changed this" in page
    assert "Name: <del>Ann</del> → <ins>Anna</ins>" in page
    assert "Country: <del>United Kingdom</del> → <ins>Vietnam</ins>" in page
    assert "E-mail: <del>protected</del> → <ins>protected</ins>" in page
    assert "<strong>Admin Person</strong> created this" in page


# The form


def test_a_customer_is_made_and_shown(company: Company, sign_in: SignIn) -> None:
    client = sign_in(company, "sales")
    answer = client.post("/customers/new", new(name="  Zoë & Co <b> "), follow=True)
    assert "Zoë &amp; Co &lt;b&gt;" in names_in(answer)
    assert [(c.code, c.name) for c in customers(company)] == [("NEW", "Zoë & Co <b>")]


@pytest.mark.parametrize(
    "field,value,said",
    [
        ("code", "", "required"),
        ("code", "C" * 65, "at most 64"),
        ("code", "A\x00B", "Null characters"),
        ("code", "TAKEN", "A customer with the code “TAKEN” exists."),
        ("name", "A\x07B", "cannot be stored"),
        ("name", "N" * 301, "at most 300"),
        ("country_code", "XX", "not one of the available choices"),
        ("email", "nobody", "valid email"),
    ],
)
def test_bad_input_is_told_at_its_field_and_kept(
    company: Company, sign_in: SignIn, field: str, value: str, said: str
) -> None:
    with open_scope(company.scope()):
        make_customer(code="TAKEN")
    before = state_of(company)
    answer = sign_in(company).post("/customers/new", new(**{"tax_id": "GB980780684", field: value}))
    assert answer.status_code in {409, 422}
    assert said in error_at(answer, field)
    assert "GB980780684" in names_in(answer)
    assert state_of(company) == before


def test_a_form_that_is_sent_twice_makes_one_customer(company: Company, sign_in: SignIn) -> None:
    client = sign_in(company)
    once = uuid4().hex
    first, second = (client.post("/customers/new", new(once=once)) for _ in range(2))
    assert (first.status_code, first["Location"]) == (second.status_code, second["Location"])
    assert len(customers(company)) == 1


def test_a_form_that_arrives_twice_at_once_makes_one_customer(company: Company, sign_in: SignIn) -> None:
    once = uuid4().hex
    clients = [sign_in(company) for _ in range(4)]

    def send(client: Client) -> str:
        with platform_scope():
            try:
                return str(client.post("/customers/new", new(once=once))["Location"])
            finally:
                connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        places = set(pool.map(send, clients))
    assert len(places) == 1
    assert len(customers(company)) == 1


def test_somebody_who_goes_back_and_sends_something_else_means_it(company: Company, sign_in: SignIn) -> None:
    client, once = sign_in(company), uuid4().hex
    places = [
        client.post("/customers/new", new(once=once, code=code))["Location"] for code in ("A", "B", "A")
    ]
    assert (len(set(places)), places[0] == places[2]) == (2, True)
    assert [c.code for c in customers(company)] == ["A", "B"]


def test_another_persons_token_is_not_mine(company: Company, stranger: Company, sign_in: SignIn) -> None:
    once = uuid4().hex
    places = {
        sign_in(company).post("/customers/new", new(once=once))["Location"],
        sign_in(company, "sales").post("/customers/new", new(once=once, code="OTHER"))["Location"],
        sign_in(stranger).post("/customers/new", new(once=once))["Location"],
    }
    assert len(places) == 3


def test_a_change_over_another_change_is_refused_with_who_and_when(company: Company, sign_in: SignIn) -> None:
    (customer,) = add(company, "Ann")
    page = f"/customers/{customer.id}/edit"
    first = {"name": "Theirs", "country_code": "GB", "version": "1"}
    assert sign_in(company, "finance").post(page, first).status_code == 302
    settle(company)
    before = state_of(company)
    mine = sign_in(company, "sales")
    answer = mine.post(page, first | {"name": "Mine"})
    assert answer.status_code == 409
    assert summary_of(answer).startswith("Finance Person changed this on ")
    assert "name" in summary_of(answer)
    assert 'value="Mine"' in names_in(answer)
    assert state_of(company) == before
    # The page now holds the present version: sent again, it is a decision.
    assert 'name="version" value="2"' in names_in(answer)
    assert mine.post(page, first | {"name": "Mine", "version": "2"}).status_code == 302
    assert [c.name for c in customers(company)] == ["Mine"]


def test_a_form_without_a_version_changes_nothing(company: Company, sign_in: SignIn) -> None:
    (customer,) = add(company, "Ann")
    before = state_of(company)
    for version in ("", "x", "-1", "9" * 30):
        sent = {"name": "Mine", "country_code": "GB", "version": version}
        assert sign_in(company).post(f"/customers/{customer.id}/edit", sent).status_code == 422
    assert state_of(company) == before


def test_suggestions_are_few_and_ones_own(company: Company, stranger: Company, sign_in: SignIn) -> None:
    add(company, *[f"Match {n:02}" for n in range(20)])
    add(stranger, "Match of a stranger")
    found = sign_in(company).get("/customers/suggest?q=match").json()
    assert len(found) == 12
    assert found[0] == {"value": "C00", "label": "Match 00"}
    assert sign_in(company).get("/customers/suggest?q=").json() == []
    assert sign_in(company).get("/customers/suggest?q=%00").json() == []
