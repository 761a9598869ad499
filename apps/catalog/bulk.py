"""Writes of many products at once, for imports."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from apps.catalog.models import Product
from apps.core.db import write
from apps.core.scope import Actor


@dataclass(frozen=True, slots=True)
class ProductInput:
    """A product as a file or generator names it; texts are clean and short already."""

    sku: str
    name: str
    unit_price: Decimal
    currency: str
    tax_rate: Decimal = Decimal(0)
    is_stocked: bool = True


@dataclass(frozen=True, slots=True)
class Ensured:
    """Ids by SKU, and how many of them were not there before."""

    ids: dict[str, UUID]
    made: int


def ensure_products(*, products: Sequence[ProductInput], actor: Actor, now: datetime) -> Ensured:
    """Create the products whose SKU is new; leave the others as they are. Returns all their ids by SKU."""
    skus = {product.sku for product in products}
    with write():
        known = _ids(skus)
        missing = [
            Product(
                sku=one.sku,
                name=one.name,
                unit_price=one.unit_price,
                currency=one.currency,
                tax_rate=one.tax_rate,
                tax_category="S" if one.tax_rate > 0 else "Z",
                is_stocked=one.is_stocked,
                created_at=now,
            )
            for one in {product.sku: product for product in reversed(products)}.values()
            if one.sku not in known
        ]
        # In the order of SKUs: two writers that make the same products never wait for each other in a circle.
        missing.sort(key=lambda product: product.sku)
        Product.objects.bulk_create(missing, ignore_conflicts=True)
        return Ensured(known | _ids(skus - known.keys()), len(missing))


def _ids(skus: set[str]) -> dict[str, UUID]:
    return dict(Product.objects.filter(sku__in=skus).values_list("sku", "id")) if skus else {}
