"""Keys end the moment they are revoked, and a key of one customer sees that customer alone."""

import time
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from apps.core import clock
from apps.core.scope import open_scope
from apps.tenancy.models import ApiKey
from apps.tenancy.operations import revoke_api_key
from tests.api.calls import Api, api_for, new_document, problem, some_address
from tests.api.conftest import state_of
from tests.factories.books import make_customer, make_draft, make_posted
from tests.factories.tenants import Company


def revoke(company: Company, api: Api) -> None:
    assert api.key_id is not None
    with open_scope(company.scope()):
        revoke_api_key(key_id=api.key_id, actor=company.actor(), now=clock.now())


def test_a_key_may_come_in_either_header(api: Api) -> None:
    client = Client(REMOTE_ADDR=some_address())
    for headers in ({"X-API-Key": api.secret}, {"Authorization": f"bearer {api.secret}"}):
        assert client.get("/api/v1/customers", headers=headers).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "Bearer bh_" + "x" * 43},
        {"X-API-Key": "something"},
        {"X-API-Key": "bh_\u00e9"},
        {"Authorization": "Bearer not.a.token"},
        {"Authorization": "Bearer " + "a" * 20_000},
        {"Authorization": "Basic YTpi"},
        {"Authorization": "Bearer"},
    ],
)
def test_a_credential_that_is_none_answers_401(headers: dict[str, str]) -> None:
    response = Client(REMOTE_ADDR=some_address()).get("/api/v1/customers", headers=headers)
    assert response.status_code == 401
    assert response["Content-Type"] == "application/problem+json"
    assert response["WWW-Authenticate"] == 'Bearer realm="Bulkhead"'


def test_a_revoked_key_is_refused_at_once(company: Company, api: Api) -> None:
    assert api.get("customers").status_code == 200
    revoke(company, api)
    revoked = time.monotonic()
    problem(api.get("customers"), 401, "key_invalid")
    assert time.monotonic() - revoked < 1


def test_an_expired_key_is_refused(company: Company) -> None:
    now = clock.now()
    expired = api_for(company, expires_at=now - timedelta(seconds=1), now=now - timedelta(hours=1))
    problem(expired.get("customers"), 401, "key_invalid")
    assert api_for(company, expires_at=now + timedelta(hours=1)).get("customers").status_code == 200


def test_a_kept_answer_is_not_given_to_a_revoked_key(company: Company, api: Api, customer_id: str) -> None:
    body = new_document(customer_id)
    assert api.post("invoices", body, Idempotency_Key="order-7").status_code == 201
    revoke(company, api)
    problem(api.post("invoices", body, Idempotency_Key="order-7"), 401, "key_invalid")


def test_the_last_use_of_a_key_is_written_down(company: Company, api: Api) -> None:
    before = clock.now()
    api.get("customers")
    api.get("customers")
    with open_scope(company.scope()):
        used = ApiKey.objects.get(id=api.key_id).last_used_at
    assert used is not None
    assert before <= used <= clock.now()


def test_the_last_use_of_a_key_that_is_bound_to_a_customer_is_written_down(company: Company) -> None:
    with open_scope(company.scope()):
        api = api_for(company, customer_id=make_customer().id)
    api.get("customers")
    with open_scope(company.scope()):
        assert ApiKey.objects.get(id=api.key_id).last_used_at is not None


@pytest.fixture
def bound(any_company: Company) -> dict[str, Any]:
    """Two customers of one company with documents, and a key that is bound to the first."""
    with open_scope(any_company.scope()):
        ours, theirs = make_customer(name="Ours"), make_customer(name="Theirs")
        documents = {
            name: str(make_posted(customer=c).id) for name, c in (("ours", ours), ("theirs", theirs))
        }
        draft = str(make_draft(customer=theirs).id)
    api = api_for(any_company, customer_id=ours.id)
    return {
        "api": api,
        "ours": str(ours.id),
        "theirs": str(theirs.id),
        "documents": documents,
        "draft": draft,
    }


def test_a_bound_key_lists_its_customer_only(bound: dict[str, Any]) -> None:
    api = bound["api"]
    assert [row["id"] for row in api.get("customers").json()["results"]] == [bound["ours"]]
    assert [row["id"] for row in api.get("invoices").json()["results"]] == [bound["documents"]["ours"]]
    assert api.get(f"invoices?customer={bound['theirs']}").json()["results"] == []
    assert api.get("customers?q=Theirs").json()["results"] == []
    assert api.get(f"invoices/{bound['documents']['ours']}").json()["lines"] != []


def test_a_bound_key_finds_nothing_of_another_customer(any_company: Company, bound: dict[str, Any]) -> None:
    api, theirs, document = bound["api"], bound["theirs"], bound["documents"]["theirs"]
    before = state_of(any_company)
    for response in (
        api.get(f"customers/{theirs}"),
        api.get(f"customers/{theirs}/contact"),
        api.patch(f"customers/{theirs}", {"name": "Mine", "version": 1}),
        api.get(f"invoices/{document}"),
        api.patch(f"invoices/{bound['draft']}", {"note": "Mine", "version": 1}),
        api.post(f"invoices/{bound['draft']}/post"),
        api.post(f"invoices/{document}/void", {"reason": "Mine"}),
        api.post(f"invoices/{document}/credit"),
    ):
        problem(response, 404, "not_found")
    problem(api.post("invoices", new_document(theirs)), 422, "unknown_customer")
    assert state_of(any_company) == before


def test_a_bound_key_cannot_make_another_customer(any_company: Company, bound: dict[str, Any]) -> None:
    before = state_of(any_company)
    body = {"code": "C-NEW", "name": "Another", "country_code": "GB"}
    refused = bound["api"].post("customers", body, Idempotency_Key="customer-1")
    problem(refused, 403, "forbidden")
    assert "policy" not in refused.content.decode()
    assert state_of(any_company) == before


def test_a_bound_key_writes_for_its_customer(bound: dict[str, Any]) -> None:
    draft = bound["api"].post("invoices", new_document(bound["ours"]), Idempotency_Key="order-7")
    assert draft.status_code == 201
    again = bound["api"].post("invoices", new_document(bound["ours"]), Idempotency_Key="order-7")
    assert again.content == draft.content


def test_a_bound_key_does_not_write_the_books(bound: dict[str, Any]) -> None:
    draft = bound["api"].post("invoices", new_document(bound["ours"])).json()
    problem(bound["api"].post(f"invoices/{draft['id']}/post"), 403, "bound_to_customer")
    assert bound["api"].get(f"invoices/{draft['id']}").json() == draft


def test_a_key_of_one_customer_cannot_ask_for_the_numbers_of_others(company: Company) -> None:
    with open_scope(company.scope()):
        own, other = make_customer(), make_customer()
    shop, bound = api_for(company), api_for(company, customer_id=own.id)
    assert shop.post("invoices", new_document(other.id, external_number="ORDER-9")).status_code == 201
    for number in ("ORDER-9", "ORDER-10"):
        assert bound.post("invoices", new_document(own.id, external_number=number)).status_code == 201, number
        problem(
            bound.post("invoices", new_document(own.id, external_number=number)), 409, "duplicate_document"
        )


def test_a_key_of_one_customer_cannot_ask_for_the_codes_of_others(company: Company) -> None:
    with open_scope(company.scope()):
        own, other = make_customer(), make_customer()
    bound = api_for(company, customer_id=own.id)

    def told(code: str) -> dict[str, Any]:
        answer = bound.post("customers", {"code": code, "name": "Ann", "country_code": "GB"})
        return {**answer.json(), "request_id": "", "status": answer.status_code}

    assert told(other.code) == told("FREE-1")
    assert told("FREE-1")["status"] in {403, 404, 422}
