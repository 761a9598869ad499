"""Addresses of the pages of bills."""

from django.urls import path

from apps.bills.files import BILL_FILES
from apps.bills.web import bulk, editing, files, rules, views
from apps.documents.web.files import file_pages

app_name = "bills"
urlpatterns = [
    path("", views.bill_list, name="list"),
    path("export.csv", views.bill_export, name="export"),
    path("new", editing.bill_create, name="create"),
    path("suppliers", editing.suggest_suppliers, name="suggest"),
    path("upload", files.upload, name="upload"),
    path("post", bulk.bulk_post, name="bulk_post"),
    path("rules", rules.bill_rules, name="rules"),
    path("import", files.row_import, name="import"),
    path("import/<uuid:key>", files.row_file, name="import_file"),
    path("import/<uuid:key>/refused.csv", files.row_refused, name="import_refused"),
    path("<uuid:bill_id>", views.bill_detail, name="detail"),
    path("<uuid:bill_id>/edit", editing.bill_edit, name="edit"),
    path("<uuid:bill_id>/act", views.bill_act, name="act"),
    *file_pages(BILL_FILES),
]
