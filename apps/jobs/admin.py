"""Background jobs in the admin, to look at."""

from typing import ClassVar

from django.contrib import admin

from apps.core.web.admin import HouseAdmin
from apps.jobs.models import Job


@admin.register(Job)
class JobAdmin(HouseAdmin):
    reads: ClassVar[str] = "imports.read"
    list_display = [
        "title",
        "kind",
        "state",
        "done",
        "total",
        "created_by_label",
        "created_at",
        "finished_at",
    ]
    list_filter = ["state"]
    ordering = ["-created_at", "id"]
