"""Stock: what is kept, sent, taken in, corrected and moved; what is refused changes nothing."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from apps.catalog import stock
from apps.catalog.models import LotStock, Movement, Reservation, Stock
from apps.catalog.operations import change_product, create_product
from apps.catalog.stock import (
    Adjusting,
    Counting,
    Expecting,
    InsufficientStock,
    NotStocked,
    Reference,
    ReferenceReused,
    Releasing,
    Reserving,
    Transferring,
)
from apps.catalog.stock.errors import ProductBlocked
from apps.catalog.stock_queries import find_differences, get_availability, get_value
from apps.catalog.warehouses import change_warehouse
from apps.core import clock
from apps.core.errors import DomainError, InputError
from apps.core.ids import new_id
from apps.core.scope import open_scope
from tests.factories.books import make_product
from tests.factories.goods import (
    acting,
    figures,
    keep,
    make_stock,
    make_warehouse,
    ref,
    send,
    stock_of,
    take_in,
)
from tests.factories.tenants import Company

TODAY = clock.local_date(clock.now(), "Europe/London")


def refuses(at: Stock, work: Callable[[], Any], kind: type[DomainError] = InsufficientStock) -> DomainError:
    """Check that work is refused and that neither stock nor facts change; return the refusal."""
    before = (figures(at), Movement.objects.count(), Reservation.objects.count(), LotStock.objects.count())
    with pytest.raises(kind) as refused:
        work()
    after = (figures(at), Movement.objects.count(), Reservation.objects.count(), LotStock.objects.count())
    assert after == before
    assert find_differences() == []
    return refused.value


def given_back(at: Stock, reservation: Reference, quantity: str | None = None) -> Releasing:
    return Releasing(
        product_id=at.product_id, warehouse_id=at.warehouse_id, reference=ref("release"), reservation=reservation,
        quantity=Decimal(quantity) if quantity else None,
    )  # fmt: skip


def test_what_is_kept_is_sent_and_available_is_never_negative(in_company: Company) -> None:
    """books.md 66"""
    at, order = make_stock("10"), ref("order")
    keep(at, "6", reference=order)
    assert figures(at) == ("10", "6", "0")
    refusal = refuses(at, lambda: keep(at, "4.000001"))
    assert refusal.detail["lines"] == [
        {
            "product": str(at.product_id),
            "warehouse": str(at.warehouse_id),
            "wanted": "4.000001",
            "available": "4",
        }
    ]
    (sent,) = send(at, "4", reservation=order)
    assert (sent.quantity, sent.reserved, sent.value_minor) == (-4, -4, -800)
    assert figures(at) == ("6", "2", "0")
    # Beyond what is kept it takes what is free, and no more.
    refuses(at, lambda: send(at, "6.1", reservation=order))
    send(at, "6", reservation=order)
    assert figures(at) == ("0", "0", "0")
    assert get_value(Stock.objects.get(id=at.id)) == 0
    assert find_differences() == []


def test_what_is_kept_for_one_is_not_sent_to_another(in_company: Company) -> None:
    """books.md 66"""
    at, order = make_stock("10"), ref("order")
    keep(at, "7", reference=order)
    refuses(at, lambda: send(at, "4"))
    refuses(at, lambda: send(at, "4", reservation=ref("order")))
    send(at, "3")
    assert figures(at) == ("7", "7", "0")


def test_a_failed_order_leaves_no_reservation(in_company: Company) -> None:
    """books.md 66: the second line is short, so the first is not kept either."""
    one, other, order = make_stock("10"), make_stock("1"), new_id()
    lines = [
        Reserving(product_id=each.product_id, warehouse_id=each.warehouse_id, quantity=Decimal(5),
                  reference=Reference("order", order, number))
        for number, each in enumerate([one, other], start=1)
    ]  # fmt: skip
    refusal = refuses(one, lambda: stock.reserve(lines=lines, **acting()))
    assert len(refusal.detail["lines"]) == 1  # type: ignore[arg-type]
    assert figures(other) == ("1", "0", "0")
    # Two lines of one product share what there is.
    twice = [lines[0], Reserving(product_id=one.product_id, warehouse_id=one.warehouse_id, quantity=Decimal(6),
                                 reference=Reference("order", order, 2))]  # fmt: skip
    refuses(one, lambda: stock.reserve(lines=twice, **acting()))


def test_repeating_a_line_changes_nothing_and_answers_as_before(in_company: Company) -> None:
    product, warehouse, receipt = make_product(), make_warehouse(), ref("receipt")
    (first,) = take_in(product.id, warehouse.id, "10", cost="3", reference=receipt)
    (again,) = take_in(product.id, warehouse.id, "10", cost="3", reference=receipt)
    assert (first.is_repeat, again.is_repeat) == (False, True)
    assert (again.quantity, again.value_minor) == (first.quantity, first.value_minor) == (10, 3000)
    at, order, shipment = stock_of(product.id, warehouse.id), ref("order"), ref("shipment")
    for _ in range(2):
        keep(at, "4", reference=order)
    assert figures(at) == ("10", "4", "0")
    for _ in range(2):
        (sent,) = send(at, "4", reservation=order, reference=shipment)
        assert (sent.quantity, sent.reserved, sent.value_minor) == (-4, -4, -1200)
    # A late repeat of the reservation does not keep it a second time.
    keep(at, "4", reference=order)
    assert figures(at) == ("6", "0", "0")
    assert Movement.objects.filter(stock=at).count() == 3
    refuses(at, lambda: send(at, "5", reservation=order, reference=shipment), ReferenceReused)
    elsewhere = make_stock("10")
    refuses(at, lambda: send(elsewhere, "4", reference=shipment), ReferenceReused)


def test_giving_back_never_gives_more_than_is_kept(in_company: Company) -> None:
    at, order = make_stock("10"), ref("order")
    keep(at, "6", reference=order)
    keep(at, "2", reservation=order)  # the order grew
    act = given_back(at, order, "3")
    for _ in range(2):
        stock.release(lines=[act], **acting())
    assert figures(at) == ("10", "5", "0")
    refuses(at, lambda: stock.release(lines=[given_back(at, order, "5.5")], **acting()), InputError)
    for moved in (1, 0):
        assert (
            len(stock.release_all(source_kind="order", source_id=order.id, **acting())),
            figures(at),
        ) == (moved, ("10", "0", "0"))
    assert stock.release(lines=[given_back(at, order)], **acting()) == []


def test_the_lot_that_expires_first_goes_first_and_expired_ones_stay(in_company: Company) -> None:
    product, warehouse = make_product(), make_warehouse()
    for lot, day in (("LATE", TODAY + timedelta(90)), ("SOON", TODAY), ("OVER", TODAY - timedelta(1))):
        take_in(product.id, warehouse.id, "5", lot=lot, expires_on=day)
    take_in(product.id, warehouse.id, "5", lot="NEVER")
    at = make_stock("5", product=product, warehouse=warehouse)
    lots = dict(LotStock.objects.values_list("lot__number", "lot_id"))
    refusal = refuses(at, lambda: send(at, "20.5"))
    assert refusal.detail["lines"][0]["available"] == "20"  # type: ignore[index]
    refuses(at, lambda: keep(at, "20.5"))
    refuses(at, lambda: send(at, "1", lot_id=lots["OVER"]))
    (sent,) = send(at, "17")
    assert sent.lots == ((lots["SOON"], -5), (lots["LATE"], -5), (lots["NEVER"], -5), (None, -2))
    assert figures(at) == ("8", "0", "0")
    places = get_availability([product.id], day=TODAY)[product.id]
    assert (places.available, places.on_hand) == (3, 8)
    # What expired is taken away by hand, and goes first.
    line = Adjusting(product_id=product.id, warehouse_id=warehouse.id, quantity=Decimal(-5), reference=ref())
    (gone,) = stock.adjust(lines=[line], reason="Destroyed", **acting())
    assert gone.lots == ((lots["OVER"], -5),)
    assert find_differences() == []


def test_a_lot_keeps_its_expiry_date(in_company: Company) -> None:
    at = make_stock("5", lot="A", expires_on=date(2027, 1, 31))
    for given in (date(2027, 1, 30), date(2028, 1, 31)):
        refuses(
            at,
            lambda day=given: take_in(at.product_id, at.warehouse_id, "5", lot="A", expires_on=day),
            InputError,
        )  # type: ignore[misc]
    take_in(at.product_id, at.warehouse_id, "5", lot="A")
    assert LotStock.objects.get().on_hand == 10
    refuses(at, lambda: take_in(at.product_id, at.warehouse_id, "5", expires_on=TODAY), InputError)


def test_receiving_fulfils_what_was_announced(in_company: Company) -> None:
    product, warehouse, order = make_product(), make_warehouse(), ref("purchase")
    line = Expecting(product_id=product.id, warehouse_id=warehouse.id, quantity=Decimal(10), reference=order)
    for _ in range(2):
        stock.expect(lines=[line], **acting())
    at = stock_of(product.id, warehouse.id)
    assert figures(at) == ("0", "0", "10")
    take_in(product.id, warehouse.id, "7", expected="7")
    refuses(at, lambda: take_in(product.id, warehouse.id, "5", expected="4"), InputError)
    take_in(product.id, warehouse.id, "5", expected="2")
    back = Expecting(product_id=product.id, warehouse_id=warehouse.id, quantity=Decimal(1), reference=ref())
    stock.unexpect(lines=[back], **acting())
    assert figures(at) == ("12", "0", "0")
    refuses(at, lambda: stock.unexpect(lines=[given(back)], **acting()), InputError)


def given(line: Expecting) -> Expecting:
    """Return the same line as another act."""
    return Expecting(
        product_id=line.product_id, warehouse_id=line.warehouse_id, quantity=line.quantity, reference=ref()
    )


def test_goods_leave_at_moving_average_cost(in_company: Company) -> None:
    product, warehouse = make_product(), make_warehouse()
    take_in(product.id, warehouse.id, "3", cost="1.00")
    take_in(product.id, warehouse.id, "4", cost="2.00")
    at = stock_of(product.id, warehouse.id)
    # 11.00 / 7 = 1.571428…: of every unit that leaves the cents are rounded, and the last one takes the rest.
    assert [send(at, "1")[0].value_minor for _ in range(7)] == [-157, -157, -157, -157, -157, -158, -157]
    assert get_value(Stock.objects.get(id=at.id)) == 0
    # What comes back without a cost is worth the average; of an empty stock, what was planned, or nothing.
    assert take_in(product.id, warehouse.id, "1", cost=None)[0].value_minor == 0
    change_product(product_id=product.id, changes={"cost_price": Decimal("1.255")}, **acting())
    send(at, "1")
    assert take_in(product.id, warehouse.id, "1", cost=None)[0].value_minor == 126
    assert take_in(product.id, warehouse.id, "2", cost=None)[0].value_minor == 252


def test_a_count_sets_what_was_found_and_says_why(in_company: Company) -> None:
    at, order = make_stock("10", cost="2"), ref("order")

    def count(found: str, **more: Any) -> Any:
        line = Counting(product_id=at.product_id, warehouse_id=at.warehouse_id, quantity=Decimal(found),
                        reference=more.pop("reference", None) or ref("count"), **more)  # fmt: skip
        return stock.count(lines=[line], reason="Yearly count", **acting())

    assert (count("12")[0].quantity, count("12")[0].quantity, figures(at)[0]) == (2, 0, "12")
    act = ref("count")
    for _ in range(2):
        assert count("9", reference=act)[0].quantity == -3
    refuses(at, lambda: count("8", reference=act), ReferenceReused)
    keep(at, "6", reference=order)
    refuses(at, lambda: count("5.9"))
    assert count("6")[0].value_minor == -600
    take_in(at.product_id, at.warehouse_id, "4", lot="A")
    lot = LotStock.objects.get().lot_id
    assert count("1", lot_id=lot)[0].lots == ((lot, -3),)
    assert figures(at) == ("7", "6", "0")
    for words in ("", "  "):
        refuses(at, lambda w=words: stock.count(lines=[], reason=w, **acting()), InputError)  # type: ignore[misc]
    assert Movement.objects.filter(kind="count", reason="Yearly count").count() == 5


def test_a_transfer_moves_lots_and_value(in_company: Company) -> None:
    at = make_stock("4", cost="1", lot="A", expires_on=TODAY + timedelta(30))
    make_stock("6", product=at.product, warehouse=at.warehouse, cost="2")
    there, act = make_warehouse(), ref("transfer")
    line = Transferring(product_id=at.product_id, from_warehouse_id=at.warehouse_id, to_warehouse_id=there.id,
                        quantity=Decimal(5), reference=act)  # fmt: skip
    for is_repeat in (False, True):
        out, into = stock.transfer(lines=[line], reason="Nearer", **acting())
        assert (out.quantity, out.value_minor, out.is_repeat) == (-5, -800, is_repeat)
        assert (into.quantity, into.value_minor, into.is_repeat) == (5, 800, is_repeat)
    assert figures(at)[0] == "5"
    goal = stock_of(at.product_id, there.id)
    assert (figures(goal)[0], get_value(goal), goal.lotted) == ("5", 800, 4)
    assert find_differences() == []
    refuses(at, lambda: stock.transfer(lines=[line], reason="", **acting()), InputError)
    more = Transferring(product_id=at.product_id, from_warehouse_id=at.warehouse_id, to_warehouse_id=there.id,
                        quantity=Decimal("5.1"), reference=ref())  # fmt: skip
    refuses(at, lambda: stock.transfer(lines=[more], reason="Nearer", **acting()))
    same = Transferring(product_id=at.product_id, from_warehouse_id=there.id, to_warehouse_id=there.id,
                        quantity=Decimal(1), reference=ref())  # fmt: skip
    refuses(at, lambda: stock.transfer(lines=[same], reason="Nearer", **acting()), InputError)


def test_bad_lines_are_refused(in_company: Company) -> None:
    at = make_stock("10")
    for quantity in ("0", "-1", "0.0000001", "NaN", "1000000000000"):
        refuses(at, lambda q=quantity: keep(at, q), InputError)  # type: ignore[misc]
    service = create_product(sku="POST", name="Postage", unit_price=Decimal(3), currency="GBP", is_stocked=False,
                             **acting())  # fmt: skip
    refuses(at, lambda: take_in(service.id, at.warehouse_id, "1"), NotStocked)
    refuses(at, lambda: take_in(new_id(), at.warehouse_id, "1"), InputError)
    refuses(at, lambda: take_in(at.product_id, new_id(), "1"), InputError)
    act = ref()
    lines = [
        Reserving(product_id=at.product_id, warehouse_id=at.warehouse_id, quantity=Decimal(1), reference=act)
    ]
    refuses(at, lambda: stock.reserve(lines=lines * 2, **acting()), InputError)
    change_product(product_id=at.product_id, changes={"status": "blocked"}, **acting())
    refuses(at, lambda: send(at, "1"), ProductBlocked)
    refuses(at, lambda: keep(at, "1"), ProductBlocked)
    closed = make_stock("1").warehouse
    make_warehouse()
    change_warehouse(warehouse_id=closed.id, changes={"is_active": False}, **acting())
    refuses(at, lambda: take_in(at.product_id, closed.id, "1"), InputError)


def test_a_stranger_moves_nothing(company: Company, stranger: Company) -> None:
    with open_scope(company.scope()):
        at = make_stock("10")
    with open_scope(stranger.scope()):
        for work in (
            lambda: keep(at, "1"),
            lambda: send(at, "1"),
            lambda: take_in(at.product_id, at.warehouse_id, "1"),
        ):
            with pytest.raises(InputError) as refused:
                work()
            assert refused.value.code == "unknown_product"
        assert (
            Stock.objects.count(),
            Movement.objects.count(),
            get_availability([at.product_id], day=TODAY)[at.product_id].places,
        ) == (0, 0, [])
    with open_scope(company.scope()):
        assert figures(at) == ("10", "0", "0")
