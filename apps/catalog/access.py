"""The doors of the catalog: an outside id in, a permitted record out."""

from uuid import UUID

from apps.catalog.models import Category, Lot, PriceBreak, PriceList, Product, Stock, Warehouse
from apps.core.errors import NotFound
from apps.tenancy.access import check_permission


def access_product(product_id: UUID, *, permission: str = "products.read") -> Product:
    """Return a product of the open tenant. Raises Forbidden, NotFound."""
    check_permission(permission)
    product = Product.objects.filter(id=product_id).first()
    if product is None:
        raise NotFound("There is no such product.", field="product")
    return product


def access_category(category_id: UUID, *, permission: str = "products.read") -> Category:
    """Return a category. Raises Forbidden, NotFound."""
    check_permission(permission)
    category = Category.objects.filter(id=category_id).first()
    if category is None:
        raise NotFound("There is no such category.", field="category")
    return category


def access_price_list(price_list_id: UUID, *, permission: str = "products.read") -> PriceList:
    """Return a price list. Raises Forbidden, NotFound."""
    check_permission(permission)
    found = PriceList.objects.filter(id=price_list_id).first()
    if found is None:
        raise NotFound("There is no such price list.", field="price_list")
    return found


def access_warehouse(warehouse_id: UUID, *, permission: str = "stock.read") -> Warehouse:
    """Return a warehouse. Raises Forbidden, NotFound."""
    check_permission(permission)
    found = Warehouse.objects.filter(id=warehouse_id).first()
    if found is None:
        raise NotFound("There is no such warehouse.", field="warehouse")
    return found


def access_stock(stock_id: UUID, *, permission: str = "stock.read") -> Stock:
    """Return the stock of a product in a warehouse. Raises Forbidden, NotFound."""
    check_permission(permission)
    found = Stock.objects.select_related("product", "warehouse").filter(id=stock_id).first()
    if found is None:
        raise NotFound("There is no such stock.", field="stock")
    return found


def access_price_break(break_id: UUID, *, permission: str = "products.read") -> PriceBreak:
    """Return a price in a list. Raises Forbidden, NotFound."""
    check_permission(permission)
    found = PriceBreak.objects.select_related("price_list", "product").filter(id=break_id).first()
    if found is None:
        raise NotFound("There is no such price.", field="price")
    return found


def access_lot(lot_id: UUID, *, permission: str = "stock.read") -> Lot:
    """Return a lot. Raises Forbidden, NotFound."""
    check_permission(permission)
    found = Lot.objects.select_related("product").filter(id=lot_id).first()
    if found is None:
        raise NotFound("There is no such lot.", field="lot")
    return found
