"""Writes of products."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from apps.catalog.models import Product
from apps.core.db import write
from apps.core.errors import DomainError, InputError, NotFound, StaleVersion
from apps.core.money import check_decimal, exponent
from apps.core.scope import Actor
from apps.core.text import clean_text

CHANGEABLE = ("name", "unit_price", "tax_rate", "is_active")


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
    is_active: bool = True,
) -> Product:
    """Create a product. Raises SkuTaken, InputError."""
    exponent(currency)
    product = Product(
        sku=clean_text(sku, field="sku", limit=64),
        name=clean_text(name, field="name", limit=300),
        unit_price=check_decimal(unit_price, field="unit_price", minimum=Decimal(0)),
        tax_rate=check_decimal(
            tax_rate, field="tax_rate", minimum=Decimal(0), maximum=Decimal(100), places=4
        ),
        currency=currency,
        is_active=is_active,
        created_at=now,
    )
    with write():
        Product.objects.bulk_create([product], ignore_conflicts=True)
        if not Product.objects.filter(id=product.id).exists():
            raise SkuTaken(f"A product with the SKU “{product.sku}” exists.", field="sku")
    return product


def change_product(
    *, product_id: UUID, changes: dict[str, Any], actor: Actor, now: datetime, version: int | None = None
) -> Product:
    """Change named fields of a product; old lines keep their price. Raises NotFound, StaleVersion, InputError."""
    with write():
        product = Product.objects.select_for_update().filter(id=product_id).first()
        if product is None:
            raise NotFound("There is no such product.")
        if version is not None and version != product.version:
            raise StaleVersion("Somebody changed this product after you opened it.")
        changed = [name for name, value in changes.items() if _assign(product, name, _checked(name, value))]
        if changed:
            product.version += 1
            product.save(update_fields=[*changed, "version"])
    return product


def _checked(name: str, value: Any) -> Any:
    if name not in CHANGEABLE:
        raise InputError(f"“{name}” cannot be changed.", code="not_changeable", field=name)
    if name == "name":
        return clean_text(value, field="name", limit=300)
    if name == "unit_price":
        return check_decimal(value, field=name, minimum=Decimal(0))
    if name == "tax_rate":
        return check_decimal(value, field=name, minimum=Decimal(0), maximum=Decimal(100), places=4)
    return bool(value)


def _assign(product: Product, name: str, value: Any) -> bool:
    if getattr(product, name) == value:
        return False
    setattr(product, name, value)
    return True
