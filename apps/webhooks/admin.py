"""Webhooks in the admin, to look at."""

from typing import ClassVar

from django.contrib import admin

from apps.core.web.admin import HouseAdmin
from apps.webhooks.models import Attempt, Delivery, Endpoint, Event


@admin.register(Endpoint)
class EndpointAdmin(HouseAdmin):
    reads: ClassVar[str] = "webhooks.manage"
    list_display = ["url", "state", "failing_since", "created_at"]
    fields = [
        "url",
        "description",
        "events",
        "state",
        "paused_reason",
        "failing_since",
        "created_at",
        "version",
    ]
    list_filter = ["state"]
    ordering = ["url", "id"]


@admin.register(Event)
class EventAdmin(HouseAdmin):
    reads: ClassVar[str] = "webhooks.manage"
    list_display = ["type", "subject_id", "occurred_at"]
    ordering = ["-occurred_at", "-id"]


@admin.register(Delivery)
class DeliveryAdmin(HouseAdmin):
    reads: ClassVar[str] = "webhooks.manage"
    list_display = ["event", "endpoint", "state", "attempts", "last_status", "next_at", "finished_at"]
    list_filter = ["state"]
    list_select_related = ["event", "endpoint"]
    ordering = ["-created_at", "-id"]


@admin.register(Attempt)
class AttemptAdmin(HouseAdmin):
    reads: ClassVar[str] = "webhooks.manage"
    list_display = ["delivery", "at", "status", "error", "milliseconds"]
    list_select_related = ["delivery"]
    ordering = ["-at", "-id"]
