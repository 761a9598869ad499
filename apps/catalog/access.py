"""The door to a product: an outside id in, a permitted product out."""

from uuid import UUID

from apps.catalog.models import Product
from apps.core.errors import NotFound
from apps.tenancy.access import check_permission


def access_product(product_id: UUID, *, permission: str = "products.read") -> Product:
    """Return a product of the open tenant. Raises Forbidden, NotFound."""
    check_permission(permission)
    product = Product.objects.filter(id=product_id).first()
    if product is None:
        raise NotFound("There is no such product.", field="product")
    return product
