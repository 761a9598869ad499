"""Lists: every row exactly once while others are added (books.md 60), exact filters, flat query counts."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from apps.core.scope import open_scope
from tests.api.calls import Api, api_for, faulty_fields
from tests.factories.books import make_customer, make_draft, make_posted, make_product
from tests.factories.tenants import Company

DAY = date(2026, 3, 14)


def rows(api: Api, path: str) -> list[dict[str, Any]]:
    response = api.get(path)
    assert response.status_code == 200, response.content
    found: list[dict[str, Any]] = response.json()["results"]
    return found


def as_of_now(company: Company, api: Api) -> dict[str, str]:
    """Return a header that makes the next reads show what is committed now."""
    return {"Bulkhead_At_Least": api.post("customers", some_customer())["Bulkhead-As-Of"]}


def some_customer() -> dict[str, str]:
    from apps.core.ids import new_id

    return {"code": f"Z-{new_id().hex[-10:]}", "name": "Zz", "country_code": "GB"}


def walk(api: Api, first: str, seen: dict[str, str], between: Any = None) -> list[str]:
    """Follow `next` to the end; return the ids in order."""
    ids, path = [], first
    while path:
        page = api.get(path, **seen).json()
        ids += [row["id"] for row in page["results"]]
        if between is not None:
            between()
        parts = urlsplit(page["next"] or "")
        assert parts.netloc in {"", "testserver"}
        path = f"{parts.path.removeprefix('/api/v1/')}?{parts.query}" if page["next"] else ""
        assert (page["next"] is None) == (page["next_cursor"] is None)
    return ids


@pytest.mark.parametrize("ordering", ["-issue_date", "issue_date", "total", "-total", "id", "-id"])
def test_all_pages_show_each_row_once_while_rows_are_added(any_company: Company, ordering: str) -> None:
    api = api_for(any_company)
    with open_scope(any_company.scope()):
        customer = make_customer()
        # Many share a day and a total, so that only the id tells them apart.
        old = {
            str(make_draft(customer=customer, issue_date=DAY - timedelta(days=number % 3)).id)
            for number in range(11)
        }

    rounds = iter(range(4))  # new rows may come after the last page: the walk must have an end

    def add() -> None:
        with open_scope(any_company.scope()):
            for offset in (-1, 0, 1) if next(rounds, None) is not None else ():
                make_draft(customer=customer, issue_date=DAY + timedelta(days=offset))

    ids = walk(api, f"invoices?page_size=3&ordering={ordering}", as_of_now(any_company, api), add)
    assert len(ids) == len(set(ids))
    assert old <= set(ids)


@pytest.mark.parametrize("path", ["customers", "products", "invoices"])
def test_pages_of_every_list_add_up(company: Company, api: Api, path: str) -> None:
    with open_scope(company.scope()):
        for number in range(7):
            # Names that sort differently in different languages, and one that two share.
            customer = make_customer(name=("Ann", "Ana", "Ångström", "ann", "Zoë")[number % 5])
            make_product(name=("Ann", "Ana", "Ångström", "ann", "Zoë")[number % 5])
            make_draft(customer=customer)
    seen = as_of_now(company, api)
    whole = [row["id"] for row in api.get(path, **seen).json()["results"]]
    assert walk(api, f"{path}?page_size=2", seen) == whole
    assert len(whole) == len(set(whole)) >= 7


def test_a_walk_turned_round_is_the_walk_backwards(company: Company, api: Api) -> None:
    with open_scope(company.scope()):
        for number in range(5):
            make_draft(issue_date=DAY + timedelta(days=number // 2))
    seen = as_of_now(company, api)
    forth, back = (
        walk(api, f"invoices?page_size=2&ordering={o}", seen) for o in ("issue_date", "-issue_date")
    )
    assert forth == back[::-1]


def test_a_cursor_that_was_forged_or_belongs_elsewhere_is_refused(company: Company, api: Api) -> None:
    with open_scope(company.scope()):
        make_draft(), make_draft()
    seen = as_of_now(company, api)
    cursor = api.get("invoices?page_size=1", **seen).json()["next_cursor"]
    for query in (f"cursor={cursor[:-2]}xx", f"cursor={cursor}&ordering=total", "cursor=e30"):
        assert faulty_fields(api.get(f"invoices?{query}")) == {"cursor": "invalid_cursor"}
    assert faulty_fields(api.get(f"customers?cursor={cursor}")) == {"ordering": "unknown_ordering"}


def test_a_cursor_of_another_tenant_shows_own_rows_only(company: Company, stranger: Company) -> None:
    with open_scope(company.scope()):
        make_draft(), make_draft()
    cursor = api_for(company).get("invoices?page_size=1").json()["next_cursor"]
    with open_scope(stranger.scope()):
        theirs = str(make_draft(issue_date=DAY - timedelta(days=1)).id)
    assert [row["id"] for row in rows(api_for(stranger), f"invoices?cursor={cursor}")] == [theirs]


@pytest.fixture
def documents(company: Company) -> dict[str, str]:
    """A draft, a posted invoice in euro with an outside number, and a posted credit note."""
    with open_scope(company.scope()):
        ann = make_customer(name="Ann Harbour")
        found = {
            "draft": make_draft(customer=ann, issue_date=date(2026, 1, 1)),
            "euro": make_draft(currency="EUR", external_number="SHOP-77", issue_date=date(2026, 1, 31)),
            "credit": make_posted(kind="credit_note", issue_date=date(2026, 2, 1)),
        }
    return {str(invoice.id): name for name, invoice in found.items()} | {"ann": str(ann.id)}


@pytest.mark.parametrize(
    "query,names",
    [
        ("", {"draft", "euro", "credit"}),
        ("state=posted", {"credit"}),
        ("kind=credit_note", {"credit"}),
        ("currency=eur", {"euro"}),
        ("customer={ann}", {"draft"}),
        ("number=CN-2026-000001", {"credit"}),
        ("number=CN-2026", set()),
        ("external_number=SHOP-77", {"euro"}),
        ("issue_date_from=2026-01-31", {"euro", "credit"}),
        ("issue_date_to=2026-01-31", {"draft", "euro"}),
        ("issue_date_from=2026-01-02&issue_date_to=2026-01-31", {"euro"}),
        ("q=harbour", {"draft"}),
        ("q=shop-7", {"euro"}),
        ("q=%25", set()),
        ("q=%27%3B--", set()),
        ("state=draft&currency=GBP", {"draft"}),
    ],
)
def test_filters_keep_exactly_what_they_say(
    company: Company, api: Api, documents: dict[str, str], query: str, names: set[str]
) -> None:
    path = "invoices?" + query.format(ann=documents["ann"])
    found = api.get(path, **as_of_now(company, api)).json()["results"]
    assert {documents[row["id"]] for row in found} == names


def test_lists_of_customers_and_products_are_filtered(company: Company, api: Api) -> None:
    with open_scope(company.scope()):
        make_customer(code="FR-1", name="Anne", country_code="FR")
        make_product(sku="EU-1", name="Bougie", currency="EUR")
        make_product(sku="UK-1", name="Candle")
    seen = as_of_now(company, api)
    for path, code in (
        ("customers?country_code=fr", "FR-1"), ("customers?code=FR-1", "FR-1"), ("customers?q=anne", "FR-1"),
        ("products?currency=eur", "EU-1"), ("products?sku=UK-1", "UK-1"), ("products?q=cand", "UK-1"),
    ):  # fmt: skip
        found = api.get(path, **seen).json()["results"]
        assert [row.get("code", row.get("sku")) for row in found] == [code]
    assert api.get("products?is_active=false", **seen).json()["results"] == []


def questions(context: CaptureQueriesContext) -> int:
    """Count what was asked, without looking again and again whether the replica has come far enough."""
    return sum("replay_lsn" not in query["sql"] for query in context.captured_queries)


@pytest.mark.parametrize("path", ["customers", "products", "invoices", "invoices?q=lant&state=draft"])
def test_twice_the_rows_take_the_same_queries(company: Company, api: Api, path: str) -> None:
    def add_rows() -> None:
        with open_scope(company.scope()):
            for _ in range(5):
                make_product(), make_draft()

    def count() -> tuple[int, int]:
        seen = as_of_now(company, api)
        contexts = [CaptureQueriesContext(connections[alias]) for alias in ("default", "replica")]
        with contexts[0], contexts[1]:
            assert api.get(path, **seen).status_code == 200
        return questions(contexts[0]), questions(contexts[1])

    add_rows()
    first = count()
    add_rows()
    assert count() == first
    on_primary, on_replica = first
    assert on_primary <= 1, "the key's look-up alone asks the primary"
    assert on_replica <= 5


def test_a_document_takes_the_same_queries_whatever_its_length(company: Company, api: Api) -> None:
    from tests.factories.books import line

    with open_scope(company.scope()):
        short, long = make_draft(line()), make_draft(*[line()] * 40)
    seen = as_of_now(company, api)
    counts = []
    for document in (short, long):
        with CaptureQueriesContext(connections["replica"]) as queries:
            assert api.get(f"invoices/{document.id}", **seen).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 4
