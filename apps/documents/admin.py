"""What documents share, in the admin."""

from typing import ClassVar

from django.contrib import admin

from apps.core.web.admin import HouseAdmin
from apps.documents.models import SeriesCounter


@admin.register(SeriesCounter)
class SeriesCounterAdmin(HouseAdmin):
    reads: ClassVar[str] = "invoices.read"
    list_display = ["series", "year", "last_number"]
    ordering = ["series", "-year", "id"]
