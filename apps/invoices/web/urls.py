"""Addresses of documents' pages."""

from django.urls import path

from apps.documents.web.files import file_pages
from apps.invoices.files import INVOICE_FILES
from apps.invoices.web import bulk, editing, imports, papers, views

app_name = "invoices"
urlpatterns = [
    path("", views.document_list, name="list"),
    path("new", editing.document_create, name="create"),
    path("post", bulk.bulk_post, name="bulk_post"),
    path("export.csv", views.document_export, name="export"),
    path("imports", imports.import_list, name="imports"),
    path("imports/new", imports.import_create, name="import_create"),
    path("imports/<uuid:job_id>", imports.import_detail, name="import_detail"),
    path("imports/<uuid:job_id>/cancel", imports.import_cancel, name="import_cancel"),
    path("imports/<uuid:job_id>/refused.csv", imports.import_refused, name="import_refused"),
    path("<uuid:invoice_id>", views.document_detail, name="detail"),
    path("<uuid:invoice_id>/edit", editing.document_edit, name="edit"),
    path("<uuid:invoice_id>/act", views.document_act, name="act"),
    path("<uuid:invoice_id>/pdf", papers.document_pdf, name="pdf"),
    path("<uuid:invoice_id>/ubl", papers.document_ubl, name="ubl"),
    *file_pages(INVOICE_FILES),
]
