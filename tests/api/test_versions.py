"""Nobody overwrites what they have not seen: versions as ETags, stale ones refused, unchanged ones not sent again."""

import gzip
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections

from apps.core.scope import SYSTEM, open_scope, platform_scope
from tests.api.calls import Api, faulty_fields, problem
from tests.api.conftest import state_of
from tests.api.routes import Books, make_books
from tests.factories.books import make_customer
from tests.factories.tenants import Company

RECORDS = [
    ("customers/{customer}", {"name": "New"}),
    ("products/{product}", {"name": "New"}),
    ("invoices/{draft}", {"note": "New"}),
]
each_record = pytest.mark.parametrize("path,change", RECORDS, ids=[path for path, _ in RECORDS])


@pytest.fixture
def books(company: Company) -> Books:
    return make_books(company)


@each_record
def test_a_change_raises_the_version(api: Api, books: Books, path: str, change: dict[str, Any]) -> None:
    path = path.format(**books.ids)
    seen = api.get(path)
    assert seen["ETag"] == '"1"'
    changed = api.patch(path, change, If_Match=seen["ETag"])
    assert (changed.status_code, changed["ETag"], changed.json()["version"]) == (200, '"2"', 2)
    again = api.patch(path, dict.fromkeys(change, "Newer") | {"version": 2})
    assert again.json()["version"] == 3


@each_record
def test_a_change_from_an_old_version_is_refused(
    company: Company, api: Api, books: Books, path: str, change: dict[str, Any]
) -> None:
    path = path.format(**books.ids)
    api.patch(path, change, If_Match='"1"')
    before = state_of(company)
    other = dict.fromkeys(change, "Other")
    assert problem(api.patch(path, other, If_Match='"1"'), 409, "stale_version")["cure"]
    problem(api.patch(path, other | {"version": 1}), 409, "stale_version")
    assert state_of(company) == before


@each_record
def test_a_change_must_say_its_version(
    company: Company, api: Api, books: Books, path: str, change: dict[str, Any]
) -> None:
    before = state_of(company)
    problem(api.patch(path.format(**books.ids), change), 428, "version_required")
    assert state_of(company) == before


def test_versions_that_cannot_be_understood_are_refused(api: Api, books: Books) -> None:
    path = f"customers/{books.ids['customer']}"
    for tag in ("1", '"x"', "*", '"1", "2"', '"99999999999"'):
        assert faulty_fields(api.patch(path, {"name": "N"}, If_Match=tag), "malformed_etag")
    assert faulty_fields(api.patch(path, {"name": "N", "version": 2}, If_Match='"1"'), "two_versions")
    for version in ("1", 0, -1, 2**31, 1.0, True, None):
        assert list(faulty_fields(api.patch(path, {"name": "N", "version": version}))) == ["version"]


def test_a_weakened_etag_is_understood(api: Api, books: Books) -> None:
    path = f"customers/{books.ids['customer']}"
    assert api.patch(path, {"name": "New"}, If_Match='W/"1"').status_code == 200


def test_a_record_that_is_unchanged_is_not_sent_again(api: Api, books: Books) -> None:
    path = f"invoices/{books.ids['draft']}"
    for tag in ('"1"', 'W/"1"', '"7", "1"', "*"):
        answer = api.get(path, If_None_Match=tag)
        assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", '"1"')
    assert api.get(path, If_None_Match='"2"').status_code == 200


def test_only_one_of_two_changes_at_once_is_made(api: Api, books: Books) -> None:
    path = f"products/{books.ids['product']}"

    def change(name: str) -> int:
        try:
            with platform_scope(SYSTEM):
                status: int = Api(api.secret).patch(path, {"name": name}, If_Match='"1"').status_code
                return status
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        codes = sorted(pool.map(change, ("A", "B", "C", "D")))
    assert codes == [200, 409, 409, 409]


def test_a_draft_is_deleted_and_a_posted_document_is_not(company: Company, api: Api, books: Books) -> None:
    problem(api.call("DELETE", f"invoices/{books.ids['draft']}"), 428, "version_required")
    before = state_of(company)
    problem(api.call("DELETE", f"invoices/{books.ids['posted']}", If_Match='"2"'), 409, "invalid_transition")
    assert state_of(company) == before
    assert api.call("DELETE", f"invoices/{books.ids['draft']}", If_Match='"1"').status_code == 204
    problem(api.get(f"invoices/{books.ids['draft']}"), 404, "not_found")


def test_actions_check_a_version_where_one_is_given(company: Company, api: Api, books: Books) -> None:
    before = state_of(company)
    path = f"invoices/{books.ids['draft']}/post"
    problem(api.post(path, {"version": 7}), 409, "stale_version")
    problem(api.post(path, If_Match='"7"'), 409, "stale_version")
    assert state_of(company) == before
    assert api.post(path, If_Match='"1"').status_code == 200


def test_a_finished_step_may_be_repeated(company: Company, api: Api, books: Books) -> None:
    """books.md 26."""
    for path, body in (("post", {}), ("void", {"reason": "Wrong"})):
        first = api.post(f"invoices/{books.ids['draft']}/{path}", body)
        before = state_of(company)
        second = api.post(f"invoices/{books.ids['draft']}/{path}", body)
        assert (first.status_code, second.content) == (200, first.content)
        assert state_of(company) == before


def test_the_actions_shown_are_the_actions_that_work(company: Company, api: Api, books: Books) -> None:
    draft, posted = books.ids["draft"], books.ids["posted"]
    assert api.get(f"invoices/{draft}").json()["actions"] == ["post", "edit", "delete"]
    assert api.get(f"invoices/{posted}").json()["actions"] == ["credit", "void"]
    problem(api.post(f"invoices/{draft}/void", {"reason": "Wrong"}), 409, "invalid_transition")
    problem(api.patch(f"invoices/{posted}", {"note": "New", "version": 2}), 409, "invalid_transition")


def test_a_credit_note_mirrors_its_invoice(api: Api, books: Books) -> None:
    invoice = api.get(f"invoices/{books.ids['credited']}").json()
    note = api.post(f"invoices/{invoice['id']}/credit", {"issue_date": "2026-04-01"}).json()
    assert [note[name] for name in ("net", "tax", "total")] == [
        invoice[name] for name in ("net", "tax", "total")
    ]
    assert (note["kind"], note["credits"], note["issue_date"]) == ("credit_note", invoice["id"], "2026-04-01")
    problem(api.post(f"invoices/{invoice['id']}/credit"), 409, "already_credited")


def test_amounts_have_the_decimals_of_their_currency(api: Api, customer_id: str) -> None:
    lines = [{"description": "Heart", "quantity": "3", "unit_price": "1000.5", "tax_rate": "10"}]
    shown = {}
    for currency in ("GBP", "VND", "KWD"):
        body = {
            "customer": customer_id,
            "currency": currency,
            "issue_date": "2026-03-02",
            "due_date": "2026-03-02",
        }
        shown[currency] = api.post("invoices", body | {"lines": lines}).json()["total"]
    assert shown == {"GBP": "3301.65", "VND": "3302", "KWD": "3301.650"}


def test_an_outside_number_is_taken_once(company: Company, api: Api, customer_id: str) -> None:
    body = {"customer": customer_id, "currency": "GBP", "issue_date": "2026-03-02", "due_date": "2026-03-02",
            "external_number": "SHOP-7", "lines": []}  # fmt: skip
    first = api.post("invoices", body)
    assert first.status_code == 201
    before = state_of(company)
    members = problem(api.post("invoices", body), 409, "duplicate_document")
    assert members["facts"] == {"document": first.json()["id"]}
    assert state_of(company) == before


def test_the_email_of_a_customer_is_shown_where_its_reading_is_recorded(
    company: Company, api: Api, admin_connection: Any
) -> None:
    with open_scope(company.scope()):
        customer = make_customer(email="ann@example.com")
    for path in ("customers", f"customers/{customer.id}"):
        assert "ann@example.com" not in api.get(path).content.decode()
    found = api.get(f"customers/{customer.id}/contact").json()
    assert {name: value for name, value in found.items() if value} == {"email": "ann@example.com"}
    query = "select actor_id, row_key from audit.entry where tenant_id = %s and operation = 'access'"
    assert admin_connection.execute(query, [company.id]).fetchall() == [
        (api.key_id, f"parties_customer {customer.id}")
    ]


def test_answers_are_packed_for_those_who_unpack(company: Company, api: Api) -> None:
    with open_scope(company.scope()):
        for _ in range(20):
            make_customer()
    answer = api.get("customers", Accept_Encoding="gzip")
    assert answer["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.content).startswith(b'{"results":')
    assert "Content-Encoding" not in api.get("customers")
