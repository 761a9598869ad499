"""Writes of products. Prices, categories, warehouses and stock have rooms of their own beside this one."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from apps.catalog.fields import CHANGEABLE, check_field, settle_status, settle_tax
from apps.catalog.models import Category, Product, ProductCost
from apps.core.db import write
from apps.core.errors import DomainError, InputError, NotFound, StaleVersion
from apps.core.money import check_decimal, exponent
from apps.core.scope import Actor
from apps.core.text import clean_text


class SkuTaken(DomainError):
    """Two products of a tenant never share a SKU."""

    code = "sku_taken"
    cure = "Choose another SKU, or change the product that has it."


def create_product(
    *,
    sku: str,
    name: str,
    unit_price: Decimal,
    currency: str,
    actor: Actor,
    now: datetime,
    tax_rate: Decimal = Decimal(0),
    cost_price: Decimal | None = None,
    **more: Any,
) -> Product:
    """Create a product; `more` are the fields of `fields.CHANGEABLE`, `cost_price` is in the book currency.

    Raises SkuTaken, InputError.
    """
    exponent(currency)
    given = {"name": name, "unit_price": unit_price, "tax_rate": tax_rate} | more
    values = {field: check_field(field, value) for field, value in given.items()}
    settle_status(values, None)
    settle_tax(values, None)
    product = Product(sku=clean_text(sku, field="sku", limit=64), currency=currency, created_at=now, **values)
    with write():
        _check_category(values.get("category_id"))
        Product.objects.bulk_create([product], ignore_conflicts=True)
        if not Product.objects.filter(id=product.id).exists():
            raise SkuTaken(f"A product with the SKU “{product.sku}” exists.", field="sku")
        if cost_price is not None:
            _set_cost(product.id, cost_price, now)
    return product


def change_product(
    *, product_id: UUID, changes: dict[str, Any], actor: Actor, now: datetime, version: int | None = None
) -> Product:
    """Change named fields of a product; old lines keep their price. Raises NotFound, StaleVersion, InputError.

    The fields are those of `fields.CHANGEABLE` and `cost_price` (None takes the planned cost away).
    """
    changes = dict(changes)
    cost = changes.pop("cost_price", ...)
    values = {name: check_field(name, value) for name, value in changes.items()}
    with write():
        product = Product.objects.select_for_update().filter(id=product_id).first()
        if product is None:
            raise NotFound("There is no such product.")
        if version is not None and version != product.version:
            raise StaleVersion("Somebody changed this product after you opened it.")
        settle_status(values, product)
        settle_tax(values, product)
        changed = [name for name, value in values.items() if getattr(product, name) != value]
        if "category_id" in changed:
            _check_category(values["category_id"])
        cost_changed = cost is not ... and _set_cost(product.id, cost, now)
        for name in changed:
            setattr(product, name, values[name])
        if changed or cost_changed:
            product.version += 1
            product.save(update_fields=[*changed, "version"])
    return product


def _check_category(category_id: UUID | None) -> None:
    if category_id is not None and not Category.objects.filter(id=category_id).exists():
        raise InputError("There is no such category.", code="unknown_category", field="category")


def _set_cost(product_id: UUID, cost: Decimal | None, now: datetime) -> bool:
    found = ProductCost.objects.filter(product_id=product_id)
    if cost is None:
        return bool(found.delete()[0])
    cost = check_decimal(cost, field="cost_price", minimum=Decimal(0))
    known = found.first()
    if known is not None and known.cost_price == cost:
        return False
    if known is None:
        ProductCost.objects.create(product_id=product_id, cost_price=cost, changed_at=now)
    else:
        found.update(cost_price=cost, changed_at=now)
    return True


__all__ = ["CHANGEABLE", "SkuTaken", "change_product", "create_product"]
