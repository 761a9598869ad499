"""Addresses of documents' pages."""

from django.urls import path

from apps.documents.web.files import file_pages
from apps.invoices.files import INVOICE_FILES
from apps.invoices.web import bulk, editing, imports, recurring, rules, totals, views

app_name = "invoices"
urlpatterns = [
    path("", views.document_list, name="list"),
    path("new", editing.document_create, name="create"),
    path("totals", totals.document_totals_fragment, name="totals"),
    path("recurring", recurring.recurring_list, name="recurring"),
    path("recurring/new", recurring.recurring_create, name="recurring_create"),
    path("recurring/make", recurring.recurring_make, name="recurring_make"),
    path("recurring/<uuid:recurring_id>", recurring.recurring_edit, name="recurring_edit"),
    path("recurring/<uuid:recurring_id>/pause", recurring.recurring_pause, name="recurring_pause"),
    path("rules", rules.rules_page, name="rules"),
    path("terms/new", rules.terms_create, name="terms_create"),
    path("terms/<uuid:terms_id>", rules.terms_edit, name="terms_edit"),
    path("act", bulk.bulk_act, name="bulk_act"),
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
    *file_pages(INVOICE_FILES),
]
