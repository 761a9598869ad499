"""Customers in the admin. Their addresses are personal: they are shown and changed on the customer's own page."""

from typing import Any, ClassVar

from django.contrib import admin

from apps.core import clock
from apps.core.scope import Actor
from apps.core.web.admin import HouseAdmin
from apps.parties.models import Customer
from apps.parties.operations import change_customer, create_customer


@admin.register(Customer)
class CustomerAdmin(HouseAdmin):
    reads: ClassVar[str] = "customers.read"
    writes: ClassVar[str] = "customers.write"
    creates: ClassVar[bool] = True
    list_display = ["name", "code", "country_code", "tax_id", "is_walk_in", "created_at"]
    search_fields = ["name", "code", "tax_id"]
    list_filter = ["is_walk_in"]
    fields = ["code", "name", "country_code", "tax_id", "is_walk_in", "created_at", "version"]
    ordering = ["name", "id"]

    def get_readonly_fields(self, request: Any, obj: Customer | None = None) -> list[str]:
        """Fix what is given once."""
        return ["is_walk_in", "created_at", "version", *(["code"] if obj else [])]

    def create(self, values: dict[str, Any], actor: Actor) -> Customer:
        return create_customer(**values, actor=actor, now=clock.now())

    def change(self, row: Customer, changes: dict[str, Any], version: int | None, actor: Actor) -> None:
        change_customer(customer_id=row.id, changes=changes, version=version, actor=actor, now=clock.now())
