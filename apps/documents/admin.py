"""What documents share, in the admin."""

from typing import ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from apps.core.web.admin import HouseAdmin
from apps.documents.models import (
    DocumentSettings,
    FileContent,
    Issuer,
    PaymentTerms,
    SeriesCounter,
    StoredFile,
)


@admin.register(SeriesCounter)
class SeriesCounterAdmin(HouseAdmin):
    reads: ClassVar[str] = "invoices.read"
    list_display = ["series", "year", "last_number", "last_date"]
    ordering = ["series", "-year", "id"]


@admin.register(StoredFile)
class StoredFileAdmin(HouseAdmin):
    reads: ClassVar[str] = "audit.read"
    list_display = ["name", "subject_kind", "purpose", "media_type", "size", "created_by_label", "created_at"]
    list_filter = ["purpose", "subject_kind", "media_type"]
    search_fields = ["name", "sha256"]
    ordering = ["-created_at", "id"]


@admin.register(FileContent)
class FileContentAdmin(HouseAdmin):
    """Which file has its bytes here; the bytes themselves are given out by the file's own page."""

    reads: ClassVar[str] = "audit.read"
    list_display = ["id", "file"]
    fields = ["file"]
    ordering = ["id"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[FileContent]:
        return super().get_queryset(request).defer("content")  # type: ignore[no-any-return]


@admin.register(DocumentSettings)
class DocumentSettingsAdmin(HouseAdmin):
    reads: ClassVar[str] = "invoices.read"
    list_display = ["__str__", "tax_rounding", "is_date_order_kept", "default_terms"]


@admin.register(PaymentTerms)
class PaymentTermsAdmin(HouseAdmin):
    reads: ClassVar[str] = "invoices.read"
    list_display = ["code", "name", "days", "discount_percent", "is_active"]
    search_fields = ["code", "name"]
    ordering = ["code", "id"]


@admin.register(Issuer)
class IssuerAdmin(HouseAdmin):
    reads: ClassVar[str] = "ledger.read"
    list_display = ["name", "country_code", "tax_id", "bank_account"]
