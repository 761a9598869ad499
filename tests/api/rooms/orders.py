"""Routes of orders."""

from typing import Any

from apps.orders.models import PurchaseLine, SalesLine
from tests.api.call import Call
from tests.factories.books import make_customer
from tests.factories.orders import (
    bought,
    make_confirmed,
    make_goods,
    make_purchase,
    make_sale,
    make_sent,
    receive,
    ship,
    sold,
)
from tests.factories.parties import make_supplier
from tests.factories.tenants import Company

READ, WRITE, SHIP = "orders.read", "orders.write", "orders.ship"
BUY_READ, BUY, RECEIVE = "purchasing.read", "purchasing.write", "purchasing.receive"
WHY = {"reason": "Why not"}


def make_records(company: Company) -> dict[str, Any]:
    """Make orders in the states that the calls need."""
    product = make_goods("100")
    customer, supplier = make_customer(), make_supplier()
    pending, cancelled = (make_sale(sold("3", product=product), customer=customer) for _ in range(2))
    ready, back = (make_confirmed(sold("3", product=product), customer=customer) for _ in range(2))
    ship(back)
    draft, other = (make_purchase(bought(product=product), supplier=supplier) for _ in range(2))
    coming, partly, turned = (make_sent(bought(product=product), supplier=supplier) for _ in range(3))
    receive(partly, "4")
    approved = make_purchase(bought(product=product), supplier=supplier)
    return {
        "buyer": customer.id, "seller": supplier.id, "goods": product.id, "pending": pending.id,
        "unwanted": cancelled.id, "ready": ready.id, "ready_line": SalesLine.objects.get(order=ready).id,
        "back": back.id, "back_line": SalesLine.objects.get(order=back).id, "purchase": draft.id, "other": other.id,
        "coming": coming.id, "coming_line": PurchaseLine.objects.get(order=coming).id, "partly": partly.id,
        "approved": approved.id, "receipt": receive(turned, "2").id,
    }  # fmt: skip


def new_order(ids: dict[str, str]) -> dict[str, Any]:
    return {
        "customer": ids["buyer"], "currency": "GBP", "order_date": "2026-03-02",
        "lines": [{"product": ids["goods"], "quantity": "2"}],
    }  # fmt: skip


def new_purchase(ids: dict[str, str]) -> dict[str, Any]:
    return {
        "supplier": ids["seller"], "currency": "GBP", "order_date": "2026-03-02", "freight": "1.5",
        "lines": [{"product": ids["goods"], "quantity": "2", "unit_price": "1.2", "tax_rate": "20"}],
    }  # fmt: skip


CALLS = [
    Call("api-orders", "GET", "orders", READ, names_record=False),
    Call("api-orders", "POST", "orders", WRITE, 201, new_order, names_record=False),
    Call("api-order", "GET", "orders/{pending}", READ),
    Call("api-order", "PATCH", "orders/{pending}", WRITE, body={"note": "New", "version": 1}),
    Call("api-order-confirm", "POST", "orders/{pending}/confirm", WRITE),
    Call("api-order-cancel", "POST", "orders/{unwanted}/cancel", WRITE, body=WHY),
    Call("api-order-ship", "POST", "orders/{ready}/ship", SHIP, 201,
         lambda ids: {"lines": [{"line": ids["ready_line"], "quantity": "1"}]}),
    Call("api-order-return", "POST", "orders/{back}/return", SHIP, 201,
         lambda ids: {"lines": [{"line": ids["back_line"], "quantity": "1"}], "reason": "Broken"}),
    Call("api-purchase-orders", "GET", "purchase-orders", BUY_READ, names_record=False),
    Call("api-purchase-orders", "POST", "purchase-orders", BUY, 201, new_purchase, names_record=False),
    Call("api-purchase-order", "GET", "purchase-orders/{purchase}", BUY_READ),
    Call("api-purchase-order", "PATCH", "purchase-orders/{purchase}", BUY, body={"freight": "2", "version": 1}),
    Call("api-purchase-order-submit", "POST", "purchase-orders/{approved}/submit", BUY),
    Call("api-purchase-order-send", "POST", "purchase-orders/{approved}/send", BUY),
    Call("api-purchase-order-close", "POST", "purchase-orders/{partly}/close", BUY, body=WHY),
    Call("api-purchase-order-cancel", "POST", "purchase-orders/{other}/cancel", BUY, body=WHY),
    Call("api-receipts", "GET", "receipts", BUY_READ, names_record=False),
    Call("api-receipts", "POST", "receipts", RECEIVE, 201,
         lambda ids: {"order": ids["coming"], "lines": [{"line": ids["coming_line"], "received": "4"}]}),
    Call("api-receipt-reverse", "POST", "receipts/{receipt}/reverse", RECEIVE, body=WHY),
]  # fmt: skip
