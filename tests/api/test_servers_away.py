"""A copy or the cache that is away costs nothing but age: writing goes on, reading goes to the books."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connections

from apps.core import replicas
from apps.core.scope import open_scope
from tests.api.calls import Api, api_for, new_document, problem
from tests.api.conftest import state_of
from tests.api.routes import CALLS, make_all_books, make_books, name_of
from tests.factories.books import make_customer
from tests.factories.tenants import Company

NOWHERE = {"HOST": "127.0.0.1", "PORT": "1"}


def replica_of(company: Company) -> str:
    return "replica" if company.tenant.database == "default" else f"{company.tenant.database}_replica"


def lose(monkeypatch: pytest.MonkeyPatch, alias: str) -> None:
    """Make a database unreachable for this process, as a stopped server is: connecting is refused."""
    connections[alias].close()
    for name, value in NOWHERE.items():
        monkeypatch.setitem(connections[alias].settings_dict, name, value)


@pytest.fixture
def without_replica(
    any_company: Company, nothing_rests: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Company]:
    lose(monkeypatch, replica_of(any_company))
    yield any_company
    connections[replica_of(any_company)].close()


def test_every_route_works_while_the_replica_is_away(without_replica: Company) -> None:
    api, books = api_for(without_replica), make_all_books(without_replica)
    for call in CALLS:
        response = api.call(call.method, books[call.room].path(call), books[call.room].body(call))
        assert response.status_code == call.status, (name_of(call), response.content)


def test_lists_show_the_books_while_the_replica_is_away(without_replica: Company) -> None:
    api = api_for(without_replica)
    with open_scope(without_replica.scope()):
        customer = make_customer()
    answer = api.get("customers")
    assert [row["id"] for row in answer.json()["results"]] == [str(customer.id)]
    assert answer["Bulkhead-Age"] == "0.000"


def test_nobody_waits_for_a_replica_that_was_just_lost(without_replica: Company) -> None:
    api = api_for(without_replica)
    api.get("customers")
    assert replicas.is_resting(replica_of(without_replica))
    began = time.monotonic()
    assert api.get("customers").status_code == 200
    assert time.monotonic() - began < 0.5


def test_a_replica_that_dies_between_two_requests_is_not_noticed(
    company: Company, nothing_rests: None, admin_connection: Any
) -> None:
    api = api_for(company)
    assert api.get("customers").status_code == 200
    # The server ends the session under the connection that the next request would use.
    backend = connections["replica"].connection
    assert backend is not None
    backend.pgconn.finish()
    assert api.get("customers").status_code == 200


def test_the_copy_is_asked_again_when_it_is_back(company: Company, nothing_rests: None) -> None:
    api = api_for(company)
    with pytest.MonkeyPatch.context() as patched:
        lose(patched, "replica")
        assert api.get("customers")["Bulkhead-Age"] == "0.000"
    connections["replica"].close()
    replicas._away_until.clear()
    assert api.get("customers").status_code == 200
    assert not replicas.is_resting("replica")


def test_without_the_books_requests_are_told_to_come_back(
    company: Company, nothing_rests: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = api_for(company)
    lose(monkeypatch, "default")
    answer = api.post("customers", {"code": "C", "name": "N", "country_code": "GB"})
    problem(answer, 503, "database_unavailable")
    assert answer["Retry-After"] == "5"
    assert "127.0.0.1" not in answer.content.decode()
    monkeypatch.undo()
    connections["default"].close()


def test_a_signed_in_browser_is_told_so_too(
    company: Company, nothing_rests: None, sign_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = sign_in(company)
    client.raise_request_exception = False
    lose(monkeypatch, "default")
    answer = client.get("/api/v1/customers")
    problem(answer, 503, "database_unavailable")
    assert answer["Retry-After"] == "5"
    page = client.get("/customers/")
    assert page["Content-Type"].startswith("text/html")
    monkeypatch.undo()
    connections["default"].close()


def test_a_record_that_somebody_holds_is_told_to_be_tried_again(
    company: Company, nothing_rests: None, admin_connection: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    api, books = api_for(company), make_books(company)
    options = {**connections["default"].settings_dict["OPTIONS"], "options": "-c lock_timeout=200ms"}
    monkeypatch.setitem(connections["default"].settings_dict, "OPTIONS", options)
    before = state_of(company)
    with admin_connection.transaction():
        admin_connection.execute(
            "select from invoices_invoice where id = %s for update", [books.ids["draft"]]
        )
        answer = api.post(f"invoices/{books.ids['draft']}/post", Idempotency_Key="post-7")
        problem(answer, 503, "busy")
        assert answer["Retry-After"] == "1"
    assert state_of(company) == before
    assert api.post(f"invoices/{books.ids['draft']}/post", Idempotency_Key="post-7").status_code == 200


@pytest.fixture
def without_redis(nothing_rests: None, settings: Any) -> Iterator[None]:
    """Point the cache at a port where nobody listens."""
    settings.CACHES = {
        **settings.CACHES,
        "redis": {**settings.CACHES["redis"], "LOCATION": "redis://127.0.0.1:1/0"},
    }
    yield
    caches["redis"].close()


def test_every_route_works_while_redis_is_away(company: Company, without_redis: None) -> None:
    api, books = api_for(company), make_all_books(company)
    for call in CALLS:
        response = api.call(
            call.method,
            books[call.room].path(call),
            books[call.room].body(call),
            Idempotency_Key=name_of(call).replace(" ", ""),
        )
        assert response.status_code == call.status, (name_of(call), response.content)


def test_a_record_written_a_moment_ago_is_found_at_once(any_company: Company) -> None:
    api = api_for(any_company)
    for number in range(20):
        body = {"code": f"C-{number}", "name": "Ann", "country_code": "GB"}
        made = api.post("customers", body)
        assert api.get(f"customers/{made.json()['id']}").json() == made.json()
        seen = {"Bulkhead_At_Least": made["Bulkhead-As-Of"]}
        assert len(api.get("customers", **seen).json()["results"]) == number + 1


def test_a_position_that_is_none_is_refused(api: Api) -> None:
    problem(api.get("customers", Bulkhead_At_Least="yesterday"), 422, "invalid_position")


def test_answers_say_how_old_they_are(api: Api, customer_id: str) -> None:
    written = api.post("invoices", new_document(customer_id))
    read = api.get("invoices", Bulkhead_At_Least=written["Bulkhead-As-Of"])
    assert float(read["Bulkhead-Age"]) < 60
    assert position(read["Bulkhead-As-Of"]) >= position(written["Bulkhead-As-Of"])


def position(text: str) -> int:
    high, low = text.split("/")
    return (int(high, 16) << 32) + int(low, 16)


def test_too_many_requests_of_a_key_are_told_to_wait(
    company: Company, nothing_rests: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from apps.tenancy.api import throttles

    api, other = api_for(company), api_for(company)
    monkeypatch.setattr(throttles, "limit_of", lambda kind: {"key": 3}.get(kind, 10_000))
    # All within one window, so that the count is exact.
    while throttles.seconds_left() < 5:
        time.sleep(0.2)
    before = state_of(company)
    codes = [api.get("customers").status_code for _ in range(4)]
    assert codes == [200, 200, 200, 429]
    refused = api.post("customers", {"code": "C", "name": "N", "country_code": "GB"})
    problem(refused, 429, "throttled")
    assert 0 < int(refused["Retry-After"]) <= 60
    assert state_of(company) == before
    assert other.get("customers").status_code == 200


def test_wrong_keys_are_slowed_down_by_address_and_good_ones_are_not(
    company: Company, nothing_rests: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from apps.tenancy.api import base, throttles

    monkeypatch.setattr(base, "limit_of", lambda _: 3)
    while throttles.seconds_left() < 5:
        time.sleep(0.2)
    good = api_for(company)
    wrong = Api("bh_wrong", client=good.client)
    codes = [wrong.get("customers").status_code for _ in range(5)]
    assert codes == [401, 401, 401, 429, 429]
    assert good.get("customers").status_code == 200
