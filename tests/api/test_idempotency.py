"""Same key and body: one effect and one answer, also when they arrive together (books.md 59)."""

import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import connections

from apps.core import clock
from apps.core.scope import SYSTEM, Actor, open_scope, platform_scope
from apps.invoices.models import Invoice
from apps.tenancy.api import idempotency
from apps.tenancy.models import IdempotentAnswer
from apps.tenancy.tasks import forget_answers_task
from tests.api.calls import Api, api_for, faulty_fields, new_document, problem
from tests.api.conftest import state_of
from tests.factories.books import make_customer, make_draft
from tests.factories.tenants import Company

CALLERS = 8


def customer_of(company: Company) -> str:
    with open_scope(company.scope()):
        return str(make_customer().id)


def documents_of(company: Company) -> int:
    with open_scope(company.scope()):
        return Invoice.objects.count()


def answers_of(company: Company) -> int:
    with open_scope(company.scope()):
        return IdempotentAnswer.objects.count()


def together(calls: list[Any]) -> list[Any]:
    """Run calls at the same moment, each in a thread with connections of its own."""
    start = threading.Barrier(len(calls))

    def run(call: Any) -> Any:
        try:
            with platform_scope(SYSTEM):
                start.wait(10)
                return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def callers(api: Api) -> list[Api]:
    return [Api(api.secret) for _ in range(CALLERS)]


def test_a_repetition_gets_the_first_answer_word_for_word(any_company: Company) -> None:
    api, body = api_for(any_company), new_document(customer_of(any_company))
    first = api.post("invoices", body, Idempotency_Key="order-7")
    second = api.post("invoices", dict(reversed(body.items())), Idempotency_Key="order-7")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert "Idempotent-Replayed" not in first
    assert second["Idempotent-Replayed"] == "true"
    assert [second[name] for name in ("ETag", "Location")] == [first[name] for name in ("ETag", "Location")]
    assert documents_of(any_company) == 1


def test_another_body_with_the_same_key_is_refused(api: Api, company: Company, customer_id: str) -> None:
    api.post("invoices", new_document(customer_id), Idempotency_Key="order-7")
    before = state_of(company)
    refused = api.post("invoices", new_document(customer_id, note="More"), Idempotency_Key="order-7")
    assert faulty_fields(refused, "idempotency_key_reused") == {"Idempotency-Key": "idempotency_key_reused"}
    other_route = api.post("customers", new_document(customer_id), Idempotency_Key="order-7")
    problem(other_route, 422, "idempotency_key_reused")
    assert state_of(company) == before


def test_the_same_key_of_another_caller_is_another_key(
    company: Company, stranger: Company, customer_id: str
) -> None:
    body = new_document(customer_id)
    ids = {
        caller.post("invoices", body, Idempotency_Key="order-7").json()["id"]
        for caller in (api_for(company), api_for(company))
    }
    assert len(ids) == 2
    theirs = api_for(stranger).post(
        "invoices", new_document(customer_of(stranger)), Idempotency_Key="order-7"
    )
    assert theirs.status_code == 201
    assert "Idempotent-Replayed" not in theirs


def test_twins_that_arrive_together_have_one_effect(any_company: Company) -> None:
    api, body = api_for(any_company), new_document(customer_of(any_company))
    answers = together(
        [lambda c=c: c.post("invoices", body, Idempotency_Key="order-7") for c in callers(api)]  # type: ignore[misc]
    )
    made = [answer for answer in answers if answer.status_code == 201]
    early = [answer for answer in answers if answer.status_code == 409]
    assert len(made) + len(early) == CALLERS
    assert len({answer.content for answer in made}) == 1
    assert sum("Idempotent-Replayed" not in answer for answer in made) == 1
    for answer in early:
        problem(answer, 409, "idempotency_in_flight")
        assert answer["Retry-After"] == "1"
    assert documents_of(any_company) == answers_of(any_company) == 1


def test_many_keys_at_once_have_one_effect_each(company: Company, api: Api, customer_id: str) -> None:
    """Every key is sent by three callers who come back while it is in flight."""

    def insist(caller: Api, key: str) -> str:
        for _ in range(200):
            answer = caller.post("invoices", new_document(customer_id), Idempotency_Key=key)
            if answer.status_code == 201:
                return str(answer.json()["id"])
            problem(answer, 409, "idempotency_in_flight")
        raise AssertionError("never answered")

    keys = [f"order-{number}" for number in range(4)]
    calls = [lambda k=key: insist(Api(api.secret), k) for key in keys for _ in range(3)]  # type: ignore[misc]
    ids = together(calls)
    assert len(set(ids)) == len(keys) == documents_of(company)
    assert [len(set(ids[place : place + 3])) for place in range(0, len(ids), 3)] == [1] * len(keys)


def test_posting_together_gives_one_number(company: Company, api: Api) -> None:
    with open_scope(company.scope()):
        draft = make_draft()
    paths = [f"invoices/{draft.id}/post"] * CALLERS
    answers = together([lambda c=c, p=p: c.post(p) for c, p in zip(callers(api), paths, strict=True)])  # type: ignore[misc]
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.json()["number"] for answer in answers} == {"INV-2026-000001"}


@pytest.fixture
def held_lock(company: Company, api: Api) -> Iterator[str]:
    """A key that a request on another connection is working on."""
    assert api.key_id is not None
    with open_scope(replace(company.scope(), actor=Actor(kind="key", id=api.key_id))):
        number = idempotency._lock_number("order-7")
    with psycopg.connect(os.environ["ADMIN_DATABASE_URL"]) as other:
        other.execute("select pg_advisory_xact_lock(%s)", [number])
        yield "order-7"


def test_a_key_in_flight_is_told_to_come_back(
    company: Company, api: Api, customer_id: str, held_lock: str
) -> None:
    before = state_of(company)
    answer = api.post("invoices", new_document(customer_id), Idempotency_Key=held_lock)
    problem(answer, 409, "idempotency_in_flight")
    assert answer["Retry-After"] == "1"
    assert state_of(company) == before


def test_refusals_are_not_kept(company: Company, api: Api, customer_id: str) -> None:
    wrong = new_document(customer_id, due_date="2026-03-01")
    assert api.post("invoices", wrong, Idempotency_Key="order-7").status_code == 422
    assert answers_of(company) == 0
    assert api.post("invoices", new_document(customer_id), Idempotency_Key="order-7").status_code == 201


def test_effect_and_answer_are_kept_together_or_not_at_all(
    company: Company, api: Api, customer_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_: Any) -> None:
        raise RuntimeError("the disk is full")

    before = state_of(company)
    with monkeypatch.context() as patched:
        patched.setattr(idempotency, "keep_answer", fail)
        refused = api.post("invoices", new_document(customer_id), Idempotency_Key="order-7")
    problem(refused, 500, "internal_error")
    assert "disk" not in refused.content.decode()
    assert state_of(company) == before
    assert api.post("invoices", new_document(customer_id), Idempotency_Key="order-7").status_code == 201


def test_a_key_that_nobody_could_read_is_refused(api: Api) -> None:
    for key in ("", "a b", "ö", "x" * 256):
        refused = api.post("customers", {}, Idempotency_Key=key)
        assert faulty_fields(refused, "invalid_idempotency_key") == {
            "Idempotency-Key": "invalid_idempotency_key"
        }


def test_kept_answers_are_ciphertext(company: Company, api: Api, admin_connection: Any) -> None:
    body = {"code": "C-1", "name": "Ann Secret", "country_code": "GB"}
    assert api.post("customers", body, Idempotency_Key="order-7").status_code == 201
    query = "select a::text from tenancy_idempotentanswer a where tenant_id = %s"
    (text,) = admin_connection.execute(query, [company.id]).fetchone()
    assert "Ann Secret" not in text
    assert "e1:" in text


def test_answers_are_forgotten_after_a_day(any_company: Company) -> None:
    api, customer = api_for(any_company), customer_of(any_company)
    for key in ("old", "new"):
        api.post("invoices", new_document(customer), Idempotency_Key=key)
    with open_scope(any_company.scope()):
        long_ago = clock.now() - timedelta(hours=24, seconds=1)
        IdempotentAnswer.objects.filter(key="old").update(created_at=long_ago)
    forget_answers_task()
    with open_scope(any_company.scope()):
        assert list(IdempotentAnswer.objects.values_list("key", flat=True)) == ["new"]
