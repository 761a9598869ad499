"""The catalog in the admin: master records are written by their operations, stock and its facts are read."""

from typing import Any, ClassVar

from django.contrib import admin

from apps.catalog.categories import change_category, create_category, delete_category
from apps.catalog.models import (
    Category,
    Lot,
    LotStock,
    Movement,
    PriceBreak,
    PriceList,
    Product,
    ProductCost,
    Reservation,
    Stock,
    Warehouse,
)
from apps.catalog.operations import change_product, create_product
from apps.catalog.prices import change_price_list, create_price_list
from apps.catalog.warehouses import change_warehouse, create_warehouse
from apps.core import clock
from apps.core.scope import Actor
from apps.core.web.admin import HouseAdmin


def _by_id(values: dict[str, Any], name: str) -> dict[str, Any]:
    """Return values with a chosen record as its id, as operations take it."""
    if name not in values:
        return values
    chosen = values.pop(name)
    return values | {f"{name}_id": chosen.id if chosen else None}


@admin.register(Product)
class ProductAdmin(HouseAdmin):
    reads: ClassVar[str] = "products.read"
    writes: ClassVar[str] = "products.write"
    creates: ClassVar[bool] = True
    list_display = ["name", "sku", "unit_price", "currency", "tax_rate", "status"]
    search_fields = ["name", "sku"]
    list_filter = ["status"]
    fields = [
        "sku", "name", "category", "manufacturer", "active_ingredient", "dosage", "pack", "regulatory_code", "unit",
        "unit_price", "currency", "tax_rate", "tax_category", "status", "is_stocked", "created_at", "version",
    ]  # fmt: skip
    ordering = ["name", "id"]

    def get_readonly_fields(self, request: Any, obj: Product | None = None) -> list[str]:
        """Fix what is given once."""
        fixed = ["created_at", "version"]
        return [*fixed, "sku", "currency"] if obj else fixed

    def create(self, values: dict[str, Any], actor: Actor) -> Product:
        # What the form shows at first is not a choice: the category of tax follows the rate.
        if values["tax_category"] == "Z":
            values.pop("tax_category")
        return create_product(**_by_id(values, "category"), actor=actor, now=clock.now())

    def change(self, row: Product, changes: dict[str, Any], version: int | None, actor: Actor) -> None:
        changes = _by_id(changes, "category")
        change_product(product_id=row.id, changes=changes, version=version, actor=actor, now=clock.now())


@admin.register(Category)
class CategoryAdmin(HouseAdmin):
    reads: ClassVar[str] = "products.read"
    writes: ClassVar[str] = "products.write"
    creates: ClassVar[bool] = True
    deletes: ClassVar[bool] = True
    list_display = ["path"]
    search_fields = ["name"]
    fields = ["name", "parent", "created_at", "version"]
    readonly_fields = ["created_at", "version"]
    ordering = ["path", "id"]

    def create(self, values: dict[str, Any], actor: Actor) -> Category:
        return create_category(**_by_id(values, "parent"), actor=actor, now=clock.now())

    def change(self, row: Category, changes: dict[str, Any], version: int | None, actor: Actor) -> None:
        changes = _by_id(changes, "parent")
        change_category(category_id=row.id, changes=changes, version=version, actor=actor, now=clock.now())

    def remove(self, row: Category, actor: Actor) -> None:
        delete_category(category_id=row.id, actor=actor, now=clock.now())


@admin.register(PriceList)
class PriceListAdmin(HouseAdmin):
    reads: ClassVar[str] = "products.read"
    writes: ClassVar[str] = "prices.write"
    creates: ClassVar[bool] = True
    list_display = ["code", "name", "currency", "tier", "valid_from", "valid_to", "is_active"]
    search_fields = ["code", "name"]
    list_filter = ["is_active"]
    fields = [
        "code", "name", "currency", "tier", "customer_id", "valid_from", "valid_to", "is_active", "created_at",
        "version",
    ]  # fmt: skip
    ordering = ["name", "id"]

    def get_readonly_fields(self, request: Any, obj: PriceList | None = None) -> list[str]:
        """Fix what is given once; a new list is in use."""
        fixed = ["created_at", "version"]
        return [*fixed, "code", "currency"] if obj else [*fixed, "is_active"]

    def create(self, values: dict[str, Any], actor: Actor) -> PriceList:
        return create_price_list(**values, actor=actor, now=clock.now())

    def change(self, row: PriceList, changes: dict[str, Any], version: int | None, actor: Actor) -> None:
        change_price_list(
            price_list_id=row.id, changes=changes, version=version, actor=actor, now=clock.now()
        )


@admin.register(Warehouse)
class WarehouseAdmin(HouseAdmin):
    reads: ClassVar[str] = "stock.read"
    writes: ClassVar[str] = "stock.write"
    creates: ClassVar[bool] = True
    list_display = ["code", "name", "is_default", "is_active"]
    search_fields = ["code", "name"]
    fields = ["code", "name", "is_default", "is_active", "created_at", "version"]
    ordering = ["name", "id"]

    def get_readonly_fields(self, request: Any, obj: Warehouse | None = None) -> list[str]:
        """Fix what is given once; a new warehouse is open."""
        fixed = ["created_at", "version"]
        return [*fixed, "code"] if obj else [*fixed, "is_active"]

    def create(self, values: dict[str, Any], actor: Actor) -> Warehouse:
        return create_warehouse(**values, actor=actor, now=clock.now())

    def change(self, row: Warehouse, changes: dict[str, Any], version: int | None, actor: Actor) -> None:
        change_warehouse(warehouse_id=row.id, changes=changes, version=version, actor=actor, now=clock.now())


@admin.register(ProductCost)
class ProductCostAdmin(HouseAdmin):
    reads: ClassVar[str] = "stock.read"
    list_display = ["product", "cost_price", "changed_at"]
    list_select_related = ["product"]
    fields = ["product", "cost_price", "changed_at"]
    ordering = ["-id"]


@admin.register(PriceBreak)
class PriceBreakAdmin(HouseAdmin):
    reads: ClassVar[str] = "products.read"
    list_display = ["price_list", "product", "unit", "min_quantity", "unit_price"]
    list_select_related = ["price_list", "product"]
    fields = ["price_list", "product", "unit", "min_quantity", "unit_price"]
    ordering = ["-id"]


@admin.register(Stock)
class StockAdmin(HouseAdmin):
    reads: ClassVar[str] = "stock.read"
    list_display = ["product", "warehouse", "on_hand", "reserved", "available", "incoming", "reorder_point"]
    list_select_related = ["product", "warehouse"]
    fields = list_display
    ordering = ["-id"]


@admin.register(Lot)
class LotAdmin(HouseAdmin):
    reads: ClassVar[str] = "stock.read"
    list_display = ["number", "product", "expires_on"]
    list_select_related = ["product"]
    search_fields = ["number"]
    fields = ["number", "product", "expires_on", "created_at", "version"]
    ordering = ["-id"]


@admin.register(LotStock)
class LotStockAdmin(HouseAdmin):
    reads: ClassVar[str] = "stock.read"
    list_display = ["lot", "on_hand"]
    list_select_related = ["lot"]
    fields = ["lot", "stock", "on_hand"]
    ordering = ["-id"]


@admin.register(Reservation)
class ReservationAdmin(HouseAdmin):
    reads: ClassVar[str] = "stock.read"
    list_display = ["stock", "source_kind", "source_id", "source_line", "quantity"]
    list_select_related = ["stock"]
    fields = list_display
    ordering = ["-id"]


@admin.register(Movement)
class MovementAdmin(HouseAdmin):
    reads: ClassVar[str] = "stock.read"
    list_display = ["moved_at", "kind", "on_hand_change", "reserved_change", "value_minor", "reason"]
    list_filter = ["kind"]
    fields = [
        "stock", "sequence", "moved_at", "kind", "on_hand_change", "reserved_change", "incoming_change", "value_minor",
        "on_hand_after", "reserved_after", "incoming_after", "value_after_minor", "lot", "reservation", "source_kind",
        "source_id", "source_line", "part", "reason",
    ]  # fmt: skip
    ordering = ["-id"]
