"""Sales and purchase orders for tests; each works in the open scope."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from apps.catalog.models import Product
from apps.catalog.warehouses import ensure_warehouse
from apps.orders.inputs import LineInput, PurchaseLineInput
from apps.orders.models import (
    PurchaseLine,
    PurchaseOrder,
    Receipt,
    SalesLine,
    SalesOrder,
    SalesReturn,
    Shipment,
)
from apps.orders.operations import (
    BackInput,
    PickInput,
    ReceivedInput,
    confirm_order,
    create_purchase_order,
    create_sales_order,
    receive_goods,
    return_goods,
    send_purchase_order,
    ship_order,
    submit_purchase_order,
)
from apps.parties.models import Customer, Supplier
from tests.factories.books import make_customer, make_product
from tests.factories.goods import acting, make_stock, take_in
from tests.factories.parties import make_supplier

DAY = date(2026, 3, 2)


def sold(
    quantity: str = "6", price: str | None = "2.50", product: Product | None = None, rate: str = "20"
) -> LineInput:
    """Return a line to sell; by default 6 × 2.50 at 20 % of something without a product."""
    return LineInput(
        quantity=Decimal(quantity), product_id=product.id if product else None,
        description="" if product else "Lantern", unit_price=None if price is None else Decimal(price),
        tax_rate=Decimal(rate),
    )  # fmt: skip


def bought(
    quantity: str = "10", price: str = "1.20", product: Product | None = None, rate: str = "20"
) -> PurchaseLineInput:
    """Return a line to buy; by default 10 × 1.20 at 20 % of something without a product."""
    return PurchaseLineInput(
        quantity=Decimal(quantity), unit_price=Decimal(price), product_id=product.id if product else None,
        description="" if product else "Lantern", tax_rate=Decimal(rate),
    )  # fmt: skip


def make_goods(quantity: str = "10", **values: Any) -> Product:
    """Create a product of which the default warehouse holds a quantity."""
    product = make_product(**values)
    warehouse = ensure_warehouse(**acting())
    if Decimal(quantity):
        make_stock(quantity, product=product, warehouse=warehouse)
    return product


def add_goods(product: Product, quantity: str, **values: Any) -> None:
    """Take more of a product into the default warehouse."""
    take_in(product.id, ensure_warehouse(**acting()).id, quantity, **values)


def make_sale(
    *lines: LineInput, customer: Customer | None = None, currency: str = "GBP", **values: Any
) -> SalesOrder:
    """Create a pending order."""
    return create_sales_order(
        customer_id=(customer or make_customer()).id, order_date=DAY, currency=currency, lines=lines or (sold(),),
        **values, **acting(),
    )  # fmt: skip


def make_confirmed(*lines: LineInput, backorder: bool = False, **values: Any) -> SalesOrder:
    """Create and confirm an order."""
    return confirm_order(order_id=make_sale(*lines, **values).id, backorder=backorder, **acting())


def line_of(order: SalesOrder, position: int = 1) -> SalesLine:
    """Return a sales order's line as it is now."""
    return SalesLine.objects.get(order=order, position=position)


def ship(order: SalesOrder, *quantities: str, **values: Any) -> Shipment:
    """Ship quantities of an order's first lines; all that can leave where none is named."""
    lines = list(SalesLine.objects.filter(order=order).order_by("position"))
    wanted = [Decimal(each) for each in quantities] or [line.shippable for line in lines]
    picks = [PickInput(line.id, quantity) for line, quantity in zip(lines, wanted, strict=False) if quantity]
    return ship_order(order_id=order.id, picks=picks, shipped_on=DAY, **values, **acting())


def take_back(
    order: SalesOrder, quantity: str, disposition: str = "restock", position: int = 1
) -> SalesReturn:
    """Take goods of a line back."""
    back = BackInput(line_of(order, position).id, Decimal(quantity), disposition)
    return return_goods(order_id=order.id, backs=[back], reason="Broken", returned_on=DAY, **acting())


def make_purchase(
    *lines: PurchaseLineInput, supplier: Supplier | None = None, currency: str = "GBP", **values: Any
) -> PurchaseOrder:
    """Create a draft of a purchase order."""
    return create_purchase_order(
        supplier_id=(supplier or make_supplier()).id, order_date=DAY, currency=currency, lines=lines or (bought(),),
        **values, **acting(),
    )  # fmt: skip


def make_sent(*lines: PurchaseLineInput, **values: Any) -> PurchaseOrder:
    """Create a purchase order and send it, where no policy asks for an approval."""
    order = make_purchase(*lines, **values)
    submit_purchase_order(order_id=order.id, **acting())
    return send_purchase_order(order_id=order.id, **acting())


def bought_line(order: PurchaseOrder, position: int = 1) -> PurchaseLine:
    """Return a purchase order's line as it is now."""
    return PurchaseLine.objects.get(order=order, position=position)


def receive(
    order: PurchaseOrder, received: str, rejected: str = "0", position: int = 1, **values: Any
) -> Receipt:
    """Receive a quantity of a line."""
    line = ReceivedInput(
        bought_line(order, position).id, Decimal(received), Decimal(rejected), "Broken" if Decimal(rejected) else "",
        **{name: values.pop(name) for name in ("lot_number", "expires_on") if name in values},
    )  # fmt: skip
    return receive_goods(order_id=order.id, lines=[line], received_on=DAY, **values, **acting())


def counts(line: SalesLine | PurchaseLine, *names: str) -> tuple[str, ...]:
    """Return counts of a line as plain digits."""
    return tuple(f"{getattr(line, name).normalize():f}" for name in names)


def charge(order: SalesOrder, quantity: str, position: int = 1) -> Mapping[UUID, Decimal]:
    """Return a quantity of a line, as documents note it."""
    return {line_of(order, position).id: Decimal(quantity)}
