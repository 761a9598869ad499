"""Two tenants and a stranger on every route: nobody without a key of the tenant sees, changes or guesses anything."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from apps.core.ids import new_id
from apps.tenancy.permissions import KEY_SCOPES
from tests.api.call import Call
from tests.api.calls import Api, api_for, new_document, person_for, problem
from tests.api.conftest import state_of
from tests.api.routes import ALL, CALLS, DELETES, OPEN, make_all_books, make_books, name_of
from tests.factories.tenants import Company, make_company

each_call = pytest.mark.parametrize("call", ALL, ids=name_of)
each_record_call = pytest.mark.parametrize("call", [c for c in ALL if c.names_record], ids=name_of)
each_list = pytest.mark.parametrize("path", ["customers", "products", "invoices"])


def routes(resolver: URLResolver) -> Iterator[URLPattern]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from routes(entry)
        else:
            yield entry


def api_routes() -> list[URLPattern]:
    (root,) = [r for r in get_resolver().url_patterns if str(r.pattern) == "api/"]
    return list(routes(root))


def caller_for(company: Company, call: Call) -> Api:
    return person_for(company) if call.by_person else api_for(company)


def send(api: Api, call: Call, path: str, body: Any) -> Any:
    version = {"If_Match": '"1"'} if call.method == "DELETE" else {}
    return api.call(call.method, path, body, **version)


def test_every_route_and_method_is_in_the_catalogue() -> None:
    known = {(call.route, call.method) for call in ALL}
    found = set()
    for route in api_routes():
        if route.name in OPEN:
            continue
        view = route.callback.view_class()
        found |= {(route.name, method) for method in view.allowed_methods if method != "HEAD"}
    assert found == known


def test_every_route_says_which_permission_it_needs() -> None:
    for call in ALL:
        (route,) = [r for r in api_routes() if r.name == call.route]
        assert route.callback.view_class.required_permissions[call.method] == call.needs


def test_the_owner_may_call_every_route(any_company: Company) -> None:
    api, person, books = api_for(any_company), person_for(any_company), make_all_books(any_company)
    for call in CALLS:
        response = send(
            person if call.by_person else api, call, books[call.room].path(call), books[call.room].body(call)
        )
        assert response.status_code == call.status, (name_of(call), response.content)
        assert response["X-Request-ID"]
        assert response["Bulkhead-As-Of"]
        # Files and papers are not even kept by the browser.
        assert response["Cache-Control"] in {"private, no-cache", "private, no-store"}
        assert {"Authorization", "X-API-Key", "Cookie"} <= set(response["Vary"].split(", "))
    others = make_all_books(any_company)
    for call in DELETES:
        assert send(api, call, others[call.room].path(call), None).status_code == 204, name_of(call)


@each_call
def test_without_a_key_every_route_answers_401(company: Company, call: Call) -> None:
    books = make_books(company, call.room)
    before = state_of(company)
    response = send(Api(), call, books.path(call), books.body(call))
    problem(response, 401, "not_authenticated")
    assert response["WWW-Authenticate"] == 'Bearer realm="Bulkhead"'
    assert state_of(company) == before


@each_call
def test_a_key_without_the_scope_answers_403(company: Company, call: Call) -> None:
    books = make_books(company, call.room)
    before = state_of(company)
    api = api_for(company, [scope for scope in KEY_SCOPES if scope != call.needs])
    api = person_for(company, "support") if call.by_person else api
    members = problem(send(api, call, books.path(call), books.body(call)), 403, "forbidden")
    assert members["facts"] == {"permission": call.needs}
    assert state_of(company) == before


@each_record_call
def test_anothers_record_is_answered_as_one_that_never_was(any_company: Company, call: Call) -> None:
    books = make_books(any_company, call.room)
    stranger = caller_for(make_company(database=any_company.tenant.database), call)
    before = state_of(any_company)
    theirs = send(stranger, call, books.path(call), books.body(call))
    never = send(
        stranger, call, call.path.format(**dict.fromkeys(books.ids, str(new_id()))), books.body(call)
    )
    assert spoken(theirs) == spoken(never)
    problem(theirs, 404, "not_found")
    assert state_of(any_company) == before


def spoken(response: Any) -> dict[str, Any]:
    """What a caller could tell two answers apart by."""
    return {**response.json(), "request_id": "", "status": response.status_code}


@each_list
def test_lists_show_own_rows_only(any_company: Company, path: str) -> None:
    make_books(any_company)
    other = make_company(database=any_company.tenant.database)
    stranger, own = api_for(other), make_books(other)
    shown = {row["id"] for row in stranger.get(path).json()["results"]}
    assert shown
    assert shown <= set(own.ids.values())


def test_anothers_customer_filters_nothing(company: Company, stranger: Company) -> None:
    books = make_books(company)
    assert api_for(stranger).get(f"invoices?customer={books.ids['customer']}").json()["results"] == []


@pytest.mark.parametrize("field", ["customer", "product"])
def test_anothers_ids_in_a_body_are_answered_as_ids_that_never_were(
    company: Company, stranger: Company, field: str
) -> None:
    books, own = make_books(company), make_books(stranger)
    api = api_for(stranger)

    def answer(key: str) -> dict[str, Any]:
        body = new_document(own.ids["customer"])
        place = body if field == "customer" else body["lines"][0]
        place[field] = key
        return spoken(api.post("invoices", body))

    before = state_of(company)
    assert answer(books.ids[field]) == answer(str(new_id()))
    assert answer(books.ids[field])["code"] == f"unknown_{field}"
    assert answer(books.ids[field])["status"] == 422
    assert state_of(company) == before


def test_a_code_that_another_tenant_uses_is_free(company: Company, stranger: Company) -> None:
    body = {"code": "C-1", "name": "Ann", "country_code": "GB"}
    assert api_for(company).post("customers", body).status_code == 201
    assert api_for(stranger).post("customers", body).status_code == 201


def test_addresses_that_lead_nowhere_are_problems() -> None:
    for path in ("nothing", "invoices/", "invoices/7", "customers/x/contact", "../v2/invoices"):
        problem(Api().get(path), 404, "not_found")


def test_a_method_that_a_route_does_not_have_is_a_problem(api: Api) -> None:
    for method in ("PUT", "DELETE", "OPTIONS", "TRACE"):
        response = api.call(method, "customers")
        problem(response, 405, "method_not_allowed")
        assert response["Allow"] == "GET, HEAD, POST"


def test_a_view_that_declares_nothing_is_closed(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    from apps.parties.api.views import CustomersView

    monkeypatch.setattr(CustomersView, "required_permissions", {})
    problem(api_for(company).get("customers"), 403, "permission_denied")
