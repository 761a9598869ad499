"""Warehouses, stock and price lists for tests; each works in the open scope."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from apps.catalog import stock
from apps.catalog.models import PriceList, Product, Stock, Warehouse
from apps.catalog.prices import Break, create_price_list, set_ladder
from apps.catalog.stock import Moved, Receiving, Reference, Reserving, Shipping
from apps.catalog.warehouses import create_warehouse
from apps.core import clock
from apps.core.ids import new_id
from apps.core.scope import current_scope
from tests.factories.books import make_product


def ref(kind: str = "test", line: int = 1) -> Reference:
    """Return a reference that nothing else has."""
    return Reference(kind, new_id(), line)


def acting(now: datetime | None = None) -> dict[str, Any]:
    """Return who acts and when."""
    return {"actor": current_scope().actor, "now": now or clock.now()}


def make_warehouse(*, code: str = "", name: str = "North hall") -> Warehouse:
    """Create a warehouse."""
    return create_warehouse(code=code or f"W-{new_id().hex[-8:]}", name=name, **acting())


def make_stock(
    quantity: str = "10", *, product: Product | None = None, warehouse: Warehouse | None = None, cost: str = "2",
    lot: str = "", expires_on: date | None = None,
) -> Stock:  # fmt: skip
    """Receive goods; by default 10 at 2.00, without lot."""
    product, warehouse = product or make_product(), warehouse or make_warehouse()
    (moved,) = take_in(product.id, warehouse.id, quantity, cost=cost, lot=lot, expires_on=expires_on)
    return stock_of(moved.product_id, moved.warehouse_id)


def stock_of(product_id: UUID, warehouse_id: UUID) -> Stock:
    """Return a stock as it is now."""
    return Stock.objects.get(product_id=product_id, warehouse_id=warehouse_id)


def take_in(
    product_id: UUID, warehouse_id: UUID, quantity: str, *, cost: str | None = "2", lot: str = "",
    expires_on: date | None = None, expected: str = "0", reference: Reference | None = None,
) -> list[Moved]:  # fmt: skip
    """Receive one line."""
    line = Receiving(
        product_id=product_id, warehouse_id=warehouse_id, quantity=Decimal(quantity), reference=reference or ref(),
        unit_cost=None if cost is None else Decimal(cost), lot_number=lot, expires_on=expires_on,
        expected=Decimal(expected),
    )  # fmt: skip
    return stock.receive(lines=[line], **acting())


def keep(
    at: Stock, quantity: str, *, reference: Reference | None = None, reservation: Reference | None = None
) -> list[Moved]:
    """Reserve one line."""
    line = Reserving(
        product_id=at.product_id, warehouse_id=at.warehouse_id, quantity=Decimal(quantity),
        reference=reference or ref("order"), reservation=reservation,
    )  # fmt: skip
    return stock.reserve(lines=[line], **acting())


def send(
    at: Stock, quantity: str, *, reservation: Reference | None = None, reference: Reference | None = None,
    lot_id: UUID | None = None, now: datetime | None = None,
) -> list[Moved]:  # fmt: skip
    """Ship one line."""
    line = Shipping(
        product_id=at.product_id, warehouse_id=at.warehouse_id, quantity=Decimal(quantity),
        reference=reference or ref("shipment"), reservation=reservation, lot_id=lot_id,
    )  # fmt: skip
    return stock.ship(lines=[line], **acting(now))


def figures(at: Stock) -> tuple[str, str, str]:
    """Return on hand, reserved and incoming as they are now, in plain digits."""
    now = Stock.objects.get(id=at.id)
    return tuple(f"{each.normalize():f}" for each in (now.on_hand, now.reserved, now.incoming))  # type: ignore[return-value]


def make_price_list(
    product: Product, *steps: tuple[str, str], code: str = "", tier: str = "", customer_id: UUID | None = None,
    currency: str = "GBP", valid_from: date = date(2026, 1, 1), valid_to: date | None = None, unit: str = "",
) -> PriceList:  # fmt: skip
    """Create a price list with one ladder: (from quantity, unit price)."""
    made = create_price_list(
        code=code or f"L-{new_id().hex[-8:]}", name="Prices", currency=currency, valid_from=valid_from,
        valid_to=valid_to, tier=tier, customer_id=customer_id, **acting(),
    )  # fmt: skip
    breaks = [Break(Decimal(quantity), Decimal(price)) for quantity, price in steps]
    return set_ladder(price_list_id=made.id, product_id=product.id, breaks=breaks, unit=unit, **acting())
