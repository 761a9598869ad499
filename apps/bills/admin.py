"""Bills in the admin: read only; they are written on their own pages, where the original stands beside them."""

from typing import ClassVar

from django.contrib import admin

from apps.bills.models import Bill, BillAdjustment, BillLine, BillSettings, BillTax, LineMatch
from apps.core.web.admin import HouseAdmin


@admin.register(Bill)
class BillAdmin(HouseAdmin):
    reads: ClassVar[str] = "bills.read"
    list_display = ["supplier_number", "number", "kind", "state", "match_state", "total_minor", "currency"]
    search_fields = ["supplier_number", "number"]
    list_filter = ["state", "match_state", "has_duplicates"]
    fields = [
        "kind", "state", "number", "supplier_number", "issue_date", "due_date", "booked_on", "currency", "net_minor",
        "tax_minor", "total_minor", "computed_total_minor", "match_state", "has_duplicates", "payee_flag",
        "override_reason", "category", "order_reference", "source", "created_at", "posted_at", "voided_at", "version",
    ]  # fmt: skip
    ordering = ["-issue_date", "-id"]


@admin.register(BillLine)
class BillLineAdmin(HouseAdmin):
    reads: ClassVar[str] = "bills.read"
    list_display = ["description", "quantity", "unit_price", "tax_rate", "net_minor"]
    search_fields = ["description"]
    fields = [
        "position", "description", "supplier_sku", "quantity", "unit_price", "base_quantity", "net_minor",
        "computed_minor", "tax_category", "tax_rate", "account",
    ]  # fmt: skip
    ordering = ["id"]


@admin.register(BillAdjustment)
class BillAdjustmentAdmin(HouseAdmin):
    reads: ClassVar[str] = "bills.read"
    list_display = ["reason", "is_charge", "amount_minor", "tax_rate"]
    fields = ["position", "is_charge", "amount_minor", "tax_category", "tax_rate", "reason"]
    ordering = ["id"]


@admin.register(BillTax)
class BillTaxAdmin(HouseAdmin):
    reads: ClassVar[str] = "bills.read"
    list_display = ["category", "rate", "base_minor", "tax_minor"]
    fields = ["category", "rate", "base_minor", "tax_minor"]
    ordering = ["id"]


@admin.register(LineMatch)
class LineMatchAdmin(HouseAdmin):
    reads: ClassVar[str] = "bills.read"
    list_display = [
        "outcome",
        "ordered",
        "limit",
        "quantity",
        "matched",
        "price_variance_minor",
        "matched_at",
    ]
    list_filter = ["outcome"]
    fields = [
        "outcome", "ordered", "basis", "limit", "billed_before", "quantity", "matched", "quantity_variance",
        "price_ordered", "price_billed", "price_variance_minor", "price_tolerance_minor", "is_price_ok",
        "is_quantity_ok", "matched_at",
    ]  # fmt: skip
    ordering = ["id"]


@admin.register(BillSettings)
class BillSettingsAdmin(HouseAdmin):
    reads: ClassVar[str] = "bills.read"
    list_display = [
        "match_basis",
        "price_percent",
        "price_minor",
        "quantity_percent",
        "duplicate_days",
        "version",
    ]
    ordering = ["id"]
