"""Products, categories and warehouses: what they take, what they refuse, and what a refusal leaves."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from django.db import Error, connections, transaction

from apps.catalog import categories
from apps.catalog.categories import (
    CategoryInUse,
    CategoryTaken,
    change_category,
    create_category,
    delete_category,
)
from apps.catalog.models import Category, Product, ProductCost, Warehouse
from apps.catalog.operations import change_product, create_product
from apps.catalog.queries import get_costs, list_products
from apps.catalog.warehouses import WarehouseTaken, change_warehouse, create_warehouse, ensure_warehouse
from apps.core.db import write_alias
from apps.core.errors import DomainError, InputError, NotFound, StaleVersion
from apps.core.ids import new_id
from apps.core.scope import open_scope
from tests.catalog.test_stock_facts import state
from tests.factories.books import make_product
from tests.factories.goods import acting, make_warehouse
from tests.factories.tenants import Company


def paths() -> list[str]:
    return list(categories.list_categories().order_by("path").values_list("path", flat=True))


def code_of(work: Any, kind: type[DomainError] = InputError) -> str:
    with pytest.raises(kind) as refused:
        work()
    return refused.value.code


# Products

FULL: dict[str, Any] = {
    "sku": "AMOX-500", "name": "Amoxicillin", "unit_price": Decimal("12.5"), "currency": "GBP", "tax_rate": Decimal(20),
    "manufacturer": "Alba Labs", "active_ingredient": "Amoxicillin trihydrate", "dosage": "500 mg",
    "pack": "21 capsules", "regulatory_code": "PL 01234/0567", "unit": "xbx", "cost_price": Decimal("7.123456"),
}  # fmt: skip


def test_a_product_keeps_all_it_is_given(in_company: Company) -> None:
    shelf = create_category(name="Antibiotics", **acting())
    made = create_product(**FULL, category_id=shelf.id, **acting())
    found = Product.objects.get(id=made.id)
    told = {name: getattr(found, name) for name in FULL if name != "cost_price"}
    assert told == {name: value for name, value in FULL.items() if name != "cost_price"} | {"unit": "XBX"}
    assert (found.category_id, found.tax_category, found.status, found.is_active) == (
        shelf.id,
        "S",
        "active",
        True,
    )
    assert get_costs([made.id]) == {made.id: Decimal("7.123456")}
    for text in ("amox", "alba", "TRIHYDRATE", "01234"):
        assert list(list_products(text=text)) == [found]


def test_status_and_is_active_say_the_same(in_company: Company) -> None:
    product = make_product()

    def after(**changes: Any) -> tuple[str, bool, int]:
        found = change_product(product_id=product.id, changes=changes, **acting())
        return found.status, found.is_active, found.version

    assert after(is_active=False) == ("discontinued", False, 2)
    assert after(is_active=False) == ("discontinued", False, 2)
    assert after(status="blocked") == ("blocked", False, 3)
    assert after(is_active=False) == (
        "blocked",
        False,
        3,
    )  # a form that says only “not sold” unblocks nothing
    assert after(is_active=True) == ("active", True, 4)
    assert list(list_products(status="blocked")) == []
    with pytest.raises(Error) as refused, transaction.atomic(using=write_alias()):
        Product.objects.filter(id=product.id).update(status="blocked")
    assert state(refused.value) == "23514"


def test_the_tax_category_fits_the_rate(in_company: Company) -> None:
    """EN 16931 BR-S-05, BR-Z-05, BR-E-05"""
    product = make_product()

    def after(**changes: Any) -> str:
        return change_product(product_id=product.id, changes=changes, **acting()).tax_category

    assert (product.tax_category, after(tax_rate=Decimal(20)), after(tax_rate=Decimal(0))) == ("Z", "S", "Z")
    assert (after(tax_category="E"), after(name="New")) == ("E", "E")
    for changes in ({"tax_rate": Decimal(5)}, {"tax_category": "S"}, {"tax_category": "X"}):
        with pytest.raises(InputError):
            after(**changes)
    assert after(tax_category="L", tax_rate=Decimal(7)) == "L"


def test_bad_fields_leave_the_product_as_it_is(in_company: Company) -> None:
    product = make_product()
    for changes, code in (
        ({"unit": "piece!"}, "too_long"), ({"unit": "E"}, "bad_unit"), ({"status": "gone"}, "unknown_choice"),
        ({"category_id": new_id()}, "unknown_category"), ({"cost_price": Decimal(-1)}, "out_of_range"),
        ({"sku": "X"}, "not_changeable"), ({"pack": "x" * 101}, "too_long"),
    ):  # fmt: skip
        assert code_of(lambda c=changes: change_product(product_id=product.id, changes=c, **acting())) == code  # type: ignore[misc]
    found = Product.objects.get(id=product.id)
    assert (found.version, found.unit, ProductCost.objects.count()) == (1, "EA", 0)
    assert change_product(product_id=product.id, changes={"cost_price": Decimal(3)}, **acting()).version == 2
    assert change_product(product_id=product.id, changes={"cost_price": Decimal(3)}, **acting()).version == 2
    assert change_product(product_id=product.id, changes={"cost_price": None}, **acting()).version == 3
    assert ProductCost.objects.count() == 0


def test_a_customer_sees_products_and_no_cost(company: Company, stranger: Company) -> None:
    with open_scope(company.scope()):
        make_warehouse()
        create_product(**FULL, **acting())
    with open_scope(company.scope(customer_id=new_id())):
        assert (Product.objects.count(), ProductCost.objects.count(), Warehouse.objects.count()) == (1, 0, 0)
    with open_scope(stranger.scope()):
        assert (Product.objects.count(), ProductCost.objects.count(), Warehouse.objects.count()) == (0, 0, 0)


# Categories


def test_the_tree_is_listed_and_searched_with_all_that_is_under(in_company: Company) -> None:
    deep = categories.find_or_create_path(path="Medicines > Painkillers", **acting())
    other = categories.find_or_create_path(path=" Medicines>Antibiotics ", **acting())
    assert categories.find_or_create_path(path="Medicines > Painkillers", **acting()) == deep
    assert categories.find_or_create_path(path=" ", **acting()) is None
    assert paths() == ["Medicines", "Medicines > Antibiotics", "Medicines > Painkillers"]
    top = Category.objects.get(name="Medicines")
    products = [make_product() for _ in range(3)]
    for product, place in zip(products, (deep, other, top.id), strict=True):
        change_product(product_id=product.id, changes={"category_id": place}, **acting())
    assert set(list_products(category_id=top.id)) == set(products)
    assert list(list_products(category_id=deep)) == products[:1]
    with pytest.raises(CategoryInUse):
        delete_category(category_id=top.id, **acting())
    change_product(product_id=products[0].id, changes={"category_id": None}, **acting())
    assert deep is not None
    delete_category(category_id=deep, **acting())
    assert paths() == ["Medicines", "Medicines > Antibiotics"]


def test_a_category_never_lies_under_itself(in_company: Company) -> None:
    a = create_category(name="A", **acting())
    b = create_category(name="B", parent_id=a.id, **acting())
    c = create_category(name="C", parent_id=b.id, **acting())

    def move(each: Category, parent: Category | None, **more: Any) -> Category:
        changes = {"parent_id": parent.id if parent else None}
        if "name" in more:
            changes["name"] = more.pop("name")
        return change_category(category_id=each.id, changes=changes, **more, **acting())

    for parent in (a, b, c):
        assert code_of(lambda p=parent: move(a, p)) == "category_ring"  # type: ignore[misc]
    for raw in (
        {"parent_id": c.id},
        {"parent_id": c.id, "path": "A > B > C > A"},
        {"path": "Z"},
        {"name": "Z"},
    ):
        with pytest.raises(Error) as refused, transaction.atomic(using=write_alias()):
            Category.objects.filter(id=a.id).update(**raw)
        assert state(refused.value) == "BH005"
    assert paths() == ["A", "A > B", "A > B > C"]
    assert move(b, None).version == 2
    assert paths() == ["A", "B", "B > C"]
    assert code_of(lambda: move(c, None, name="A"), CategoryTaken) == "category_taken"
    assert code_of(lambda: move(c, None, version=7), StaleVersion) == "stale_version"
    assert code_of(lambda: create_category(name="A", **acting()), CategoryTaken) == "category_taken"
    assert code_of(lambda: create_category(name="A > B", **acting())) == "bad_name"
    assert code_of(lambda: create_category(name="D", parent_id=new_id(), **acting())) == "unknown_category"
    assert paths() == ["A", "B", "B > C"]


def test_the_tree_is_eight_deep_at_most(in_company: Company) -> None:
    path = " > ".join("12345678")
    categories.find_or_create_path(path=path, **acting())
    assert code_of(lambda: categories.find_or_create_path(path=path + " > 9", **acting())) == "tree_too_deep"
    tall = categories.find_or_create_path(path="A", **acting())
    categories.find_or_create_path(path="A > B", **acting())
    assert tall is not None
    under = {"parent_id": Category.objects.get(name="7").id}
    assert code_of(lambda: change_category(category_id=tall, changes=under, **acting())) == "tree_too_deep"


def test_two_moves_at_once_make_no_ring(company: Company) -> None:
    with open_scope(company.scope()):
        pair = [create_category(name=name, **acting()) for name in "AB"]

    def move(number: int) -> bool:
        here, there = pair[number % 2], pair[1 - number % 2]
        with open_scope(company.scope()):
            try:
                change_category(category_id=here.id, changes={"parent_id": there.id}, **acting())
            except InputError:
                return False
            finally:
                connections.close_all()
            return True

    with ThreadPoolExecutor(4) as pool:
        won = list(pool.map(move, range(4)))
    with open_scope(company.scope()):
        assert len(paths()) == 2
    assert sorted((won[0] or won[2], won[1] or won[3])) == [False, True]


def test_a_stranger_finds_no_category_or_warehouse(company: Company, stranger: Company) -> None:
    with open_scope(company.scope()):
        category, warehouse = create_category(name="A", **acting()), make_warehouse(code="W")
    with open_scope(stranger.scope()):
        assert paths() == []
        with pytest.raises(NotFound):
            change_category(category_id=category.id, changes={"name": "X"}, **acting())
        with pytest.raises(NotFound):
            delete_category(category_id=category.id, **acting())
        with pytest.raises(NotFound):
            change_warehouse(warehouse_id=warehouse.id, changes={"name": "X"}, **acting())
        create_category(name="A", **acting())
        make_warehouse(code="W")


# Warehouses


def test_one_warehouse_is_the_default_and_it_is_open(in_company: Company) -> None:
    first, second = make_warehouse(code="A"), make_warehouse(code="B")

    def default() -> list[str]:
        return list(Warehouse.objects.filter(is_default=True).values_list("code", flat=True))

    assert default() == ["A"]
    assert (
        code_of(lambda: change_warehouse(warehouse_id=first.id, changes={"is_default": False}, **acting()))
        == "default_needed"
    )
    assert (
        code_of(lambda: change_warehouse(warehouse_id=first.id, changes={"is_active": False}, **acting()))
        == "default_closed"
    )
    assert (
        change_warehouse(
            warehouse_id=second.id, changes={"is_default": True, "name": "Bay"}, **acting()
        ).version
        == 2
    )
    assert default() == ["B"]
    assert change_warehouse(warehouse_id=first.id, changes={"is_active": False}, **acting()).version == 2
    both = lambda: change_warehouse(warehouse_id=first.id, changes={"is_default": True}, **acting())  # noqa: E731
    assert code_of(both) == "default_closed"
    assert (
        code_of(lambda: create_warehouse(code="A", name="A", **acting()), WarehouseTaken) == "warehouse_taken"
    )
    assert (default(), Warehouse.objects.count()) == (["B"], 2)
    assert ensure_warehouse(**acting()).code == "B"


def test_the_first_warehouse_is_made_once_by_many(company: Company) -> None:
    def ensure(_: int) -> Any:
        with open_scope(company.scope()):
            try:
                return ensure_warehouse(**acting()).id
            finally:
                connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(ensure, range(4)))) == 1
