"""Reads of products."""

from collections.abc import Collection
from decimal import Decimal
from uuid import UUID

from django.db.models import Q, QuerySet

from apps.catalog.categories import ids_under
from apps.catalog.models import Product, ProductCost

SEARCHED = ("name", "sku", "active_ingredient", "manufacturer", "regulatory_code")


def list_products(
    *, text: str = "", active: bool | None = None, status: str = "", category_id: UUID | None = None
) -> QuerySet[Product]:
    """Return products by a text in name, SKU, ingredient, maker or regulatory code; a category with all under it."""
    found = Product.objects.all()
    if text:
        holding = Q()
        for name in SEARCHED:
            holding |= Q(**{f"{name}__icontains": text})
        found = found.filter(holding)
    if active is not None:
        found = found.filter(is_active=active)
    if status:
        found = found.filter(status=status)
    if category_id is not None:
        found = found.filter(category_id__in=ids_under(category_id))
    return found


def find_products(skus: set[str]) -> dict[str, UUID]:
    """Return the ids of products by SKU; unknown SKUs are left out."""
    return dict(Product.objects.filter(sku__in=skus).values_list("sku", "id"))


def get_product_skus(ids: set[UUID]) -> dict[UUID, str]:
    """Return SKUs by id."""
    return dict(Product.objects.filter(id__in=ids).values_list("id", "sku"))


def get_product_names(ids: set[UUID]) -> dict[UUID, str]:
    """Return names by id, for pages that show figures of a read model."""
    return dict(Product.objects.filter(id__in=ids).values_list("id", "name"))


def list_known_products(ids: set[UUID]) -> set[UUID]:
    """Return which of these ids are products of the open tenant."""
    return set(Product.objects.filter(id__in=ids).values_list("id", flat=True))


def get_products(ids: Collection[UUID]) -> dict[UUID, Product]:
    """Return products by id, for documents that copy what a line takes from them."""
    return Product.objects.in_bulk(list(ids))


def get_costs(ids: Collection[UUID]) -> dict[UUID, Decimal]:
    """Return planned costs by product, in the book currency; products without one are left out."""
    return dict(ProductCost.objects.filter(product_id__in=list(ids)).values_list("product_id", "cost_price"))
