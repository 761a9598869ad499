"""Only the transitions in the table are possible, by any road (books.md 24), and facts stay as they are."""

from itertools import product as pairs

import pytest
from django.db import DatabaseError, connections, transaction

from apps.catalog.models import Stock
from apps.core.db import write
from apps.orders.models import PURCHASE_STATES, SALES_STATES, PurchaseOrder, SalesOrder
from apps.orders.operations import (
    cancel_order,
    cancel_purchase_order,
    close_purchase_order,
    deliver_order,
    hold_order,
    start_picking,
    submit_purchase_order,
)
from apps.orders.transitions import PURCHASE_STEPS, SALES_STEPS
from tests.factories.goods import acting
from tests.factories.orders import (
    DAY,
    make_confirmed,
    make_goods,
    make_purchase,
    make_sale,
    make_sent,
    receive,
    ship,
    sold,
    take_back,
)
from tests.factories.tenants import Company


def run(statement: str, *values: object) -> None:
    with write() as connection, connection.cursor() as cursor:
        cursor.execute(statement, values)


def sale_in(state: str) -> SalesOrder:
    if state == "pending":
        return make_sale()
    order = make_confirmed()
    if state == "on_hold":
        return hold_order(order_id=order.id, reason="Wait", **acting())
    if state == "processing":
        return start_picking(order_id=order.id, **acting())
    if state == "cancelled":
        return cancel_order(order_id=order.id, reason="No", **acting())
    if state in ("shipped", "delivered"):
        ship(order)
    if state == "delivered":
        return deliver_order(order_id=order.id, delivered_on=DAY, **acting())
    return SalesOrder.objects.get(id=order.id)


def purchase_in(state: str) -> PurchaseOrder:
    order = (
        make_purchase() if state in ("draft", "awaiting_approval", "approved", "cancelled") else make_sent()
    )
    if state == "awaiting_approval":
        run("update orders_purchaseorder set state = %s where id = %s", state, order.id)
    if state == "approved":
        submit_purchase_order(order_id=order.id, **acting())
    if state == "cancelled":
        cancel_purchase_order(order_id=order.id, reason="No", **acting())
    if state in ("partly_received", "closed"):
        receive(order, "4")
    if state == "received":
        receive(order, "10")
    if state == "closed":
        close_purchase_order(order_id=order.id, reason="No more comes", **acting())
    return PurchaseOrder.objects.get(id=order.id)


def test_raw_sql_takes_a_sales_order_only_where_the_table_says(in_company: Company) -> None:
    orders = {state: sale_in(state) for state in SALES_STATES}
    assert {state: order.state for state, order in orders.items()} == {state: state for state in SALES_STATES}
    for before, after in pairs(SALES_STATES, SALES_STATES):
        hold = ("manual", "Why", before) if after == "on_hold" else ("", "", "")
        if before == after == "on_hold":
            hold = ("manual", "Why", "confirmed")
        try:
            with transaction.atomic():
                step = "update orders_salesorder set state = %s, hold = %s, hold_reason = %s, held_from = %s"
                run(f"{step} where id = %s", after, *hold, orders[before].id)
                transaction.set_rollback(True)
            went = True
        except DatabaseError:
            went = False
        # What a table of names cannot say: a hold ends where it began, only what is shipped whole is shipped.
        own = {
            ("on_hold", "pending"),
            ("on_hold", "processing"),
            ("confirmed", "shipped"),
            ("processing", "shipped"),
        }
        allowed = before == after or after in SALES_STEPS[before]
        assert went == (allowed and (before, after) not in own), (before, after)
    for (before, after), is_there in {("on_hold", "confirmed"): True, ("shipped", "delivered"): True}.items():
        assert (after in SALES_STEPS[before]) == is_there


def test_raw_sql_takes_a_purchase_order_only_where_the_table_says(in_company: Company) -> None:
    orders = {state: purchase_in(state) for state in PURCHASE_STATES}
    assert {state: order.state for state, order in orders.items()} == {
        state: state for state in PURCHASE_STATES
    }
    # What came decides besides the table: something has come of these, so they are neither sent nor cancelled; and
    # what is not whole is not received.
    own = {
        ("partly_received", "sent"),
        ("received", "sent"),
        ("sent", "received"),
        ("partly_received", "received"),
    }
    for before, after in pairs(PURCHASE_STATES, PURCHASE_STATES):
        try:
            with transaction.atomic():
                run("update orders_purchaseorder set state = %s where id = %s", after, orders[before].id)
                transaction.set_rollback(True)
            went = True
        except DatabaseError:
            went = False
        allowed = before == after or after in PURCHASE_STEPS[before]
        assert went == (allowed and (before, after) not in own), (before, after)


@pytest.mark.parametrize(
    "table,state", [("orders_salesorder", "confirmed"), ("orders_purchaseorder", "sent")]
)
def test_an_order_is_not_born_further_on(in_company: Company, table: str, state: str) -> None:
    order = make_sale() if table == "orders_salesorder" else make_purchase()
    order.id, order.number, order.state = None, "X-1", state  # type: ignore[assignment]
    order._state.adding = True
    order.id = type(order)._meta.get_field("id").get_default()
    with pytest.raises(DatabaseError), transaction.atomic():
        order.save(force_insert=True)
    assert not type(order).objects.filter(number="X-1").exists()


@pytest.mark.parametrize(
    "statement",
    [
        "update orders_salesorder set total_minor = 1, net_minor = 1, tax_minor = 0 where id = %s",
        "update orders_salesorder set number = 'SO-1' where id = %s",
        "update orders_salesorder set currency = 'EUR' where id = %s",
        "delete from orders_salesorder where id = %s",
        "update orders_salesline set unit_price = 1 where order_id = %s",
        "update orders_salesline set shipped = shipped + 1 where order_id = %s",
        "update orders_salesline set shipped = 0, returned = 0 where order_id = %s",
        "update orders_salesline set invoiced = 1 where order_id = %s",
        "delete from orders_salesline where order_id = %s",
        "update orders_shipment set number = 'DN-1' where order_id = %s",
        "delete from orders_shipment where order_id = %s",
        "update orders_shipmentline set quantity = 1 where line_id in"
        " (select id from orders_salesline where order_id = %s)",
        "delete from orders_returnline where line_id in (select id from orders_salesline where order_id = %s)",
        "insert into orders_shipmentline (tenant_id, id, shipment_id, line_id, quantity) select l.tenant_id, uuidv7(),"
        " s.id, l.id, 1 from orders_salesline l join orders_shipment s on s.order_id = l.order_id"
        " where l.order_id = %s",
    ],
)
def test_sql_cannot_change_what_was_shipped(in_company: Company, statement: str) -> None:
    product = make_goods("9")
    order = make_confirmed(sold("6", product=product))
    ship(order, "4")
    take_back(order, "1")
    with pytest.raises(DatabaseError):
        run(statement, order.id)
    stored = SalesOrder.objects.get(id=order.id)
    assert (stored.state, stored.total_minor) == ("processing", 1800)
    line = stored.lines.get()
    assert (line.shipped, line.returned, line.invoiced, line.unit_price) == (4, 1, 0, 2.5)
    assert Stock.objects.get(product=product).on_hand == 6


@pytest.mark.parametrize(
    "statement",
    [
        "update orders_purchaseorder set total_minor = 1, net_minor = 1, tax_minor = 0 where id = %s",
        "update orders_purchaseorder set supplier_id = uuidv7() where id = %s",
        "delete from orders_purchaseorder where id = %s",
        "update orders_purchaseline set quantity = 1 where order_id = %s",
        "update orders_purchaseline set received = 10 where order_id = %s",
        "update orders_purchaseline set rejected = 0 where order_id = %s",
        "update orders_purchaseline set billed = 1 where order_id = %s",
        "delete from orders_purchaseline where order_id = %s",
        "update orders_receipt set received_on = '2026-01-01' where order_id = %s",
        "delete from orders_receipt where order_id = %s",
        "update orders_receiptline set received = 9 where line_id in"
        " (select id from orders_purchaseline where order_id = %s)",
        "delete from orders_receiptline where line_id in (select id from orders_purchaseline where order_id = %s)",
    ],
)
def test_sql_cannot_change_what_was_received(in_company: Company, statement: str) -> None:
    order = make_sent()
    receive(order, "4", "1")
    with pytest.raises(DatabaseError):
        run(statement, order.id)
    stored = PurchaseOrder.objects.get(id=order.id)
    assert (stored.state, stored.total_minor) == ("partly_received", 1440)
    line = stored.lines.get()
    assert (line.received, line.rejected, line.quantity, line.billed) == (4, 1, 10, 0)
    assert connections["default"].in_atomic_block is False
