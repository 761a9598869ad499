"""The audit log in the admin: read only, from the replica, where the application may read it."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from apps.audit.access import reading_log
from apps.audit.models import Entry
from apps.core.db import replica_of
from apps.core.scope import current_scope, current_tenant_id
from apps.core.web.admin import HouseAdmin


@admin.register(Entry)
class EntryAdmin(HouseAdmin):
    reads: ClassVar[str] = "audit.read"
    list_display = ["at", "operation", "table_name", "row_key", "actor_kind", "actor_id", "request_id"]
    list_filter = ["operation"]
    search_fields = ["=row_key", "=request_id"]
    ordering = ["-id"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Entry]:
        return Entry.objects.using(replica_of(current_scope().database)).filter(tenant_id=current_tenant_id())

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Draw the page here, so that a lost replica is told of."""
        return self._drawn(super().changelist_view, request, extra_context)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._drawn(super().changeform_view, request, *args, **kwargs)

    def _drawn(self, view: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        with reading_log():
            response: Any = view(*args, **kwargs)
            return response.render() if hasattr(response, "render") else response  # type: ignore[no-any-return]
