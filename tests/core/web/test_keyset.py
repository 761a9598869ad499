"""Pages of a list by position: each row once, both ways, while others are added; a broken position is page one."""

import pytest
from django.http import QueryDict

from apps.core.web.keyset import Sort, page_of, read_sort
from apps.core.web.listing import Page
from apps.parties.models import Customer
from tests.factories.books import make_customer
from tests.factories.tenants import Company

BY_NAME = Sort("name", "name")


def page(query: str = "", sort: Sort = BY_NAME, size: int = 2) -> Page:
    return page_of(Customer.objects.all(), QueryDict(query), sort, show=lambda row: row.code, size=size)


def walk(sort: Sort, way: str = "next", start: str = "") -> list[str]:
    query, found = start, []
    while True:
        here = page(query, sort)
        found.append(list(here.rows))
        cursor = getattr(here, way)
        if not cursor:
            return [code for rows in (found if way == "next" else found[::-1]) for code in rows]
        query = f"{'after' if way == 'next' else 'before'}={cursor}"


@pytest.mark.parametrize("name", ["name", "-name", "created_at", "-created_at"])
def test_walking_shows_each_row_once_in_order(in_company: Company, name: str) -> None:
    # Equal names: only the id keeps them apart.
    made = [make_customer(code=f"C{n}", name="Same" if n < 4 else f"Other {n}").code for n in range(7)]
    sort = Sort(name, name.removeprefix("-"))
    codes = list(Customer.objects.order_by(*sort.columns()).values_list("code", flat=True))
    assert walk(sort) == codes
    assert sorted(codes) == sorted(made)


def test_walking_back_shows_the_same_pages(in_company: Company) -> None:
    for n in range(5):
        make_customer(code=f"C{n}", name=f"N{n}")
    first = page()
    second = page(f"after={first.next}")
    assert (first.previous, list(second.rows)) == ("", ["C2", "C3"])
    back = page(f"before={second.previous}")
    assert (list(back.rows), back.previous, back.next) == (["C0", "C1"], "", first.next)
    last = page(f"after={second.next}")
    assert (list(last.rows), last.next) == (["C4"], "")


def test_rows_that_are_added_meanwhile_move_nothing(in_company: Company) -> None:
    for n in range(4):
        make_customer(code=f"C{n}", name=f"N{n}")
    first = page()
    make_customer(code="EARLY", name="A")
    assert list(page(f"after={first.next}").rows) == ["C2", "C3"]


@pytest.mark.parametrize("cursor", ["x", "\x00", "", "W10:1:2", "%00", "a" * 5000])
def test_a_position_that_is_none_of_ours_means_the_first_page(in_company: Company, cursor: str) -> None:
    make_customer(code="C0")
    query = QueryDict(mutable=True)
    query["after"] = cursor
    assert page_of(Customer.objects.all(), query, BY_NAME, show=lambda row: row.code).rows == ["C0"]


def test_a_position_of_another_order_means_the_first_page(in_company: Company) -> None:
    for n in range(4):
        make_customer(code=f"C{n}", name=f"N{n}")
    other = page(sort=Sort("-created_at", "created_at")).next
    assert list(page(f"after={other}").rows) == ["C0", "C1"]


def test_only_listed_orders_are_known() -> None:
    sorts = {"name": "name"}
    assert read_sort(QueryDict("sort=-name"), sorts, "name") == Sort("-name", "name")
    assert read_sort(QueryDict("sort=email"), sorts, "name") == BY_NAME
    assert read_sort(QueryDict("sort=--name"), sorts, "name") == BY_NAME
