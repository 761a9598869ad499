"""Prices: one order of precedence, ladders that never rise, and old lines that stay (books.md 67)."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import hypothesis.strategies as st
import pytest
from django.db import Error, connections, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings

from apps.catalog.models import PriceBreak, PriceList, Product
from apps.catalog.operations import change_product
from apps.catalog.prices import (
    Break,
    LadderRises,
    PriceListTaken,
    change_price_list,
    check_ladder,
    create_price_list,
    set_ladder,
)
from apps.catalog.pricing import NoPrice, Offer, Price, Wanted, choose, find_price, find_prices
from apps.core.db import write_alias
from apps.core.errors import DomainError, InputError, NotFound, StaleVersion
from apps.core.ids import new_id
from apps.core.scope import open_scope
from tests.catalog.test_stock_facts import state
from tests.factories.books import line, make_customer, make_draft, make_product
from tests.factories.goods import acting, make_price_list
from tests.factories.tenants import Company

DAY = date(2026, 6, 15)


def price(product: Product, quantity: str = "1", **asked: Any) -> str:
    found = find_price(
        product_id=product.id, quantity=Decimal(quantity),
        **({"customer_tier": "", "currency": "GBP", "day": DAY} | asked),
    )  # fmt: skip
    return f"{found.source} {found.list_code} {found.unit_price.normalize():f}".replace("  ", " ")


def refuses(work: Callable[[], Any], code: str, kind: type[DomainError] = InputError) -> None:
    before = list(PriceBreak.objects.order_by("id").values()), list(PriceList.objects.order_by("id").values())
    with pytest.raises(kind) as refused:
        work()
    assert refused.value.code == code
    assert (
        list(PriceBreak.objects.order_by("id").values()),
        list(PriceList.objects.order_by("id").values()),
    ) == before


def steps(*given: tuple[str, str]) -> list[Break]:
    return [Break(Decimal(quantity), Decimal(each)) for quantity, each in given]


def test_the_order_of_precedence(in_company: Company) -> None:
    """books.md 67: customer, tier, everybody, the product itself; the later start; the larger matching break."""
    product, customer = make_product(unit_price="10"), make_customer()
    asked = {"customer_tier": "gold", "customer_id": customer.id}
    assert price(product, **asked) == "product 10"
    make_price_list(product, ("1", "9"), code="ALL")
    assert price(product, **asked) == "list ALL 9"
    make_price_list(product, ("1", "9.5"), code="ALL-2", valid_from=date(2026, 6, 1))
    assert price(product, **asked) == "list ALL-2 9.5"
    make_price_list(product, ("1", "8"), ("10", "7.25"), code="GOLD", tier="gold")
    make_price_list(product, ("1", "1"), code="SILVER", tier="silver")
    make_price_list(product, ("5", "6"), ("50", "5"), code="THEIRS", customer_id=customer.id)
    make_price_list(product, ("1", "0.5"), code="OTHERS", customer_id=make_customer().id)
    assert price(product) == "list ALL-2 9.5"
    # Their own list begins at 5 pieces; below that the tier's counts.
    assert price(product, "4.999999", **asked) == "tier GOLD 8"
    assert price(product, "5", **asked) == "customer THEIRS 6"
    assert price(product, "50", **asked) == "customer THEIRS 5"
    assert price(product, "10", customer_tier="gold") == "tier GOLD 7.25"


def test_a_list_counts_from_its_first_day_to_its_last(in_company: Company) -> None:
    """books.md 67: a blank end is open."""
    product = make_product(unit_price="10")
    make_price_list(product, ("0", "5"), code="MAY", valid_from=date(2026, 5, 1), valid_to=date(2026, 5, 31))
    open_end = make_price_list(product, ("0", "6"), code="SPRING", valid_from=date(2026, 4, 1))
    days = {"2026-03-31": "product 10", "2026-04-30": "list SPRING 6", "2026-05-01": "list MAY 5",
            "2026-05-31": "list MAY 5", "2026-06-01": "list SPRING 6", "2099-12-31": "list SPRING 6"}  # fmt: skip
    assert {day: price(product, day=date.fromisoformat(day)) for day in days} == days
    change_price_list(price_list_id=open_end.id, changes={"is_active": False}, **acting())
    assert price(product, day=date(2026, 6, 1)) == "product 10"


def test_two_lists_of_one_start_are_told_apart(in_company: Company) -> None:
    product = make_product()
    for code, each in (("FIRST", "5"), ("SECOND", "6")):
        make_price_list(product, ("1", each), code=code)
    assert price(product) == "list SECOND 6"


def test_currency_and_unit_are_never_mixed(in_company: Company) -> None:
    product = make_product(unit_price="10", currency="GBP")
    make_price_list(product, ("1", "11"), code="EUR", currency="EUR")
    make_price_list(product, ("1", "90"), code="BOX", unit="XBX")
    assert [price(product), price(product, currency="EUR"), price(product, unit="XBX")] == [
        "product 10", "list EUR 11", "list BOX 90",
    ]  # fmt: skip
    with pytest.raises(NoPrice):
        price(product, currency="USD")
    with pytest.raises(NoPrice):
        price(product, unit="KGM")
    for asked in ({"currency": "XYZ"}, {"quantity": "-1"}):
        with pytest.raises(InputError):
            price(product, **asked)


def test_many_prices_take_as_many_statements_as_one(in_company: Company) -> None:
    products = [make_product(unit_price=str(n)) for n in range(1, 13)]
    make_price_list(products[3], ("1", "0.25"), code="ALL")
    counts, found = [], []
    for number in (1, 12):
        wanted = [Wanted(each.id, Decimal(2)) for each in products[:number]]
        with CaptureQueriesContext(connections[write_alias()]) as statements:
            found = find_prices(wanted=wanted, customer_tier="", currency="GBP", day=DAY)
        counts.append(len(statements))
    assert counts[0] == counts[1]
    assert [each and each.unit_price for each in found] == [*range(1, 4), Decimal("0.25"), *range(5, 13)]
    with pytest.raises(InputError):
        find_prices(wanted=[Wanted(new_id(), Decimal(1))], customer_tier="", currency="GBP", day=DAY)


def test_buying_more_never_costs_more(in_company: Company) -> None:
    """books.md 67: refused on entry, and nothing of the ladder is kept."""
    product = make_product()
    prices = make_price_list(product, ("1", "5"), ("10", "5"), ("100", "4"))
    place = {"price_list_id": prices.id, "product_id": product.id}
    rising = steps(("100", "4"), ("1", "5"), ("10", "5.000001"))
    refuses(lambda: set_ladder(**place, breaks=rising, **acting()), "ladder_rises", LadderRises)
    twice = steps(("1", "5"), ("1.0", "4"))
    refuses(lambda: set_ladder(**place, breaks=twice, **acting()), "repeated_break")
    for quantity, each in (("-1", "5"), ("1", "-5"), ("1", "0.0000001")):
        bad = steps((quantity, each))
        with pytest.raises(InputError):
            set_ladder(**place, breaks=bad, **acting())
    many = steps(*((str(n), "5") for n in range(51)))
    refuses(lambda: set_ladder(**place, breaks=many, **acting()), "too_many_breaks")


def test_the_database_refuses_a_ladder_that_rises(in_company: Company) -> None:
    """books.md 67, for raw SQL from the application's role."""
    product = make_product()
    prices = make_price_list(product, ("1", "5"), ("10", "4"))
    make_price_list(product, ("1", "1"), unit="XBX")
    insert = (
        "insert into catalog_pricebreak (tenant_id, id, price_list_id, product_id, unit, min_quantity, unit_price) "
        "select tenant_id, uuidv7(), id, %s, 'EA', {quantity}, {price} from catalog_pricelist where id = %s"
    )
    update = (
        "update catalog_pricebreak set unit_price = 6 "
        "where min_quantity = 10 and product_id = %s and price_list_id = %s"
    )
    for statement in (
        insert.format(quantity=20, price="4.5"),
        insert.format(quantity="0.5", price=3),
        update,
    ):
        with pytest.raises(Error) as refused, transaction.atomic(using=write_alias()):
            connections[write_alias()].cursor().execute(statement, [product.id, prices.id])
        assert state(refused.value) == "BH004"
    assert PriceBreak.objects.filter(price_list=prices).count() == 2
    with transaction.atomic(using=write_alias()):
        connections[write_alias()].cursor().execute(
            insert.format(quantity=20, price=4), [product.id, prices.id]
        )


def test_a_later_price_leaves_old_lines_alone(in_company: Company) -> None:
    """books.md 67"""
    product = make_product(unit_price="10")
    prices = make_price_list(product, ("1", "8"))
    draft = make_draft(line("2", str(find_price(product_id=product.id, customer_tier="", currency="GBP", day=DAY,
                                                quantity=Decimal(2)).unit_price), product_id=product.id))  # fmt: skip
    set_ladder(price_list_id=prices.id, product_id=product.id, breaks=steps(("1", "3")), **acting())
    change_product(product_id=product.id, changes={"unit_price": Decimal(1)}, **acting())
    old = draft.lines.get()
    assert (old.unit_price, old.net_minor, price(product)) == (8, 1600, f"list {prices.code} 3")


def test_a_ladder_is_replaced_and_taken_off(in_company: Company) -> None:
    product = make_product(unit_price="10")
    prices = make_price_list(product, ("1", "8"))
    place = {"price_list_id": prices.id, "product_id": product.id}
    assert set_ladder(**place, breaks=steps(("1.0", "8.00")), **acting()).version == prices.version
    changed = set_ladder(**place, breaks=steps(("3", "7")), version=prices.version, **acting())
    assert (changed.version, price(product, "2"), price(product, "3")) == (
        prices.version + 1, "product 10", f"list {prices.code} 7",
    )  # fmt: skip
    stale = lambda: set_ladder(**place, breaks=[], version=prices.version, **acting())  # noqa: E731
    refuses(stale, "stale_version", StaleVersion)
    set_ladder(**place, breaks=[], **acting())
    assert PriceBreak.objects.count() == 0


def test_bad_lists_are_refused(in_company: Company) -> None:
    customer = make_customer()
    good = {"code": "A", "name": "A", "currency": "GBP", "valid_from": DAY}
    made = create_price_list(**good, **acting())
    for more, code, kind in (
        ({}, "price_list_taken", PriceListTaken),
        ({"code": ""}, "missing", InputError),
        ({"code": "B", "currency": "XYZ"}, "unknown_currency", InputError),
        ({"code": "B", "valid_to": DAY - timedelta(1)}, "ends_before_start", InputError),
        ({"code": "B", "valid_from": date(1800, 1, 1)}, "date_out_of_range", InputError),
        ({"code": "B", "tier": "gold", "customer_id": customer.id}, "customer_and_tier", InputError),
        ({"code": "B", "customer_id": new_id()}, "unknown_customer", InputError),
    ):
        refuses(lambda more=more: create_price_list(**(good | more), **acting()), code, kind)  # type: ignore[misc]
    for changes, code in (
        ({"currency": "EUR"}, "not_changeable"),
        ({"customer_id": new_id()}, "unknown_customer"),
        ({"valid_to": date(2020, 1, 1)}, "ends_before_start"),
    ):
        refuses(lambda c=changes: change_price_list(price_list_id=made.id, changes=c, **acting()), code)  # type: ignore[misc]
    unknown = lambda: change_price_list(price_list_id=new_id(), changes={}, **acting())  # noqa: E731
    refuses(unknown, "not_found", NotFound)


def test_a_stranger_and_another_customer_see_no_price_of_theirs(company: Company, stranger: Company) -> None:
    with open_scope(company.scope()):
        product, customer, other = make_product(unit_price="10"), make_customer(), make_customer()
        prices = make_price_list(product, ("1", "6"), code="THEIRS", customer_id=customer.id)
        make_price_list(product, ("1", "7"), code="GOLD", tier="gold")
        make_price_list(product, ("1", "9"), code="ALL")
    with open_scope(stranger.scope()):
        assert (PriceList.objects.count(), PriceBreak.objects.count()) == (0, 0)
        with pytest.raises(InputError):
            price(product)
        with pytest.raises(NotFound):
            set_ladder(price_list_id=prices.id, product_id=product.id, breaks=[], **acting())
        with pytest.raises(InputError):
            create_price_list(
                code="X", name="X", currency="GBP", valid_from=DAY, customer_id=customer.id, **acting()
            )
    seen: dict[UUID, str] = {}
    for each in (customer, other):
        with open_scope(company.scope(customer_id=each.id)):
            seen[each.id] = price(product, customer_id=customer.id, customer_tier="gold")
    assert seen == {customer.id: "customer THEIRS 6", other.id: "list ALL 9"}


# Against a plain reading of the rule

QUANTITY = st.integers(0, 30).map(Decimal)
LISTS = st.lists(
    st.tuples(
        st.sampled_from(("customer", "tier", "list")), st.integers(0, 3),
        st.dictionaries(QUANTITY, QUANTITY, min_size=1, max_size=4),
    ), max_size=6,
)  # fmt: skip


@given(lists=LISTS, quantity=QUANTITY)
@settings(max_examples=300, deadline=None)
def test_the_choice_is_that_of_a_plain_reading(lists: list[Any], quantity: Decimal) -> None:
    """books.md 67"""
    product = UUID(int=1)
    offers = [
        Offer(Price(product, each, "GBP", "EA", source, start_at, UUID(int=key), ""), DAY + timedelta(start))
        for key, (source, start, ladder) in enumerate(lists, start=1)
        for start_at, each in ladder.items()
    ]
    expected = None
    for source in ("customer", "tier", "list"):
        for start in (3, 2, 1, 0):
            for key in range(len(lists), 0, -1):
                if lists[key - 1][:2] != (source, start) or expected is not None:
                    continue
                reached = [at for at in lists[key - 1][2] if at <= quantity]
                if reached:
                    expected = (UUID(int=key), max(reached))
    found = choose(offers, quantity)
    assert (found and (found.list_id, found.min_quantity)) == expected


@given(ladder=st.lists(st.tuples(QUANTITY, QUANTITY), max_size=6))
@settings(max_examples=300, deadline=None)
def test_a_ladder_stands_exactly_when_more_never_costs_more(ladder: list[tuple[Decimal, Decimal]]) -> None:
    """books.md 67"""
    breaks = [Break(*each) for each in ladder]
    quantities = [at for at, _ in ladder]
    is_fine = len(set(quantities)) == len(quantities) and all(
        b <= a for (x, a) in ladder for (y, b) in ladder if y > x
    )
    if is_fine:
        assert [each.min_quantity for each in check_ladder(breaks)] == sorted(quantities)
    else:
        with pytest.raises(InputError):
            check_ladder(breaks)
