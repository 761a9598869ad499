"""Goods leave and come back: never beyond what was ordered, from lots, with documents that stay (books.md 66, 68)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connections

from apps.catalog.models import LotStock, Stock
from apps.catalog.stock import InsufficientStock
from apps.catalog.stock_queries import find_differences
from apps.core.errors import DomainError, InputError
from apps.core.ids import new_id
from apps.core.scope import open_scope
from apps.orders.models import SalesOrder, Shipment, ShipmentLine
from apps.orders.operations import (
    OverInvoiced,
    PickInput,
    TooMuch,
    change_order_policy,
    confirm_order,
    deliver_order,
    forget_invoiced,
    note_invoiced,
    ship_order,
)
from apps.orders.queries import get_sales_order
from apps.orders.transitions import InvalidTransition
from tests.factories.goods import acting
from tests.factories.orders import (
    DAY,
    add_goods,
    charge,
    counts,
    line_of,
    make_confirmed,
    make_goods,
    make_sale,
    ship,
    sold,
    take_back,
)
from tests.factories.tenants import Company


def test_partial_shipments_end_in_shipped_then_delivered(in_company: Company) -> None:
    product = make_goods("10")
    order = make_confirmed(sold("6", product=product), sold("1", "5"))
    first = ship(order, "4", "0")
    assert (first.number, SalesOrder.objects.get(id=order.id).state) == ("DN-2026-000001", "processing")
    assert counts(line_of(order), "reserved", "shipped") == ("2", "4")
    second = ship(order)
    assert (second.number, SalesOrder.objects.get(id=order.id).state) == ("DN-2026-000002", "shipped")
    stock = Stock.objects.get(product=product)
    assert (stock.on_hand, stock.reserved) == (4, 0)
    assert deliver_order(order_id=order.id, delivered_on=date(2026, 3, 5), **acting()).state == "delivered"
    assert set(Shipment.objects.values_list("delivered_on", flat=True)) == {date(2026, 3, 5)}


@pytest.mark.parametrize(
    "quantity,code", [("7", "more_than_open"), ("0", "out_of_range"), ("-1", "out_of_range")]
)
def test_more_than_ordered_never_leaves(in_company: Company, quantity: str, code: str) -> None:
    order = make_confirmed(sold("6", product=make_goods("10")))
    with pytest.raises(InputError) as refused:
        ship_order(
            order_id=order.id,
            picks=[PickInput(line_of(order).id, Decimal(quantity))],
            shipped_on=DAY,
            **acting(),
        )
    assert refused.value.code == code
    assert counts(line_of(order), "shipped", "reserved") == ("0", "6")
    assert not Shipment.objects.exists()


def test_the_same_line_in_two_picks_is_added_up(in_company: Company) -> None:
    order = make_confirmed(sold("6", product=make_goods("10")))
    picks = [PickInput(line_of(order).id, Decimal(4)), PickInput(line_of(order).id, Decimal(3))]
    with pytest.raises(TooMuch):
        ship_order(order_id=order.id, picks=picks, shipped_on=DAY, **acting())
    assert not Shipment.objects.exists()


def test_goods_leave_from_lots_that_expire_first_and_the_note_says_which(in_company: Company) -> None:
    product = make_goods("0")
    add_goods(product, "3", lot="L2", expires_on=date(2031, 1, 1))
    add_goods(product, "3", lot="L1", expires_on=date(2030, 1, 1))
    order = make_confirmed(sold("4", product=product))
    shipment = ship(order)
    lots = ShipmentLine.objects.filter(shipment=shipment).values_list("lot__number", "quantity")
    assert sorted(lots) == [("L1", 3), ("L2", 1)]
    assert {each.lot: each.quantity for each in get_sales_order(order.id).shipments[0].lines} == {
        "L1": 3,
        "L2": 1,
    }


def test_a_return_goes_to_stock_or_to_scrap_and_subtracts(in_company: Company) -> None:
    """books.md 68: returns subtract."""
    product = make_goods("6")
    order = make_confirmed(sold("6", product=product))
    ship(order)
    back = take_back(order, "2")
    take_back(order, "1", "scrap")
    assert back.number == "RT-2026-000001"
    assert Stock.objects.get(product=product).on_hand == 2
    assert counts(line_of(order), "shipped", "returned", "invoiceable") == ("6", "3", "3")
    with pytest.raises(TooMuch):
        take_back(order, "4")
    assert counts(line_of(order), "returned") == ("3",)
    assert find_differences() == []


def test_nothing_comes_back_that_did_not_leave(in_company: Company) -> None:
    order = make_confirmed(sold("6", product=make_goods("6")))
    with pytest.raises(InvalidTransition):
        take_back(order, "1")


def test_invoiced_stays_within_shipped_and_kept(in_company: Company) -> None:
    """books.md 68: invoiced ≤ shipped ≤ ordered per line, returns subtract."""
    order = make_confirmed(sold("6"))
    with pytest.raises(OverInvoiced):
        note_invoiced(document_id=new_id(), quantities=charge(order, "1"), **acting())
    ship(order, "4")
    document = new_id()
    note_invoiced(document_id=document, quantities=charge(order, "3"), **acting())
    note_invoiced(document_id=document, quantities=charge(order, "3"), **acting())
    assert counts(line_of(order), "invoiced", "invoiceable") == ("3", "1")
    with pytest.raises(OverInvoiced):
        note_invoiced(document_id=new_id(), quantities=charge(order, "2"), **acting())
    take_back(order, "2")
    assert counts(line_of(order), "invoiceable") == ("-1",)
    assert get_sales_order(order.id).must_credit
    note_invoiced(document_id=new_id(), quantities=charge(order, "-1"), **acting())
    assert counts(line_of(order), "invoiced", "invoiceable") == ("2", "0")
    with pytest.raises(OverInvoiced):
        note_invoiced(document_id=new_id(), quantities=charge(order, "-3"), **acting())
    with pytest.raises(DomainError):
        forget_invoiced(document_id=new_id(), **acting()) or note_invoiced(
            document_id=document, quantities=charge(order, "1"), **acting()
        )


def test_a_deleted_document_gives_its_quantities_back(in_company: Company) -> None:
    order = make_confirmed(sold("6"))
    ship(order)
    document = new_id()
    note_invoiced(document_id=document, quantities=charge(order, "6"), **acting())
    forget_invoiced(document_id=document, **acting())
    forget_invoiced(document_id=document, **acting())
    assert counts(line_of(order), "invoiced", "invoiceable") == ("0", "6")


def test_by_the_tenants_policy_what_is_ordered_is_invoiced_ahead(in_company: Company) -> None:
    """books.md 68, with the tenant's policy; an order keeps the basis it was made with."""
    before = make_confirmed(sold("6"))
    change_order_policy(invoice_basis="ordered", **acting())
    order = make_confirmed(sold("6"))
    note_invoiced(document_id=new_id(), quantities=charge(order, "6"), **acting())
    with pytest.raises(OverInvoiced):
        note_invoiced(document_id=new_id(), quantities=charge(order, "1"), **acting())
    with pytest.raises(OverInvoiced):
        note_invoiced(document_id=new_id(), quantities=charge(before, "1"), **acting())


def together(company: Company, works: list[Any]) -> list[Any]:
    def run(work: Any) -> Any:
        with open_scope(company.scope()):
            try:
                return work()
            except DomainError as refused:
                return refused
            finally:
                connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(run, works))


def test_many_orders_for_the_last_pieces_leave_no_half_reservation(company: Company) -> None:
    """books.md 66: available = on hand − reserved ≥ 0 after any interleaving of orders."""
    with open_scope(company.scope()):
        one, two = make_goods("10"), make_goods("10")
        orders = [make_sale(sold("3", product=one), sold("3", product=two)) for _ in range(4)]
        orders += [make_sale(sold("3", product=two), sold("3", product=one)) for _ in range(4)]
    found = together(
        company, [lambda order=order: confirm_order(order_id=order.id, **acting()) for order in orders]
    )
    assert sum(isinstance(each, InsufficientStock) for each in found) == 5
    with open_scope(company.scope()):
        assert [stock.reserved for stock in Stock.objects.all()] == [9, 9]
        states = list(SalesOrder.objects.order_by("id").values_list("state", flat=True))
        assert sorted(states) == ["confirmed"] * 3 + ["pending"] * 5
        assert find_differences() == []


def test_two_shippers_of_one_order_send_it_once(company: Company) -> None:
    with open_scope(company.scope()):
        order = make_confirmed(sold("6", product=make_goods("10")))
    found = together(company, [lambda: ship(order, "4") for _ in range(4)])
    assert sum(isinstance(each, Shipment) for each in found) == 1
    with open_scope(company.scope()):
        assert counts(line_of(order), "shipped", "reserved") == ("4", "2")
        assert LotStock.objects.count() == 0
