"""What a person does with one stock on its page."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from apps.catalog.models import Product, Stock
from apps.catalog.stock.book import check_reason
from apps.catalog.stock.inputs import Receiving, Reference
from apps.catalog.stock.receiving import receive
from apps.core.db import write
from apps.core.errors import InputError, NotFound
from apps.core.ids import new_id
from apps.core.money import check_decimal
from apps.core.scope import Actor

BY_HAND = "hand"


def by_hand() -> Reference:
    """Return a reference for an act that belongs to no document."""
    return Reference(BY_HAND, new_id())


def take_in(
    *,
    sku: str,
    warehouse_id: UUID,
    quantity: Decimal,
    reason: str,
    actor: Actor,
    now: datetime,
    unit_cost: Decimal | None = None,
    lot_number: str = "",
    expires_on: date | None = None,
) -> Stock:
    """Take goods in that no purchase order tells of, and return their stock. Raises InputError, NotStocked."""
    reason = check_reason(reason)
    product = Product.objects.filter(sku=sku.strip()).first()
    if product is None:
        raise InputError("There is no product with this SKU.", code="unknown_product", field="sku")
    line = Receiving(
        product_id=product.id, warehouse_id=warehouse_id, quantity=quantity, reference=by_hand(), unit_cost=unit_cost,
        lot_number=lot_number, expires_on=expires_on,
    )  # fmt: skip
    with write():
        receive(lines=[line], reason=reason, actor=actor, now=now)
        return Stock.objects.get(product=product, warehouse_id=warehouse_id)


def set_reorder_point(*, stock_id: UUID, reorder_point: Decimal | None, actor: Actor, now: datetime) -> Stock:
    """Say below which quantity a product is to be ordered again; None = never. Raises NotFound, InputError."""
    if reorder_point is not None:
        check_decimal(reorder_point, field="reorder_point", minimum=Decimal(0))
    with write():
        stock = Stock.objects.select_for_update().filter(id=stock_id).first()
        if stock is None:
            raise NotFound("There is no such stock.")
        if stock.reorder_point != reorder_point:
            stock.reorder_point = reorder_point
            stock.save(update_fields=["reorder_point"])
    return stock
