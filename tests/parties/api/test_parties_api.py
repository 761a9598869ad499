"""Customers' terms and limits, suppliers, people and interactions over HTTP."""

from typing import Any

import pytest

from apps.core.scope import open_scope
from apps.parties.models import Customer
from tests.api.calls import Api, api_for, faulty_fields, problem
from tests.factories.books import make_customer
from tests.factories.pages import entries_of, state_of
from tests.factories.parties import make_contact, make_interaction, make_supplier
from tests.factories.tenants import Company

NEW: dict[str, Any] = {
    "code": "C", "name": "Ann", "country_code": "BR", "tax_id": "12.ABC.345/01DE-35", "status": "on_hold",
    "net_days": 30, "discount_days": 10, "discount_percent": "2.5", "tier": "Gold", "credit_limit": "5000.5",
    "credit_currency": "brl",
}  # fmt: skip


@pytest.fixture
def api(company: Company) -> Api:
    return api_for(company)


def test_terms_limit_tier_and_status_go_in_and_out(api: Api) -> None:
    made = api.post("customers", NEW).json()
    assert {name: made[name] for name in NEW} == NEW | {
        "tax_id": "12ABC34501DE35", "tier": "gold", "credit_limit": "5000.50", "credit_currency": "BRL",
    }  # fmt: skip
    place = f"customers/{made['id']}"
    changed = api.patch(place, {"credit_limit": "7", "version": 1}).json()
    assert (changed["credit_limit"], changed["credit_currency"]) == ("7.00", "BRL")
    gone = api.patch(place, {"credit_limit": None, "net_days": None, "discount_days": None,
                             "discount_percent": None, "version": 2}).json()  # fmt: skip
    assert (gone["credit_limit"], gone["credit_currency"], gone["net_days"]) == (None, "", None)
    listed = api.get("customers?status=on_hold&tier=GOLD").json()["results"]
    assert [row["id"] for row in listed] == [made["id"]]
    assert api.get("customers?status=closed").json()["results"] == []
    problem(api.get("customers?status=paid"), 422, "invalid_input")


@pytest.mark.parametrize(
    "changes,field,code",
    [
        ({"tax_id": "1"}, "tax_id", "invalid_tax_id"),
        ({"status": "paid"}, "status", "unknown_choice"),
        ({"credit_limit": "1.005"}, "credit_limit", "too_many_decimals"),
        ({"credit_limit": "1", "credit_currency": ""}, "credit_currency", "missing"),
        ({"credit_limit": "1", "credit_currency": "XQX"}, "credit_currency", "unknown_currency"),
        ({"credit_limit": "-1"}, "credit_limit", "out_of_range"),
        ({"discount_days": 31}, "discount_days", "discount_after_due"),
        ({"email": "nobody"}, "email", "invalid_email"),
    ],
)
def test_what_cannot_be_is_told_at_its_field(
    company: Company, api: Api, changes: dict[str, Any], field: str, code: str
) -> None:
    before = state_of(company)
    for answer in (
        api.post("customers", NEW | changes),
        api.post("customers/bulk", {"items": [NEW | changes]}),
    ):
        if answer.status_code == 200:
            told = answer.json()["results"][0]["problem"]
            assert (told["code"], told["errors"][0]["field"]) == (code, field)
        else:
            assert faulty_fields(answer, code) == {field: code}
    after = {name for name, value in state_of(company).items() if before[name] != value}
    assert "default parties_customer" not in after


def test_how_to_reach_somebody_is_shown_after_it_is_recorded(company: Company, api: Api) -> None:
    made = api.post("suppliers", {"code": "S", "name": "Wick", "country_code": "GB", "email": "w@example.com",
                                  "city": "London"}).json()  # fmt: skip
    assert "w@example.com" not in str(made)
    assert entries_of(company, "personal data") == []
    shown = api.get(f"suppliers/{made['id']}/contact").json()
    assert (shown["email"], shown["city"], shown["phone"]) == ("w@example.com", "London", "")
    (entry,) = entries_of(company, "personal data")
    assert entry["new"] == {"fields": ["email", "city"]}
    assert entry["row_key"] == f"parties_supplier {made['id']}"


def test_a_supplier_is_changed_at_the_version_that_was_read(company: Company, api: Api) -> None:
    made = api.post("suppliers", {"code": "S", "name": "Wick", "country_code": "GB"})
    place = f"suppliers/{made.json()['id']}"
    assert made["Location"] == f"/api/v1/{place}"
    assert api.patch(place, {"name": "Wax"}, If_Match=made["ETag"]).json()["name"] == "Wax"
    before = state_of(company)
    problem(api.patch(place, {"name": "Candle"}, If_Match=made["ETag"]), 409, "stale_version")
    problem(api.patch(place, {"name": "Candle"}), 428, "version_required")
    problem(
        api.post("suppliers", {"code": "S", "name": "X", "country_code": "GB"}), 409, "supplier_code_taken"
    )
    changed = {name for name, value in state_of(company).items() if before[name] != value}
    assert "default parties_supplier" not in changed


def test_people_are_listed_added_changed_and_removed(company: Company, api: Api) -> None:
    with open_scope(company.scope()):
        customer, other = make_customer(), make_customer()
        make_contact(customer=other, name="Other")
    place = f"customers/{customer.id}/people"
    first = api.post(place, {"name": "Ann", "email": "ann@example.com", "is_primary": True}).json()
    api.post(place, {"name": "Bee", "is_primary": True})
    listed = api.get(place).json()["results"]
    assert [(row["name"], row["is_primary"]) for row in listed] == [("Bee", True), ("Ann", False)]
    (entry,) = entries_of(company, "personal data")
    assert entry["row_key"] == f"parties_customer {customer.id}"
    person = f"{place}/{first['id']}"
    problem(api.patch(person, {"role": "Buyer"}), 428, "version_required")
    assert api.patch(person, {"role": "Buyer", "version": 2}).json()["role"] == "Buyer"
    problem(api.patch(f"customers/{other.id}/people/{first['id']}", {"version": 3}), 404, "not_found")
    problem(api.call("DELETE", person, If_Match='"1"'), 409, "stale_version")
    assert api.call("DELETE", person, If_Match='"3"').status_code == 204
    assert [row["name"] for row in api.get(place).json()["results"]] == ["Bee"]


def test_interactions_are_written_filtered_and_resolved(company: Company, api: Api) -> None:
    with open_scope(company.scope()):
        customer, other = make_customer(), make_customer()
        make_interaction(other)
    place = f"customers/{customer.id}/interactions"
    body = {"channel": "chat", "kind": "complaint", "subject": "Broken lamp", "handled_by": "ai", "who": "Helper",
            "minutes": 3, "occurred_at": "2026-03-02T09:30:00Z"}  # fmt: skip
    made = api.post(place, body, Idempotency_Key="k").json()
    assert {name: made[name] for name in body} == body
    assert api.post(place, body, Idempotency_Key="k")["Idempotent-Replayed"] == "true"
    assert (made["customer"], made["resolved_at"]) == (str(customer.id), None)
    for query, number in (("", 1), ("?channel=chat&is_resolved=false&q=LAMP", 1), ("?kind=order", 0)):
        assert len(api.get(f"{place}{query}").json()["results"]) == number
    done = api.patch(f"{place}/{made['id']}", {"is_resolved": True, "version": 1}).json()
    assert done["resolved_at"] is not None
    problem(api.get(f"customers/{other.id}/interactions/{made['id']}"), 404, "not_found")
    assert faulty_fields(api.post(place, body | {"channel": "fax"}), "unknown_choice") == {
        "channel": "unknown_choice"
    }
    late = {"occurred_at": "2999-01-01T00:00:00Z"}
    assert list(faulty_fields(api.post(place, body | late), "in_the_future")) == ["occurred_at"]


def test_a_key_of_a_customer_sees_its_own_and_no_supplier(company: Company) -> None:
    """books.md 58."""
    with open_scope(company.scope()):
        mine, other, supplier = make_customer(), make_customer(), make_supplier()
        make_interaction(mine, subject="Mine")
        make_interaction(other, subject="Other")
        make_contact(customer=mine)
    bound = api_for(company, customer_id=mine.id)
    assert [row["subject"] for row in bound.get(f"customers/{mine.id}/interactions").json()["results"]] == [
        "Mine"
    ]
    assert len(bound.get(f"customers/{mine.id}/people").json()["results"]) == 1
    for path in (
        f"customers/{other.id}/interactions",
        f"customers/{other.id}/people",
        f"suppliers/{supplier.id}",
    ):
        problem(bound.get(path), 404, "not_found")
    assert bound.get("suppliers").json()["results"] == []
    with open_scope(company.scope()):
        assert Customer.objects.count() == 2
