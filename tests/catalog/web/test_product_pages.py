"""Pages of products: numbers as the tenant writes them, the list and its file, the form."""

import csv
import io
from contextlib import closing
from decimal import Decimal

import pytest

from apps.catalog.models import Product
from apps.core.scope import open_scope
from apps.tenancy.models import Tenant
from tests.factories.books import make_product
from tests.factories.pages import SignIn, count_queries, error_at, names_in, settle, state_of, summary_of
from tests.factories.tenants import Company


def new(**changes: str) -> dict[str, str]:
    return {
        "sku": "NEW",
        "name": "New thing",
        "unit_price": "2.50",
        "tax_rate": "20",
        "unit": "EA",
        "currency": "gbp",
    } | changes


def products(company: Company) -> list[Product]:
    with open_scope(company.scope()):
        return list(Product.objects.order_by("sku"))


def move_to(company: Company, locale: str) -> None:
    with open_scope(company.scope()):
        Tenant.objects.filter(id=company.id).update(locale=locale)


def test_a_product_is_made_with_the_price_that_was_typed(company: Company, sign_in: SignIn) -> None:
    answer = sign_in(company, "operations").post("/products/new", new(unit_price="1.123456"), follow=True)
    assert "New thing" in names_in(answer)
    (product,) = products(company)
    assert (product.unit_price, product.tax_rate, product.currency) == (
        Decimal("1.123456"),
        Decimal(20),
        "GBP",
    )


def test_a_price_is_typed_in_the_tenants_own_way(company: Company, sign_in: SignIn) -> None:
    move_to(company, "pt_BR")
    client = sign_in(company)
    assert client.post("/products/new", new(unit_price="1500,25")).status_code == 302
    answer = client.post("/products/new", new(sku="OTHER", unit_price="1.500"))
    assert "Write decimals with a comma" in error_at(answer, "unit_price")
    (product,) = products(company)
    assert product.unit_price == Decimal("1500.25")
    assert 'value="1500,25"' in names_in(client.get(f"/products/{product.id}/edit"))
    assert client.get("/products/suggest?q=new").json() == [
        {"value": "NEW", "label": "New thing", "unit_price": "1500,25", "tax_rate": "20"}
    ]


@pytest.mark.parametrize(
    "field,value,said",
    [
        ("sku", "TAKEN", "A product with the SKU “TAKEN” exists."),
        ("sku", "A\x00", "Null characters"),
        ("unit_price", "-1", "between 0 and"),
        ("unit_price", "1" * 30, "18 digits"),
        ("unit_price", "1e999", "18 digits"),
        ("unit_price", "0.1234567", "6 decimal places"),
        ("unit_price", "NaN", "Enter a number"),
        ("unit_price", "1,500", "Write decimals with a point"),
        ("tax_rate", "101", "between 0 and 100"),
        ("currency", "GB", "at least 3"),
        ("currency", "XQX", "not a currency code"),
    ],
)
def test_bad_input_is_told_at_its_field_and_changes_nothing(
    company: Company, sign_in: SignIn, field: str, value: str, said: str
) -> None:
    with open_scope(company.scope()):
        make_product(sku="TAKEN")
    before = state_of(company)
    answer = sign_in(company).post("/products/new", new(**{field: value}))
    assert answer.status_code in {409, 422}
    assert said in error_at(answer, field)
    assert state_of(company) == before


def test_a_product_is_changed_once(company: Company, sign_in: SignIn) -> None:
    with open_scope(company.scope()):
        product = make_product(sku="P")
    page = f"/products/{product.id}/edit"
    sent = {
        "name": "Lamp",
        "unit": "XBX",
        "unit_price": "3",
        "tax_rate": "0",
        "version": "1",
        "status": "blocked",
    }
    client = sign_in(company, "operations")
    assert client.post(page, sent).status_code == 302
    settle(company)
    before = state_of(company)
    answer = client.post(page, sent | {"name": "Torch"})
    assert answer.status_code == 409
    assert summary_of(answer).startswith("You changed this on ")
    assert state_of(company) == before
    assert [(p.name, p.unit, p.status) for p in products(company)] == [("Lamp", "XBX", "blocked")]


def test_the_file_is_the_list(company: Company, sign_in: SignIn) -> None:
    with open_scope(company.scope()):
        for sku in ("B", "A"):
            make_product(sku=sku, name=f"=Name {sku}")
    settle(company)
    with closing(sign_in(company).get("/products/export.csv?sort=-sku&state=active")) as answer:
        rows = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert rows[0] == [
        "SKU", "Name", "Category", "Manufacturer", "Active ingredient", "Dosage", "Pack", "Regulatory code", "Unit",
        "Unit price", "Currency", "Tax %", "Tax category", "Status", "Stocked", "Cost price", "Since",
    ]  # fmt: skip
    assert [row[:-1] for row in rows[1:]] == [
        [sku, f"'=Name {sku}", *[""] * 6, "EA", "2.500000", "GBP", "0.0000", "Z", "active", "yes", ""]
        for sku in "BA"
    ]


def test_the_list_is_cut_by_state(company: Company, sign_in: SignIn) -> None:
    with open_scope(company.scope()):
        make_product(name="Shown")
    settle(company)
    client = sign_in(company)
    assert "Shown" in names_in(client.get("/products/?state=active"))
    assert "Nothing matches" in names_in(client.get("/products/?state=discontinued"))
    assert "Shown" in names_in(client.get("/products/?state=zzz&q=%00"))


def test_the_list_asks_as_much_for_two_rows_as_for_twenty(company: Company, sign_in: SignIn) -> None:
    client = sign_in(company)
    with open_scope(company.scope()):
        for _ in range(2):
            make_product()
    settle(company)
    client.get("/products/")
    few = count_queries(lambda: client.get("/products/"))
    with open_scope(company.scope()):
        for _ in range(18):
            make_product()
    settle(company)
    assert count_queries(lambda: client.get("/products/")) == few
