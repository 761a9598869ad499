"""Reads of products."""

from uuid import UUID

from django.db.models import Q, QuerySet

from apps.catalog.models import Product


def list_products(*, text: str = "", active: bool | None = None) -> QuerySet[Product]:
    """Return products whose SKU or name contains a text."""
    found = Product.objects.all()
    if text:
        found = found.filter(Q(name__icontains=text) | Q(sku__icontains=text))
    if active is not None:
        found = found.filter(is_active=active)
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
