"""Pages of price lists, categories and stock: what is typed, what is done, what is refused."""

import re
from datetime import date
from decimal import Decimal

import pytest

from apps.catalog.models import Category, Lot, Movement, PriceBreak, PriceList, Stock
from apps.catalog.stock_queries import find_differences
from apps.core.scope import open_scope
from tests.factories.books import make_customer, make_product
from tests.factories.goods import figures, keep, make_price_list, make_stock, make_warehouse
from tests.factories.pages import SignIn, count_queries, error_at, names_in, settle, state_of, summary_of
from tests.factories.tenants import Company


def ladder(*steps: tuple[str, str], version: int, **more: str) -> dict[str, str]:
    sent = {
        "version": str(version),
        "form-TOTAL_FORMS": str(len(steps) + 2),
        "form-INITIAL_FORMS": "0",
    } | more
    for number, (quantity, price) in enumerate(steps):
        sent |= {f"form-{number}-min_quantity": quantity, f"form-{number}-unit_price": price}
    return sent


# Prices


def test_a_customers_list_is_made_filled_and_emptied(company: Company, sign_in: SignIn) -> None:
    with open_scope(company.scope()):
        customer, product = make_customer(name="Harbour Gifts"), make_product(sku="LAMP", name="Lamp")
    client = sign_in(company, "operations")
    new = {
        "code": "VIP",
        "name": "Very own",
        "currency": "gbp",
        "valid_from": "2026-01-01",
        "is_active": "on",
    }
    answer = client.post("/products/prices/new", new | {"customer": "NOBODY"})
    assert "There is no customer with the code “NOBODY”." in error_at(answer, "customer")
    page = names_in(client.post("/products/prices/new", new | {"customer": customer.code}, follow=True))
    assert "Harbour Gifts" in page
    assert "No product is on this list" in page
    with open_scope(company.scope()):
        prices = PriceList.objects.get()
    address = f"/products/prices/{prices.id}/ladder"
    rising = client.post(address, ladder(("1", "5"), ("10", "6"), version=1, sku="LAMP"))
    assert (rising.status_code, "a unit would cost 6" in names_in(rising)) == (422, True)
    page = names_in(
        client.post(address, ladder(("1", "5"), ("10", "4.5"), version=1, sku="LAMP"), follow=True)
    )
    assert re.search(r">Lamp<.*10<.*4\.50<", page, re.S)
    settle(company)
    shown = names_in(client.get(f"{address}?product={product.id}&unit=EA"))
    assert all(f'value="{value}"' in shown for value in ("LAMP", "EA", "10", "4.5"))
    stale = client.post(address, ladder(("1", "1"), version=1, sku="LAMP"))
    assert (stale.status_code, summary_of(stale)[:20]) == (409, "You changed this on ")
    client.post(address, ladder(("", ""), version=2, sku="LAMP"))
    with open_scope(company.scope()):
        assert PriceBreak.objects.count() == 0


def test_half_a_break_is_refused(company: Company, sign_in: SignIn) -> None:
    with open_scope(company.scope()):
        product = make_product(sku="LAMP")
        prices = make_price_list(product, ("1", "5"))
    before = state_of(company)
    client = sign_in(company)
    for steps in ([("1", "")], [("", "3")], [("x", "3")]):
        answer = client.post(f"/products/prices/{prices.id}/ladder", ladder(*steps, version=2, sku="LAMP"))
        assert answer.status_code == 422
    assert (
        client.post(f"/products/prices/{prices.id}/ladder", ladder(version=2, sku="GONE")).status_code == 422
    )
    assert state_of(company) == before


# Categories


def test_a_category_is_moved_and_deleted_when_it_is_empty(company: Company, sign_in: SignIn) -> None:
    client = sign_in(company, "operations")
    for name in ("Medicines", "Toys"):
        assert client.post("/products/categories/new", {"name": name}).status_code == 302
    with open_scope(company.scope()):
        medicines, toys = Category.objects.order_by("name")
    page = f"/products/categories/{toys.id}"
    assert (
        client.post(f"{page}/edit", {"name": "Toys", "parent": medicines.id, "version": "1"}).status_code
        == 302
    )
    settle(company)
    assert "Medicines &gt; Toys" in names_in(client.get("/products/categories/"))
    refused = client.post(f"/products/categories/{medicines.id}/delete", {"version": "1"})
    assert (refused.status_code, "“Medicines” is not empty." in names_in(refused)) == (409, True)
    assert client.post(f"{page}/delete", {"version": "2"}).status_code == 302
    assert client.post(f"{page}/delete", {"version": "2"}).status_code == 404
    with open_scope(company.scope()):
        assert list(Category.objects.values_list("path", flat=True)) == ["Medicines"]


# Stock


def test_goods_are_taken_in_counted_and_moved(company: Company, sign_in: SignIn) -> None:
    with open_scope(company.scope()):
        make_product(sku="LAMP", name="Lamp")
        here, there = make_warehouse(code="HERE"), make_warehouse(code="THERE")
    client = sign_in(company, "operations")
    new = {"sku": "LAMP", "warehouse": str(here.id), "quantity": "10", "unit_cost": "2.5", "lot_number": "L1",
           "expires_on": "2040-01-01", "reason": "Opening stock", "once": "a" * 32}  # fmt: skip
    assert client.post("/products/stock/new", new | {"sku": "GONE"}).status_code == 422
    for _ in range(2):  # a double click
        answer = client.post("/products/stock/new", new)
    address = str(answer["Location"])
    page = names_in(client.get(address))
    assert all(
        words in page for words in ("Lamp", "HERE", "L1", "25.00", "2.50", "Opening stock", "Received")
    )
    for act, sent in (
        ("count", {"quantity": "8", "reason": "Broken", "once": "b" * 32}),
        ("adjust", {"quantity": "-1", "reason": "Sample", "once": "c" * 32}),
        ("transfer", {"quantity": "3", "to_warehouse": str(there.id), "reason": "Shop", "once": "d" * 32}),
        ("reorder", {"reorder_point": "100", "once": "e" * 32}),
    ):
        for _ in range(2):
            assert client.post(f"{address}/{act}", sent).status_code == 302, act
    with open_scope(company.scope()):
        at, other = Stock.objects.get(warehouse=here), Stock.objects.get(warehouse=there)
        assert (figures(at), figures(other), at.reorder_point) == (("4", "0", "0"), ("3", "0", "0"), 100)
        told = Movement.objects.filter(stock=at).order_by("sequence").values_list("kind", "reason")
        assert list(told) == [
            ("receive", "Opening stock"), ("count", "Broken"), ("adjust", "Sample"), ("transfer_out", "Shop"),
        ]  # fmt: skip
        assert find_differences() == []
    settle(company)
    assert "Order again" in names_in(client.get(address))


@pytest.mark.parametrize(
    "act,sent,field,said",
    [
        ("count", {"quantity": "3", "reason": "x"}, "quantity", "There is not enough in stock"),
        ("count", {"quantity": "-1", "reason": "x"}, "quantity", "between 0 and"),
        ("count", {"quantity": "3", "reason": " "}, "reason", "required"),
        ("adjust", {"quantity": "0", "reason": "x"}, "quantity", "Nothing would change"),
        ("adjust", {"quantity": "-7", "reason": "x"}, "quantity", "There is not enough in stock"),
        ("adjust", {"quantity": "1", "reason": "x", "lot": "x"}, "lot", "valid choice"),
        ("transfer", {"quantity": "1", "reason": "x", "to_warehouse": "x"}, "to_warehouse", "valid choice"),
        ("reorder", {"reorder_point": "-1"}, "reorder_point", "between 0 and"),
    ],
)
def test_bad_input_is_told_at_its_field_and_moves_nothing(
    company: Company, sign_in: SignIn, act: str, sent: dict[str, str], field: str, said: str
) -> None:
    with open_scope(company.scope()):
        at = make_stock("10")
        keep(at, "4")
    before = state_of(company)
    answer = sign_in(company).post(f"/products/stock/{at.id}/{act}", sent)
    assert answer.status_code in {409, 422}
    assert said in error_at(answer, field)
    assert state_of(company) == before


def test_the_list_finds_what_is_low_and_what_expires(company: Company, sign_in: SignIn) -> None:
    with open_scope(company.scope()):
        low, over, fine = (make_product(name=name) for name in ("Low", "Over", "Fine"))
        at = make_stock("5", product=low)
        Stock.objects.filter(id=at.id).update(reorder_point=Decimal(6))
        make_stock("5", product=over, lot="OLD", expires_on=date(2020, 1, 1))
        make_stock("5", product=fine, lot="NEW", expires_on=date(2090, 1, 1))
    settle(company)
    client = sign_in(company)

    def found(query: str) -> list[str]:
        page = names_in(client.get(f"/products/stock/?{query}"))
        return [name for name in ("Low", "Over", "Fine") if f">{name}<" in page]

    assert found("") == ["Low", "Over", "Fine"]
    assert (found("level=low"), found("expires=0"), found("q=fin")) == (["Low"], ["Over"], ["Fine"])
    assert found(f"warehouse={at.warehouse_id}") == ["Low"]
    assert "OLD" in names_in(client.get("/products/stock/lots/?expires=30"))
    assert "NEW" not in names_in(client.get("/products/stock/lots/?expires=30"))


def test_a_lots_date_is_corrected_at_its_version(company: Company, sign_in: SignIn) -> None:
    with open_scope(company.scope()):
        make_stock("5", lot="L", expires_on=date(2020, 1, 1))
        lot = Lot.objects.get()
    client, page = sign_in(company, "operations"), f"/products/stock/lots/{lot.id}/edit"
    for status in (302, 409):
        assert client.post(page, {"expires_on": "2030-01-01", "version": "1"}).status_code == status
    with open_scope(company.scope()):
        assert Lot.objects.get().expires_on == date(2030, 1, 1)


@pytest.mark.parametrize("page", ["", "movements/", "lots/"])
def test_a_list_asks_as_much_for_two_rows_as_for_ten(company: Company, sign_in: SignIn, page: str) -> None:
    client = sign_in(company)
    counts = []
    for number in (2, 8):
        with open_scope(company.scope()):
            for _ in range(number):
                make_stock("1", lot="L")
        settle(company)
        client.get(f"/products/stock/{page}")
        counts.append(count_queries(lambda: client.get(f"/products/stock/{page}")))
    assert counts[0] == counts[1]
