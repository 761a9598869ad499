"""The ledger over HTTP: accounts, entries, reversal, trial balance."""

from typing import Any

import pytest

from apps.core.scope import open_scope
from apps.ledger.models import Entry, Line
from apps.parties.models import Customer
from tests.api.calls import Api, api_for, faulty_fields, problem
from tests.factories.books import make_customer
from tests.factories.ledgers import book, credit, debit, entry_of
from tests.factories.pages import settle, state_of
from tests.factories.tenants import Company


@pytest.fixture
def api(company: Company) -> Api:
    return api_for(company)


def body(*lines: dict[str, str], **changes: str) -> dict[str, Any]:
    usual = ({"account": "6100", "debit": "900.50"}, {"account": "1000", "credit": "900.5"})
    return {"entry_date": "2026-03-31", "text": "Rent", "lines": list(lines or usual)} | changes


def test_an_entry_is_posted_read_and_reversed(company: Company, api: Api) -> None:
    made = api.post("ledger/entries", body())
    shown = api.get(f"ledger/entries/{made.json()['id']}").json()

    assert made.status_code == 201
    assert shown == made.json()
    assert (shown["number"], shown["total"], shown["currency"]) == ("GJ-2026-000001", "900.50", "GBP")
    assert [(line["account"], line["debit"], line["credit"], line["amount"]) for line in shown["lines"]] == [
        ("6100", "900.50", "0.00", "900.50"), ("1000", "0.00", "900.50", "-900.50"),
    ]  # fmt: skip
    sent = {"entry_date": "2026-04-01", "reason": "Twice"}
    reversal = api.post(f"ledger/entries/{shown['id']}/reverse", sent).json()
    assert (reversal["reverses"], reversal["kind"]) == (shown["id"], "reversal")
    problem(api.post(f"ledger/entries/{shown['id']}/reverse", sent), 409, "already_reversed")
    problem(api.post(f"ledger/entries/{reversal['id']}/reverse", sent), 409, "not_by_hand")
    settle(company)
    assert api.get(f"ledger/entries/{shown['id']}").json()["reversed_by"] == reversal["id"]


def test_the_same_key_posts_once(company: Company, api: Api) -> None:
    """books.md 59."""
    first, second = (api.post("ledger/entries", body(), Idempotency_Key="rent-march") for _ in range(2))

    assert first.json() == second.json()
    with open_scope(company.scope()):
        assert Entry.objects.count() == 1


@pytest.mark.parametrize(
    "sent,status,code,field",
    [
        (body({"account": "6100", "debit": "5"}, {"account": "1000", "credit": "4"}), 422, "unbalanced", "lines"),
        (body({"account": "6100", "debit": "5"}, {"account": "9", "credit": "5"}), 422, "unknown_account",
         "lines[1].account"),
        (body({"account": "1100", "debit": "5"}, {"account": "1000", "credit": "5"}), 409, "not_by_hand",
         "lines[0].account"),
        (body({"account": "6100", "debit": "5.001"}, {"account": "1000", "credit": "5"}), 422, "too_many_decimals",
         "lines[0].debit"),
        (body(entry_date="1066-01-01"), 422, "date_out_of_range", "entry_date"),
        (body(colour="red"), 422, "invalid_input", "colour"),
    ],
)  # fmt: skip
def test_a_refused_entry_says_where_and_changes_nothing(
    company: Company, api: Api, sent: dict[str, Any], status: int, code: str, field: str
) -> None:
    with open_scope(company.scope()):
        book(entry_of())
    before = {
        name: rows for name, rows in state_of(company).items() if "apikey" not in name and "log" not in name
    }
    told = problem(api.post("ledger/entries", sent), status, code)
    after = {
        name: rows for name, rows in state_of(company).items() if "apikey" not in name and "log" not in name
    }

    assert [error["field"] for error in told["errors"]] == [field]
    assert after == before


def test_lists_are_narrowed(company: Company, api: Api, stranger: Company) -> None:
    with open_scope(company.scope()):
        book(entry_of())
        book(entry_of(debit("bank", 5), credit("revenue", 5), kind="payment", number="PAY-1"))
        party = str(Line.objects.exclude(party_id=None).get().party_id)
    settle(company)

    def numbers(query: str) -> list[str]:
        return [row["number"] for row in api.get(f"ledger/entries?{query}").json()["results"]]

    assert numbers("kind=payment") == ["PAY-1"]
    assert numbers("account=1000") == ["PAY-1"]
    assert numbers(f"party={party}") == ["INV-2026-000001"]
    assert numbers("q=pay") == ["PAY-1"]
    assert numbers("entry_date_from=2026-03-15") == []
    assert [row["code"] for row in api.get("ledger/accounts?q=rent").json()["results"]] == ["6100"]
    assert faulty_fields(api.get("ledger/entries?colour=red")) == {"colour": "unknown_parameter"}
    assert api_for(stranger).get("ledger/entries").json()["results"] == []


def test_the_trial_balance_of_a_day(company: Company, api: Api) -> None:
    """books.md 30."""
    with open_scope(company.scope()):
        book(entry_of())
    settle(company)
    found = api.get("ledger/trial-balance?last_day=2026-03-31").json()

    assert [(row["account"], row["closing"]) for row in found["accounts"]] == [
        ("1100", "12.00"), ("2200", "-2.00"), ("4000", "-10.00"),
    ]  # fmt: skip
    assert (found["first_day"], found["last_day"], found["currency"]) == ("2026-01-01", "2026-03-31", "GBP")
    assert faulty_fields(api.get("ledger/trial-balance?last_day=soon")) == {"last_day": "invalid"}
    assert faulty_fields(api.get("ledger/trial-balance?day=2026-03-31")) == {"day": "unknown_field"}


def test_a_key_of_one_customer_sees_and_posts_nothing(company: Company) -> None:
    with open_scope(company.scope()):
        customer: Customer = make_customer()
        entry = book(entry_of())
    settle(company)
    bound = api_for(company, customer_id=customer.id)

    assert bound.get("ledger/entries").json()["results"] == []
    assert bound.get("ledger/trial-balance").json()["accounts"] == []
    problem(bound.get(f"ledger/entries/{entry.id}"), 404, "not_found")
    assert bound.post("ledger/entries", body()).status_code in {403, 422}
    with open_scope(company.scope()):
        assert Entry.objects.count() == 1
