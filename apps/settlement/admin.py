"""Open items, allocations and reminders in the admin: read only, but for how reminders read."""

from typing import Any, ClassVar

from django.contrib import admin

from apps.core.web.admin import HouseAdmin
from apps.settlement.models import (
    Allocation,
    DunningLetter,
    DunningLevel,
    DunningLine,
    DunningRun,
    DunningStop,
    OpenItem,
)


class SettlementAdmin(HouseAdmin):
    """Whoever may see payments may look."""

    reads: ClassVar[str] = "payments.read"


@admin.register(OpenItem)
class OpenItemAdmin(SettlementAdmin):
    list_display = [
        "number",
        "side",
        "direction",
        "due_date",
        "currency",
        "amount_minor",
        "open_minor",
        "hold",
    ]
    search_fields = ["number"]
    list_filter = ["side", "direction", "hold"]
    ordering = ["-issue_date", "-id"]


@admin.register(Allocation)
class AllocationAdmin(SettlementAdmin):
    list_display = ["charge_id", "credit_id", "amount_minor", "discount_minor", "allocated_on", "undone_on"]
    ordering = ["-allocated_on", "-id"]
    exclude = ["charge", "credit"]
    readonly_fields: ClassVar[list[Any]] = ["charge_id", "credit_id"]


@admin.register(DunningLevel)
class DunningLevelAdmin(SettlementAdmin):
    list_display = ["level", "days", "title"]
    ordering = ["level"]


@admin.register(DunningStop)
class DunningStopAdmin(SettlementAdmin):
    list_display = ["customer_id", "until", "reason", "lifted_at"]
    ordering = ["-created_at"]


@admin.register(DunningRun)
class DunningRunAdmin(SettlementAdmin):
    list_display = ["run_date", "letters", "created_by_label", "created_at"]
    ordering = ["-run_date", "-id"]


@admin.register(DunningLetter)
class DunningLetterAdmin(SettlementAdmin):
    list_display = ["title", "customer_id", "level", "letter_date", "state"]
    ordering = ["-letter_date", "-id"]


@admin.register(DunningLine)
class DunningLineAdmin(SettlementAdmin):
    list_display = ["letter_id", "item_id", "level", "days_overdue", "amount_minor"]
    ordering = ["-letter_date", "-id"]
