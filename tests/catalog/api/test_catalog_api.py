"""Products, prices and stock over the API: what a program and a customer's own key are told."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from apps.catalog.categories import create_category
from apps.catalog.models import Product, ProductCost
from apps.catalog.queries import get_costs
from apps.core.ids import new_id
from apps.core.scope import open_scope
from apps.parties.operations import change_customer
from tests.api.calls import Api, api_for, faulty_fields, problem
from tests.api.conftest import state_of
from tests.factories.books import make_customer, make_product
from tests.factories.goods import acting, keep, make_price_list, make_stock, make_warehouse
from tests.factories.tenants import Company


@pytest.fixture
def api(company: Company) -> Api:
    return api_for(company)


def test_a_product_has_all_its_fields_and_hides_its_cost(company: Company, api: Api) -> None:
    with open_scope(company.scope()):
        category = create_category(name="Antibiotics", **acting())
    body = {
        "sku": "AMOX", "name": "Amoxicillin", "unit_price": "12.5", "currency": "GBP", "tax_rate": "20",
        "category": str(category.id), "manufacturer": "Alba", "active_ingredient": "Amoxicillin", "dosage": "500 mg",
        "pack": "21 capsules", "regulatory_code": "PL 1", "unit": "XBX", "cost_price": "7.1", "is_stocked": True,
    }  # fmt: skip
    made = api.post("products", body).json()
    assert {name: made[name] for name in body if name != "cost_price"} == {
        name: value for name, value in body.items() if name != "cost_price"
    }
    assert (made["status"], made["tax_category"], "cost_price" in made) == ("active", "S", False)
    with open_scope(company.scope()):
        assert list(get_costs([made["id"]]).values()) == [Decimal("7.1")]
    path = f"products/{made['id']}"
    changed = api.patch(path, {"status": "blocked", "category": None, "tax_rate": "0", "version": 1}).json()
    assert (changed["is_active"], changed["category"], changed["tax_category"]) == (False, None, "Z")
    for query, found in (
        ("status=blocked", 1),
        ("status=active", 0),
        (f"category={category.id}", 0),
        ("q=pl%201", 1),
    ):
        assert len(api.get(f"products?{query}").json()["results"]) == found, query
    for name, bad in (
        ("status", "gone"),
        ("tax_category", "X"),
        ("unit", "E"),
        ("category", "x"),
        ("cost_price", "-"),
    ):
        assert faulty_fields(api.patch(path, {name: bad, "version": 2})).keys() == {name}
    problem(api.patch(path, {"category": str(new_id()), "version": 2}), 422, "unknown_category")
    with open_scope(company.scope()):
        assert (Product.objects.get().version, ProductCost.objects.count()) == (2, 1)


def test_what_is_available_is_what_may_be_promised(company: Company, api: Api) -> None:
    with open_scope(company.scope()):
        product = make_product()
        at = make_stock("10", product=product)
        keep(at, "4")
        make_stock("5", product=product, lot="OLD", expires_on=date(2020, 1, 1))
        other = make_stock("3", product=product, warehouse=make_warehouse())
    told = api.get(f"products/{product.id}/availability").json()
    assert told == {
        "product": str(product.id),
        "unit": "EA",
        "is_stocked": True,
        "available": "9",
        "incoming": "0",
    }
    rows = api.get(f"stock?product={product.id}").json()["results"]
    assert [(row["on_hand"], row["reserved"], row["available"]) for row in rows] == [
        ("10", "4", "6"), ("5", "0", "5"), ("3", "0", "3"),
    ]  # fmt: skip
    assert [row["id"] for row in api.get(f"stock?warehouse={other.warehouse_id}").json()["results"]] == [
        str(other.id)
    ]
    assert api.get("stock?is_low=true").json()["results"] == []
    # A customer learns what there is, and neither where nor how much is kept for others.
    bound = api_for(company, customer_id=_customer(company))
    assert bound.get(f"products/{product.id}/availability").json()["available"] == "9"
    assert bound.get("stock").json()["results"] == []


def _customer(company: Company, tier: str = "") -> Any:
    with open_scope(company.scope()):
        customer = make_customer()
        if tier:
            change_customer(customer_id=customer.id, changes={"tier": tier}, **acting())
        return customer.id


def test_a_price_is_found_for_a_customer_on_a_day(company: Company, api: Api) -> None:
    """books.md 67"""
    gold, plain = _customer(company, "gold"), _customer(company)
    with open_scope(company.scope()):
        product = make_product(unit_price="10")
        make_price_list(product, ("1", "9"), ("100", "8"), code="ALL")
        make_price_list(product, ("1", "7"), code="GOLD", tier="gold", valid_from=date(2026, 6, 1))
        make_price_list(product, ("5", "6"), code="THEIRS", customer_id=plain)
        make_price_list(product, ("1", "11"), code="EUR", currency="EUR")

    def price(caller: Api, query: str) -> str:
        told = caller.get(f"products/{product.id}/price?{query}").json()
        return f"{told['price_list']} {told['unit_price']}"

    assert price(api, "date=2026-06-15") == "ALL 9"
    assert price(api, "date=2026-06-15&quantity=100") == "ALL 8"
    assert price(api, "date=2026-06-15&customer_tier=gold") == "GOLD 7"
    assert price(api, f"date=2026-06-15&customer={gold}") == "GOLD 7"
    assert price(api, f"date=2026-05-31&customer={gold}") == "ALL 9"
    assert price(api, f"date=2026-06-15&customer={plain}&quantity=5") == "THEIRS 6"
    assert price(api, "date=2026-06-15&currency=eur") == "EUR 11"
    assert price(api, "date=2025-06-15") == " 10"
    # A customer's own key is told its own prices, whatever it asks for.
    own = api_for(company, customer_id=gold)
    for asked in ("", f"&customer={plain}", "&customer_tier=silver"):
        assert price(own, f"date=2026-06-15&quantity=5{asked}") == "GOLD 7"
    assert (
        price(api_for(company, customer_id=plain), "date=2026-06-15&quantity=5&customer_tier=gold")
        == "THEIRS 6"
    )
    path = f"products/{product.id}/price"
    problem(api.get(f"{path}?currency=USD"), 409, "no_price")
    problem(api.get(f"{path}?currency=XQX"), 422, "unknown_currency")
    problem(api.get(f"{path}?quantity=-1"), 422, "out_of_range")
    problem(api.get(f"{path}?customer={new_id()}"), 422, "unknown_customer")
    for query in ("quantity=x", "date=14/03/2026", "customer=x", "nonsense=1"):
        assert faulty_fields(api.get(f"{path}?{query}")).keys() == {query.partition("=")[0]}


def test_many_prices_come_in_order_and_one_bad_item_stops_no_other(
    company: Company, stranger: Company, api: Api
) -> None:
    """books.md 61"""
    with open_scope(company.scope()):
        one, two = make_product(unit_price="10"), make_product(unit_price="5", currency="EUR")
        make_price_list(one, ("1", "9"), code="ALL")
    with open_scope(stranger.scope()):
        theirs = make_product()
    items = [{"product": str(key)} for key in (two.id, theirs.id, one.id, new_id())]
    before = state_of(company)
    told = api.post("products/price", {"currency": "GBP", "items": items}).json()["results"]
    assert [(each["index"], each["code"], each["price"] and each["price"]["unit_price"]) for each in told] == [
        (0, "no_price", None), (1, "unknown_product", None), (2, "", "9"), (3, "unknown_product", None),
    ]  # fmt: skip
    assert faulty_fields(api.post("products/price", {"items": []})).keys() == {"items"}
    assert faulty_fields(api.post("products/price", {"items": items, "size": 1})).keys() == {"size"}
    assert state_of(company) == before
