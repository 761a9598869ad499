"""Many writes in one request: a result for each item, in order; done ones stay done (books.md 61)."""

from apps.core.scope import open_scope
from apps.invoices.models import Invoice
from apps.parties.models import Customer
from tests.api.calls import Api, api_for, new_document, problem
from tests.api.conftest import state_of
from tests.factories.books import make_customer
from tests.factories.tenants import Company


def customer(code: str, **more: object) -> dict[str, object]:
    return {"code": code, "name": "Ann", "country_code": "GB", **more}


def test_each_item_is_done_or_refused_in_its_place(any_company: Company) -> None:
    api = api_for(any_company)
    items = [customer("A"), customer("A"), {"code": "B"}, "nonsense", customer("C", size=3), customer("D")]
    answer = api.post("customers/bulk", {"items": items})
    assert answer.status_code == 200
    told = answer.json()
    assert (told["done"], told["failed"]) == (2, 4)
    assert [(one["index"], one["status"]) for one in told["results"]] == [
        (0, 201), (1, 409), (2, 422), (3, 422), (4, 422), (5, 201),
    ]  # fmt: skip
    assert told["results"][1]["problem"]["code"] == "customer_code_taken"
    assert {error["field"] for error in told["results"][2]["problem"]["errors"]} == {"name", "country_code"}
    assert told["results"][1]["record"] is None
    with open_scope(any_company.scope()):
        assert set(Customer.objects.values_list("code", flat=True)) == {"A", "D"}
        assert str(Customer.objects.get(code="D").id) == told["results"][5]["record"]["id"]


def test_documents_are_made_and_posted(api: Api, customer_id: str, company: Company) -> None:
    draft, good = new_document(customer_id), {**new_document(customer_id), "post": True}
    results = api.post("invoices/bulk", {"items": [good, draft, {**good, "lines": []}, good]}).json()[
        "results"
    ]
    assert [one["status"] for one in results] == [201, 201, 422, 201]
    assert [one["record"] and one["record"]["state"] for one in results] == [
        "posted",
        "draft",
        None,
        "posted",
    ]
    with open_scope(company.scope()):
        # The refused one between them left no hole in the numbers.
        assert list(Invoice.objects.filter(state="posted").order_by("sequence").values_list("sequence")) == [
            (1,), (2,),
        ]  # fmt: skip
        assert Invoice.objects.count() == 3


def test_posting_needs_its_own_permission(company: Company, customer_id: str) -> None:
    api = api_for(company, ["invoices.write"])
    body = {"items": [{**new_document(customer_id), "post": True}, new_document(customer_id)]}
    results = api.post("invoices/bulk", body).json()["results"]
    assert [one["status"] for one in results] == [403, 201]
    with open_scope(company.scope()):
        assert list(Invoice.objects.values_list("state", flat=True)) == ["draft"]


def test_the_same_key_twice_is_one_effect_and_one_answer(api: Api, company: Company) -> None:
    body = {"items": [customer("A"), customer("A")]}
    first = api.post("customers/bulk", body, Idempotency_Key="once")
    again = api.post("customers/bulk", body, Idempotency_Key="once")
    assert again["Idempotent-Replayed"] == "true"
    assert again.json() == first.json()
    with open_scope(company.scope()):
        assert Customer.objects.count() == 1


def test_a_body_that_is_no_list_is_refused_whole(api: Api, company: Company) -> None:
    before = state_of(company)
    bodies: list[object] = [{}, {"items": []}, {"items": {}}, {"items": [customer("A")], "x": 1}, [customer("A")],
                            {"items": [customer("A")] * 501}]  # fmt: skip
    for body in bodies:
        problem(api.post("customers/bulk", body), 422, "invalid_bulk")
    assert state_of(company) == before


def test_anothers_customer_is_one_that_never_was(company: Company, stranger: Company) -> None:
    with open_scope(stranger.scope()):
        theirs = make_customer()
    (result,) = api_for(company).post("invoices/bulk", {"items": [new_document(theirs.id)]}).json()["results"]
    assert (result["status"], result["problem"]["code"]) == (422, "unknown_customer")


def test_only_the_fields_asked_for(api: Api, customer_id: str) -> None:
    shown = api.get("customers?fields=id,code").json()["results"]
    assert [set(row) for row in shown] == [{"id", "code"}]
    assert set(api.get(f"customers/{customer_id}?fields=name").json()) == {"name"}
    errors = problem(api.get("customers?fields=id,secret"), 422, "invalid_input")["errors"]
    assert [(error["field"], error["code"]) for error in errors] == [("fields", "unknown_fields")]


def test_records_in_the_place_of_their_ids(api: Api, customer_id: str) -> None:
    made = api.post("invoices", new_document(customer_id)).json()
    whole = api.get(f"customers/{customer_id}").json()
    assert api.get(f"invoices/{made['id']}?expand=customer").json()["customer"] == whole
    (row,) = api.get("invoices?expand=customer&fields=id,customer").json()["results"]
    assert row == {"id": made["id"], "customer": whole}
    problem(api.get("invoices?expand=lines"), 422, "invalid_input")


def test_what_a_key_may_not_see_is_not_expanded(company: Company, customer_id: str) -> None:
    api_for(company).post("invoices", new_document(customer_id))
    refused = api_for(company, ["invoices.read"]).get("invoices?expand=customer")
    assert problem(refused, 403, "forbidden")["facts"] == {"permission": "customers.read"}
