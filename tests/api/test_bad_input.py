"""Bad input gets a clear problem, changes nothing, and no text of the database ever comes out."""

import json
from typing import Any

import pytest
from django.db import DataError, IntegrityError, OperationalError, ProgrammingError, connection, transaction
from django.test import Client

from apps.core.api.problems import problem_of
from apps.core.ids import new_id
from apps.core.scope import SYSTEM, open_scope, platform_scope
from tests.api.calls import Api, faulty_fields, new_document, problem
from tests.api.conftest import state_of
from tests.factories.books import make_draft
from tests.factories.tenants import Company, make_company


@pytest.fixture(scope="module")
def company() -> Company:
    """One company for the file: what is refused here changes nothing, and the tests prove so."""
    with platform_scope(SYSTEM):
        return make_company(roles=("admin",))


DEEP = b"[" * 500 + b"]" * 500
ENDLESS = b"[" * 400_000


@pytest.mark.parametrize(
    "raw,code",
    [
        (b"{", "malformed_json"),
        (b"", "invalid_input"),
        (b"[]", "invalid_input"),
        (b"7", "invalid_input"),
        (b"null", "invalid_input"),
        (b'{"code": "a", "code": "b"}', "duplicate_name"),
        (b'{"a": {"b": [{"c": 1, "c": 2}]}}', "duplicate_name"),
        (b'{"code": NaN}', "not_a_number"),
        (b'{"code": -Infinity}', "not_a_number"),
        (b'{"code": ' + b"9" * 61 + b"}", "number_too_long"),
        (b'{"code": 0.' + b"9" * 61 + b"}", "number_too_long"),
        (b'{"code": "\\ud800"}', "malformed_text"),
        (b'{"\\udfff": 1}', "malformed_text"),
        (b'{"code": "\xff"}', "not_utf8"),
        (b'\xef\xbb\xbf{"code": "a"}', "malformed_json"),
        (DEEP, "too_deep"),
        (ENDLESS, "too_deep"),
        (b"'single'", "malformed_json"),
        (b'{"a": 1,}', "malformed_json"),
        (b'{"code": 01}', "malformed_json"),
    ],
    ids=range(20),
)
def test_a_body_that_is_no_strict_json_is_refused(company: Company, api: Api, raw: bytes, code: str) -> None:
    before = state_of(company)
    response = api.call("POST", "customers", raw)
    problem(response, 422 if code == "invalid_input" else 400, code)
    assert state_of(company) == before


def test_a_body_that_is_too_large_is_refused(api: Api) -> None:
    big = json.dumps({"code": "x" * 1_000_001}).encode()
    problem(api.call("POST", "customers", big), 413, "body_too_large")


def test_a_body_that_is_not_json_is_refused(api: Api) -> None:
    headers = {"Authorization": f"Bearer {api.secret}"}
    for kind in (
        "text/csv",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/xml",
    ):
        response = api.client.generic("POST", "/api/v1/customers", b"code=1", kind, headers=headers)
        problem(response, 415, "unsupported_media_type")


def test_an_answer_that_is_not_json_is_not_given(api: Api) -> None:
    problem(api.get("customers", Accept="text/html"), 406, "not_acceptable")


def test_a_body_of_unknown_length_is_refused(api: Api) -> None:
    response = api.client.generic(
        "POST", "/api/v1/customers", b"", "application/json",
        headers={"Authorization": f"Bearer {api.secret}", "Transfer-Encoding": "chunked"},
    )  # fmt: skip
    problem(response, 411, "length_required")


@pytest.mark.parametrize("value", [7, 1.5, True, None, [], {}, ["a"], {"a": 1}], ids=str)
@pytest.mark.parametrize("name", ["code", "name", "country_code", "email"])
def test_text_fields_take_text_only(api: Api, name: str, value: Any) -> None:
    body = {"code": "C-1", "name": "Ann", "country_code": "GB", name: value}
    assert list(faulty_fields(api.post("customers", body))) == [name]


NUMBERS = [
    b"1e400", b"-1e400", b"1E+10000000", b"1e-400", b"1" + b"0" * 30, b"-1", b"0.0000001", b"true", b"null",
    b'""', b'"NaN"', b'"Infinity"', b'"1e5"', b'"1_000"', b'"\xef\xbc\x91"', b'"0x10"', b'"1,5"', b"[]", b"{}",
    b'"' + b"9" * 400 + b'"', b"999999999999.5", b'"--1"',
]  # fmt: skip


@pytest.mark.parametrize("raw", NUMBERS, ids=range(len(NUMBERS)))
def test_prices_that_the_books_cannot_hold_are_refused(company: Company, api: Api, raw: bytes) -> None:
    before = state_of(company)
    body = b'{"sku": "S", "name": "N", "currency": "GBP", "unit_price": ' + raw + b"}"
    response = api.call("POST", "products", body)
    assert response.status_code == 422, response.content
    assert [error["field"] for error in response.json()["errors"]] == ["unit_price"]
    assert state_of(company) == before


@pytest.mark.parametrize(
    "given,kept",
    [(b"-0", "0"), (b"-0.0", "0"), (b"0e5", "0"), (b"2.50", "2.5"), (b'"1e0"', None), (b"1e2", "100")],
)
def test_numbers_keep_their_exact_value(api: Api, given: bytes, kept: str | None) -> None:
    assert priced(api, given).get("unit_price") == kept


def test_numbers_are_not_rounded_on_their_way(api: Api) -> None:
    assert priced(api, b"123456789012.345678")["unit_price"] == "123456789012.345678"


def priced(api: Api, raw: bytes) -> dict[str, Any]:
    head = {"sku": f"P-{new_id().hex}", "name": "N", "currency": "GBP"}
    body = json.dumps(head).encode()[:-1] + b', "unit_price": ' + raw + b"}"
    found: dict[str, Any] = api.call("POST", "products", body).json()
    return found


def test_unknown_fields_are_refused_wherever_they_stand(company: Company, api: Api, customer_id: str) -> None:
    before = state_of(company)
    body = new_document(customer_id, total="1.00", state="posted", tenant_id=str(company.id))
    body["lines"][0]["net"] = "0.01"
    assert faulty_fields(api.post("invoices", body)) == {
        "total": "unknown_field", "state": "unknown_field", "tenant_id": "unknown_field",
        "lines[0].net": "unknown_field",
    }  # fmt: skip
    assert state_of(company) == before


@pytest.mark.parametrize(
    "changes,field",
    [
        ({"customer": "7"}, "customer"),
        ({"customer": 10**30}, "customer"),
        ({"customer": "{00000000-0000-0000-0000-000000000000}"}, "customer"),
        ({"currency": "XXX1"}, "currency"),
        ({"currency": "ZZZ"}, "currency"),
        ({"currency": "gbp"}, "currency"),
        ({"kind": "receipt"}, "kind"),
        ({"kind": ["invoice"]}, "kind"),
        ({"issue_date": "02/03/2026"}, "issue_date"),
        ({"issue_date": "2026-02-30"}, "issue_date"),
        ({"issue_date": "2026-03-02T00:00:00Z"}, "issue_date"),
        ({"issue_date": 20260302}, "issue_date"),
        ({"issue_date": "0001-01-01"}, "issue_date"),
        ({"due_date": "9999-12-31", "issue_date": "9999-12-31"}, "issue_date"),
        ({"due_date": "2026-03-01"}, "due_date"),
        ({"lines": "none"}, "lines"),
        ({"lines": {}}, "lines"),
        ({"lines": [7]}, "lines[0]"),
        ({"lines": [{}]}, "lines[0].description"),
        ({"external_number": "x" * 65}, "external_number"),
        ({"note": "a\u0000b"}, "note"),
        ({"note": "a\u0007b"}, "note"),
    ],
    ids=str,
)
def test_documents_that_cannot_be_understood_are_refused(
    company: Company, api: Api, customer_id: str, changes: dict[str, Any], field: str
) -> None:
    before = state_of(company)
    response = api.post("invoices", new_document(customer_id, **changes))
    assert response.status_code == 422, response.content
    assert field in [error["field"] for error in response.json()["errors"]]
    assert state_of(company) == before


@pytest.mark.parametrize("quantity", ["999999999999", "0", "-5", "0.000001"])
def test_extreme_quantities_are_answered_cleanly(api: Api, customer_id: str, quantity: str) -> None:
    line = {"description": "Heart", "quantity": quantity, "unit_price": "999999999999", "tax_rate": "100"}
    response = api.post("invoices", new_document(customer_id, lines=[line]))
    assert response.status_code in {201, 422}, response.content


def test_a_line_that_is_wrong_is_named_by_its_place(api: Api, customer_id: str) -> None:
    lines = [{"description": "Heart", "quantity": "1", "unit_price": "1"} for _ in range(3)]
    lines[1]["quantity"] = "many"
    assert faulty_fields(api.post("invoices", new_document(customer_id, lines=lines))) == {
        "lines[1].quantity": "invalid"
    }


def test_more_lines_than_a_document_has_are_refused(api: Api, customer_id: str) -> None:
    line = {"description": "H", "quantity": 1, "unit_price": 1}
    response = api.post("invoices", new_document(customer_id, lines=[line] * 5001))
    assert "lines" in faulty_fields(response)


@pytest.mark.parametrize(
    "query,field",
    [
        ("stat=draft", "stat"),
        ("state=paid", "state"),
        ("customer=7", "customer"),
        ("issue_date_from=02/03/2026", "issue_date_from"),
        ("issue_date_to=yesterday", "issue_date_to"),
        ("page_size=0", "page_size"),
        ("page_size=201", "page_size"),
        ("page_size=1e2", "page_size"),
        ("page_size=", "page_size"),
        ("ordering=tenant_id", "ordering"),
        ("ordering=--id", "ordering"),
        ("ordering=note", "ordering"),
        ("cursor=abc", "cursor"),
        ("cursor=%00", "cursor"),
        ("q=%00", "q"),
        ("q=" + "x" * 101, "q"),
        ("currency=GBPX", "currency"),
    ],
)
def test_parameters_that_cannot_be_understood_are_refused(api: Api, query: str, field: str) -> None:
    assert list(faulty_fields(api.get(f"invoices?{query}"))) == [field]


def test_a_void_without_a_reason_is_refused(company: Company, api: Api) -> None:
    with open_scope(company.scope()):
        draft = make_draft()
    for body in ({}, {"reason": ""}, {"reason": "   "}, {"reason": None}, {"reason": "x" * 501}):
        assert list(faulty_fields(api.post(f"invoices/{draft.id}/void", body))) == ["reason"]


@pytest.mark.parametrize(
    "statement,error,status,code",
    [
        ("select 1/0", DataError, 422, "invalid_value"),
        ("select '7'::uuid", DataError, 422, "invalid_value"),
        ("do $$ begin raise unique_violation; end $$", IntegrityError, 409, "already_exists"),
        ("do $$ begin raise foreign_key_violation; end $$", IntegrityError, 422, "unknown_reference"),
        ("do $$ begin raise check_violation; end $$", IntegrityError, 409, "rule_broken"),
        ("do $$ begin raise lock_not_available; end $$", OperationalError, 503, "busy"),
        ("do $$ begin raise deadlock_detected; end $$", OperationalError, 503, "busy"),
        ("do $$ begin raise query_canceled; end $$", OperationalError, 503, "too_slow"),
        ("do $$ begin raise admin_shutdown; end $$", OperationalError, 503, "database_unavailable"),
        ("select * from audit.seal", ProgrammingError, 403, "forbidden"),
        ("select * from no_such_table", ProgrammingError, 500, "internal_error"),
    ],
)
def test_what_the_database_says_stays_inside(
    statement: str, error: type[Exception], status: int, code: str
) -> None:
    with pytest.raises(error) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    told = problem_of(caught.value)
    assert (told.status, told.code) == (status, code)
    assert ("Retry-After" in told.headers) == (status == 503)
    inside = str(caught.value).split("\n")[0]
    assert inside not in json.dumps(told.as_response().data)


def test_a_host_that_is_not_ours_is_told_as_a_problem() -> None:
    problem(Client(headers={"Host": "evil.example"}).get("/api/v1/customers"), 400, "bad_request")
    page = Client(headers={"Host": "evil.example"}).get("/customers/")
    assert page["Content-Type"].startswith("text/html")


def test_a_request_id_comes_back(api: Api) -> None:
    assert api.get("customers", X_Request_ID="order-system-7")["X-Request-ID"] == "order-system-7"
    refused = api.get("nothing", X_Request_ID="order-system-8")
    assert refused.json()["request_id"] == "order-system-8"
    assert api.get("customers", X_Request_ID="<script>")["X-Request-ID"] != "<script>"
