"""Products in the admin."""

from typing import Any, ClassVar

from django.contrib import admin

from apps.catalog.models import Product
from apps.catalog.operations import change_product, create_product
from apps.core import clock
from apps.core.scope import Actor
from apps.core.web.admin import HouseAdmin


@admin.register(Product)
class ProductAdmin(HouseAdmin):
    reads: ClassVar[str] = "products.read"
    writes: ClassVar[str] = "products.write"
    creates: ClassVar[bool] = True
    list_display = ["name", "sku", "unit_price", "currency", "tax_rate", "is_active"]
    search_fields = ["name", "sku"]
    list_filter = ["is_active"]
    fields = ["sku", "name", "unit_price", "currency", "tax_rate", "is_active", "created_at", "version"]
    ordering = ["name", "id"]

    def get_readonly_fields(self, request: Any, obj: Product | None = None) -> list[str]:
        """Fix what is given once; a new product is sold."""
        fixed = ["created_at", "version"]
        return [*fixed, "sku", "currency"] if obj else [*fixed, "is_active"]

    def create(self, values: dict[str, Any], actor: Actor) -> Product:
        return create_product(**values, actor=actor, now=clock.now())

    def change(self, row: Product, changes: dict[str, Any], version: int | None, actor: Actor) -> None:
        change_product(product_id=row.id, changes=changes, version=version, actor=actor, now=clock.now())
