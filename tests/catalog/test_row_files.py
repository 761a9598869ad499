"""Files of products, prices and counts: exported, imported, exported again (books.md 62, 63)."""

from contextlib import closing
from datetime import date
from decimal import Decimal

import pytest

from apps.catalog.categories import find_or_create_path
from apps.catalog.models import Movement, PriceBreak, PriceList, Product, ProductCost, Stock
from apps.catalog.operations import create_product
from apps.catalog.rows import COUNT_ROWS, LADDER_ROWS, PRICE_LIST_ROWS, PRODUCT_ROWS, WAREHOUSE_ROWS
from apps.catalog.stock_queries import find_differences
from apps.core import clock
from apps.core.scope import open_scope
from apps.tenancy.rowfiles.answers import RowKind, answer_rows
from apps.tenancy.rowfiles.sheets import read_sheet
from tests.catalog.test_masters import FULL
from tests.factories.books import make_customer, make_product
from tests.factories.goods import acting, figures, keep, make_price_list, make_stock, make_warehouse
from tests.factories.pages import SignIn, settle
from tests.factories.row_files import as_rows
from tests.factories.tenants import Company

Answer = tuple[int, int, int, list[tuple[int, str, str]]]


def put(company: Company, kind: RowKind, *rows: list[str], content: bytes = b"") -> Answer:
    """Import a file; return how many records were created, changed and left alike, and the refused rows."""
    with open_scope(company.scope()):
        sheet = read_sheet(content or as_rows(*rows), kind.columns)
        found = answer_rows(kind, sheet, keep=True, actor=company.actor(), now=clock.now())
        told = [(problem.row, problem.column, problem.reason) for problem in found.problems]
        return found.created, found.changed, found.same, told


def exported(company: Company, sign_in: SignIn, page: str) -> bytes:
    settle(company)
    with closing(sign_in(company).get(f"/products/{page}export.csv")) as answer:
        found: bytes = answer.getvalue()
        return found


def fill(company: Company, *, with_stock: bool = True) -> None:
    with open_scope(company.scope()):
        category_id = find_or_create_path(path="Medicines > Antibiotics", **acting())
        amox = create_product(**FULL, category_id=category_id, **acting())
        lamp = make_product(sku="LAMP", name="=Lamp")
        customer = make_customer(code="C-1")
        make_price_list(amox, ("0", "12"), ("100", "11.123456"), code="ALL", valid_to=date(2027, 1, 1))
        make_price_list(lamp, ("1", "3"), code="VIP", customer_id=customer.id)
        make_price_list(amox, ("1", "200"), code="GOLD", tier="gold", unit="C62")
        if with_stock:
            make_stock("7.5", product=amox, warehouse=make_warehouse(code="HERE"), lot="L1")


PAGES = [
    ("", PRODUCT_ROWS, 2), ("prices/", PRICE_LIST_ROWS, 3), ("prices/items/", LADDER_ROWS, 3),
    ("stock/", COUNT_ROWS, 1), ("stock/warehouses/", WAREHOUSE_ROWS, 1),
]  # fmt: skip


@pytest.mark.parametrize("page,kind,records", PAGES, ids=[kind.name for _, kind, _ in PAGES])
def test_an_exported_file_changes_nothing_and_comes_out_the_same(
    company: Company, sign_in: SignIn, page: str, kind: RowKind, records: int
) -> None:
    """books.md 62, 63"""
    fill(company)
    first = exported(company, sign_in, page)
    assert put(company, kind, content=first) == (0, 0, records, [])
    assert exported(company, sign_in, page) == first


def test_another_company_is_made_from_the_files(company: Company, stranger: Company, sign_in: SignIn) -> None:
    """books.md 63: the same bytes come out of the company that was made from them."""
    fill(company)
    files = {page: exported(company, sign_in, page) for page, _, _ in PAGES}
    with open_scope(stranger.scope()):
        make_customer(code="C-1")
    order = ["", "prices/", "prices/items/", "stock/warehouses/", "stock/"]
    kinds = {page: (kind, records) for page, kind, records in PAGES}
    for page in order:
        kind, records = kinds[page]
        assert put(stranger, kind, content=files[page]) == (records, 0, 0, []), page
    assert {page: exported(stranger, sign_in, page) for page in order} == files
    with open_scope(stranger.scope()):
        assert ProductCost.objects.get().cost_price == Decimal("7.123456")
        assert Movement.objects.get().reason == "Counted, by file"


def test_a_bad_product_stops_no_other(company: Company) -> None:
    """books.md 61"""
    heading = ["SKU", "Name", "Unit price", "Currency", "Tax %", "Tax category", "Status", "Unit", "Category"]
    found = put(
        company, PRODUCT_ROWS, heading,
        ["A", "A", "1", "GBP", "20", "", "", "", "Toys > Wood"],
        ["B", "B", "1", "GBP", "20", "E", "", "", ""],
        ["C", "C", "1", "GBP", "0", "", "gone", "", ""],
        ["D", "D", "1", "GBP", "0", "", "", "piece", ""],
        ["E", "E", "-1", "GBP", "0", "E", "blocked", "KGM", ""],
        ["F", "F", "1", "GBP", "0", "E", "blocked", "KGM", "Toys"],
    )  # fmt: skip
    assert found[:3] == (2, 0, 0)
    assert [(row, column) for row, column, _ in found[3]] == [
        (3, "Tax %"), (4, "Status"), (5, "Unit"), (6, "Unit price"),
    ]  # fmt: skip
    with open_scope(company.scope()):
        told = Product.objects.order_by("sku").values_list(
            "sku", "tax_category", "status", "unit", "category__path"
        )
        assert list(told) == [("A", "S", "active", "EA", "Toys > Wood"), ("F", "E", "blocked", "KGM", "Toys")]


def test_a_ladder_is_put_whole_or_not_at_all(company: Company) -> None:
    """books.md 62, 67"""
    with open_scope(company.scope()):
        product = make_product(sku="LAMP")
        make_price_list(product, ("1", "5"), code="ALL")
        make_product(sku="SHADE")
    heading = ["Price list", "SKU", "From quantity", "Unit price"]
    rows = [
        ["ALL", "LAMP", "1", "4"], ["ALL", "SHADE", "1", "2"], ["ALL", "LAMP", "10", "4.5"],
        ["X", "LAMP", "1", "1"], ["ALL", "GONE", "1", "1"],
    ]  # fmt: skip
    created, changed, same, told = put(company, LADDER_ROWS, heading, *rows)
    assert (created, changed, same) == (1, 0, 0)
    assert [row for row, _, _ in told] == [2, 4, 5, 6]
    with open_scope(company.scope()):
        assert list(PriceBreak.objects.order_by("unit_price").values_list("product__sku", "unit_price")) == [
            ("SHADE", 2), ("LAMP", 5),
        ]  # fmt: skip
        assert PriceList.objects.get().version == 3


def test_a_count_by_file_is_refused_below_what_is_reserved(company: Company) -> None:
    with open_scope(company.scope()):
        warehouse = make_warehouse(code="HERE")
        one, two = (
            make_stock("10", product=make_product(sku=sku), warehouse=warehouse) for sku in ("ONE", "TWO")
        )
        make_product(sku="NEW")
        keep(one, "6")
    heading = ["SKU", "Warehouse", "On hand", "Reorder point"]
    rows = [
        ["ONE", "HERE", "5", ""],
        ["TWO", "HERE", "9", "20"],
        ["NEW", "HERE", "3", ""],
        ["TWO", "GONE", "1", ""],
    ]
    created, changed, same, told = put(company, COUNT_ROWS, heading, *rows)
    assert (created, changed, same) == (1, 1, 0)
    assert [(row, column) for row, column, _ in told] == [(2, "On hand"), (5, "Warehouse")]
    assert put(company, COUNT_ROWS, heading, *rows[1:3]) == (0, 0, 2, [])
    with open_scope(company.scope()):
        assert (figures(one), figures(two)) == (("10", "6", "0"), ("9", "0", "0"))
        assert Stock.objects.get(id=two.id).reorder_point == 20
        assert find_differences() == []
