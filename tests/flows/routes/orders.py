"""The pages of orders, and a row of each of its models."""

from uuid import UUID

from apps.core.ids import new_id
from apps.core.scope import open_scope
from apps.orders.models import (
    BilledQuantity,
    InvoicedQuantity,
    OrderPolicy,
    PurchaseLine,
    PurchaseOrder,
    Receipt,
    ReceiptLine,
    ReturnLine,
    SalesLine,
    SalesOrder,
    SalesReturn,
    Shipment,
    ShipmentLine,
)
from apps.orders.operations import change_order_policy, note_billed, note_invoiced
from apps.orders.queries.policy import get_order_policy
from tests.factories.books import make_customer
from tests.factories.goods import acting
from tests.factories.orders import (
    bought,
    bought_line,
    charge,
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
from tests.factories.parties import make_supplier
from tests.factories.tenants import Company
from tests.flows.calls import Call, Sent, World

READ, WRITE, SHIP = "orders.read", "orders.write", "orders.ship"
BUY_READ, BUY, RECEIVE = "purchasing.read", "purchasing.write", "purchasing.receive"


def make_world(company: Company) -> World:
    """Make one record of each kind."""
    with open_scope(company.scope()):
        mark = new_id().hex[-8:]
        customer = make_customer(code=f"OC{mark}", name=f"Buyer {mark}")
        supplier = make_supplier(code=f"OS{mark}", name=f"Seller {mark}")
        product = make_goods("100", sku=f"OP{mark}", name=f"Thing {mark}")
        sales: list[SalesOrder] = [make_sale(sold("3", product=product), customer=customer) for _ in range(2)]
        ready = make_confirmed(sold("3", product=product), customer=customer)
        back = make_confirmed(sold("3", product=product), customer=customer)
        shipment = ship(back, "2")
        drafts = [make_purchase(bought("4", product=product), supplier=supplier) for _ in range(2)]
        sent = make_sent(bought("4", product=product), supplier=supplier)
        receipt = receive(make_sent(bought("4", product=product), supplier=supplier), "2")
        ids: dict[str, UUID | int] = {
            "pending": sales[0].id, "bulk": sales[1].id, "ready": ready.id, "back": back.id, "shipment": shipment.id,
            "draft": drafts[0].id, "submitted": drafts[1].id, "sent": sent.id, "receipt": receipt.id,
        }  # fmt: skip
    names = (customer.code, customer.name, supplier.code, supplier.name, product.sku, product.name)
    return World(company, ids, (*names, *map(str, ids.values())))


def make_admin_rows(company: Company) -> dict[str, UUID]:
    """Make one row of each model."""
    change_order_policy(checks_credit=False, **acting())
    product = make_goods("10", name=f"Thing {company.id.hex[-8:]}")
    sale = make_confirmed(sold("3", product=product))
    ship(sale)
    take_back(sale, "1")
    note_invoiced(document_id=new_id(), quantities=charge(sale, "1"), **acting())
    purchase = make_sent(bought("4", product=product))
    receive(purchase, "4")
    note_billed(document_id=new_id(), quantities={bought_line(purchase).id: 1}, **acting())  # type: ignore[dict-item]
    models = (
        BilledQuantity, InvoicedQuantity, OrderPolicy, PurchaseLine, PurchaseOrder, Receipt, ReceiptLine, ReturnLine,
        SalesLine, SalesOrder, SalesReturn, Shipment, ShipmentLine,
    )  # fmt: skip
    return {model.__name__: model.objects.order_by("-id")[0].id for model in models}


def sale_form(world: World) -> Sent:
    return {
        "customer": world.secrets[0], "order_date": "2026-03-02", "currency": "GBP", "version": "1",
        "lines-TOTAL_FORMS": "1", "lines-INITIAL_FORMS": "0", "lines-0-description": "Lantern",
        "lines-0-quantity": "2", "lines-0-unit_price": "5", "lines-0-tax_rate": "20",
    }  # fmt: skip


def purchase_form(world: World) -> Sent:
    return sale_form(world) | {"supplier": world.secrets[2], "freight": "1.5"}


def rules_form(world: World) -> Sent:
    with open_scope(world.company.scope()):
        version = get_order_policy().version
    return {"invoice_basis": "shipped", "over_receipt_percent": "5", "version": str(version)}


def act(name: str, record: str, *needs: str, page: str = "orders:sale_act", version: str = "1") -> Call:
    """Return the call of an order's button."""
    sent = {"action": name, "version": version, "reason": "Why not"}
    return Call(page, needs, record, "POST", lambda _: sent, ok=(302,), note=name)


def bought_act(name: str, record: str, version: str) -> Call:
    return act(name, record, BUY_READ, BUY, page="orders:purchase_act", version=version)


def moved(form: Sent, version: str) -> Sent:
    return {"version": version, "line-1-quantity": "1", "line-1-disposition": "restock"} | form


CALLS = [
    Call("orders:sales", (READ,)),
    Call("orders:sale_export", ("exports.run", READ)),
    Call("orders:sale_detail", (READ,), "back"),
    Call("orders:sale_note", (READ,), "shipment"),
    Call("orders:sale_products", (WRITE,)),
    Call("orders:sale_create", (WRITE,)),
    Call("orders:sale_create", (WRITE,), method="POST", send=sale_form, ok=(302,)),
    Call("orders:sale_edit", (WRITE,), "pending"),
    Call("orders:sale_edit", (WRITE,), "pending", method="POST", send=sale_form, ok=(302,)),
    Call("orders:sale_bulk", (WRITE, READ)),
    Call("orders:sale_bulk", (WRITE, READ), method="POST", send=lambda world: {"order": f"{world.ids['bulk']}:1"}),
    Call("orders:sale_rules", ("members.manage",)),
    Call("orders:sale_rules", ("members.manage",), method="POST", ok=(302,),
         send=rules_form),
    act("confirm", "pending", READ, WRITE),
    act("cancel", "bulk", READ, WRITE),
    act("start", "ready", READ, SHIP, version="2"),
    act("hold", "back", READ, WRITE, version="3"),
    Call("orders:sale_ship", (SHIP,), "ready"),
    Call("orders:sale_ship", (SHIP,), "ready", method="POST", ok=(302,),
         send=lambda _: moved({"shipped_on": "2026-03-04"}, "2")),
    Call("orders:sale_return", (SHIP,), "back"),
    Call("orders:sale_return", (SHIP,), "back", method="POST", ok=(302,),
         send=lambda _: moved({"returned_on": "2026-03-04", "reason": "Broken"}, "3")),
    Call("orders:purchases", (BUY_READ,)),
    Call("orders:purchase_export", ("exports.run", BUY_READ)),
    Call("orders:purchase_detail", (BUY_READ,), "sent"),
    Call("orders:purchase_products", (BUY,)),
    Call("orders:purchase_create", (BUY,)),
    Call("orders:purchase_create", (BUY,), method="POST", send=purchase_form, ok=(302,)),
    Call("orders:purchase_edit", (BUY,), "draft"),
    Call("orders:purchase_edit", (BUY,), "draft", method="POST", send=purchase_form, ok=(302,)),
    bought_act("submit", "draft", "1"),
    bought_act("cancel", "submitted", "1"),
    Call("orders:purchase_receive", (RECEIVE,), "sent"),
    Call("orders:purchase_receive", (RECEIVE,), "sent", method="POST", ok=(302,),
         send=lambda _: {"version": "3", "received_on": "2026-03-04", "line-1-received": "2"}),
    Call("orders:purchase_receipts", (BUY_READ,)),
    Call("orders:purchase_reverse", (RECEIVE,), "receipt", "POST", lambda _: {"reason": "Twice"}, ok=(302,)),
]  # fmt: skip
