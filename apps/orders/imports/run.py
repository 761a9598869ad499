"""From a folder of purchasing data to purchase orders: what is new is recorded in sets, what is there stays."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from uuid import UUID

from apps.catalog.bulk import ProductInput, ensure_products
from apps.catalog.warehouses import ensure_warehouse
from apps.core.errors import InputError
from apps.core.ids import new_id
from apps.core.money import exponent, to_minor
from apps.core.scope import Actor
from apps.orders.bulk import BulkLine, BulkPurchase, bulk_record_purchases
from apps.orders.imports.purchasing import Order, Purchasing, read_purchasing
from apps.orders.imports.tables import Problem
from apps.orders.models import PurchaseOrder
from apps.parties.bulk import SupplierInput, ensure_suppliers

SOURCE = "adventureworks"
AT_ONCE = 1000


@dataclass(frozen=True)
class PurchasingReport:
    """What an import found and did. Quantities and totals are of the whole folder, as its files say them."""

    suppliers_made: int
    products_made: int
    orders_read: int
    orders_made: int
    orders_there: int
    lines_read: int
    short_lines: int
    rejected_lines: int
    exceptional_orders: int
    ordered: Decimal
    received: Decimal
    rejected: Decimal
    subtotal: Decimal
    tax: Decimal
    freight: Decimal
    total: Decimal
    states: dict[str, int]
    contradicted: dict[str, int]
    problems: tuple[Problem, ...]


def import_purchasing(
    *,
    folder: Path,
    actor: Actor,
    now: datetime,
    currency: str = "USD",
    country_code: str = "US",
    warehouse_id: UUID | None = None,
) -> PurchasingReport:
    """Import a folder of purchasing data. Running it again changes nothing (books.md 62).

    Where the stated status contradicts what was received, what was received counts and the status is kept beside
    it. Raises InputError, NoRate.
    """
    exponent(currency)
    place = warehouse_id or ensure_warehouse(actor=actor, now=now).id
    if not folder.is_dir():
        raise InputError(f"There is no folder {folder.name}.", code="folder_missing")
    data = read_purchasing(folder)
    named = [SupplierInput(code, name, country_code) for code, name in data.vendors.values()]
    suppliers = ensure_suppliers(suppliers=named, actor=actor, now=now)
    products = ensure_products(
        products=[ProductInput(sku, name, price, currency) for sku, name, price, _ in data.products.values()],
        actor=actor, now=now,
    )  # fmt: skip
    there = set(PurchaseOrder.objects.filter(source=SOURCE).values_list("external_number", flat=True))
    new = [order for order in data.orders if order.number not in there]
    books = [_book(order, data, suppliers.ids, products.ids, currency) for order in new]
    for start in range(0, len(books), AT_ONCE):
        bulk_record_purchases(
            orders=books[start : start + AT_ONCE], source=SOURCE, warehouse_id=place, actor=actor, now=now
        )
    return _report(data, suppliers.made, products.made, books)


def _book(
    order: Order, data: Purchasing, suppliers: dict[str, UUID], products: dict[str, UUID], currency: str
) -> BulkPurchase:
    rate = tax_rate_of(order)
    lines = tuple(
        BulkLine(
            product_id=products[data.products[line.product][0]], description=data.products[line.product][1],
            quantity=line.ordered, unit_price=line.unit_price, tax_rate=rate, due_date=line.due_date,
            external_number=line.number, received=line.received, rejected=line.rejected,
        )
        for line in order.lines
    )  # fmt: skip
    return BulkPurchase(
        id=new_id(), external_number=order.number, supplier_id=suppliers[data.vendors[order.vendor][0]],
        order_date=order.order_date, received_on=order.ship_date, currency=currency, lines=lines,
        expected_date=max(line.due_date for line in order.lines), freight_minor=to_minor(order.freight, currency),
        stated_total=order.total, external_state=order.status, is_closed=order.status == "complete",
        reaches=_reach(order),
    )  # fmt: skip


def tax_rate_of(order: Order) -> Decimal:
    """Return the rate in percent that an order's tax is of its subtotal, with four decimals."""
    if order.subtotal == 0:
        return Decimal(0)
    return (order.tax / order.subtotal * 100).quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP)


def _reach(order: Order) -> str:
    """Return how far an order came: what was received was sent, whatever its status says."""
    if any(line.received for line in order.lines) or order.status == "complete":
        return "sent"
    return "approved" if order.status == "approved" else "draft"


def _report(
    data: Purchasing, suppliers_made: int, products_made: int, made: Sequence[BulkPurchase]
) -> PurchasingReport:
    lines = [line for order in data.orders for line in order.lines]
    came = [order for order in data.orders if any(line.received for line in order.lines)]
    zero = Decimal(0)
    return PurchasingReport(
        suppliers_made=suppliers_made, products_made=products_made, orders_read=len(data.orders),
        orders_made=len(made), orders_there=len(data.orders) - len(made), lines_read=len(lines),
        short_lines=sum(line.received < line.ordered for order in came for line in order.lines),
        rejected_lines=sum(line.rejected > 0 for line in lines),
        exceptional_orders=sum(
            any(line.received < line.ordered or line.rejected > 0 for line in order.lines) for order in came
        ),
        ordered=sum((line.ordered for line in lines), zero), received=sum((line.received for line in lines), zero),
        rejected=sum((line.rejected for line in lines), zero),
        subtotal=sum((order.subtotal for order in data.orders), zero),
        tax=sum((order.tax for order in data.orders), zero),
        freight=sum((order.freight for order in data.orders), zero),
        total=sum((order.total for order in data.orders), zero),
        states=dict(sorted(Counter(order.state for order in made).items())),
        contradicted=dict(sorted(Counter(
            order.status for order in data.orders
            if order.status in ("pending", "rejected") and any(line.received for line in order.lines)
        ).items())),
        problems=tuple(sorted(data.problems, key=lambda each: (each.file, each.row))),
    )  # fmt: skip
