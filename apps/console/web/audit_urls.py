"""Addresses of the audit log's pages."""

from django.urls import path

from apps.console.web import audit, audit_exports

app_name = "audit"
urlpatterns = [
    path("", audit.entry_list, name="list"),
    path("<int:entry_id>", audit.entry_detail, name="detail"),
    path("export", audit_exports.export_start, name="export"),
    path("export/<uuid:job_id>", audit_exports.export_detail, name="export_detail"),
    path("export/<uuid:job_id>/audit-log.zip", audit_exports.export_file, name="export_file"),
]
