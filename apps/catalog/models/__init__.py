"""What a tenant sells, for how much, and where it lies."""

from apps.catalog.models.prices import PriceBreak, PriceList
from apps.catalog.models.products import STATUSES, TAX_CATEGORIES, Category, Product, ProductCost
from apps.catalog.models.stock import MOVEMENT_KINDS, Lot, LotStock, Movement, Reservation, Stock, Warehouse

__all__ = [
    "MOVEMENT_KINDS",
    "STATUSES",
    "TAX_CATEGORIES",
    "Category",
    "Lot",
    "LotStock",
    "Movement",
    "PriceBreak",
    "PriceList",
    "Product",
    "ProductCost",
    "Reservation",
    "Stock",
    "Warehouse",
]
