"""Addresses of the pages of payments."""

from django.urls import path

from apps.payments.web import bank, creating, runs, views

app_name = "payments"
urlpatterns = [
    path("", views.payment_list, name="list"),
    path("export.csv", views.payment_export, name="export"),
    path("new", creating.payment_create, name="create"),
    path("runs", runs.run_list, name="run_list"),
    path("runs/new", runs.run_create, name="run_create"),
    path("runs/<uuid:run_id>", runs.run_detail, name="run_detail"),
    path("runs/<uuid:run_id>/release", runs.run_release, name="run_release"),
    path("runs/<uuid:run_id>/cancel", runs.run_cancel, name="run_cancel"),
    path("runs/rows/<uuid:row_id>/leave-out", runs.run_leave_out, name="run_leave_out"),
    path("runs/<uuid:run_id>/bank.csv", runs.run_csv, name="run_csv"),
    path("runs/<uuid:run_id>/pain.001.xml", runs.run_xml, name="run_xml"),
    path("bank", bank.bank_list, name="bank"),
    path("bank/import", bank.bank_import, name="bank_import"),
    path("bank/lines/<uuid:line_id>", bank.bank_line, name="bank_line"),
    path("bank/lines/<uuid:line_id>/match", bank.bank_match, name="bank_match"),
    path("bank/lines/<uuid:line_id>/undo", bank.bank_undo, name="bank_undo"),
    path("bank/lines/<uuid:line_id>/leave-out", bank.bank_ignore, name="bank_ignore"),
    path("accounts", bank.account_list, name="account_list"),
    path("accounts/new", bank.account_create, name="account_create"),
    path("accounts/<uuid:account_id>/number", bank.account_number, name="account_number"),
    path("<uuid:payment_id>", views.payment_detail, name="detail"),
    path("<uuid:payment_id>/allocate", views.payment_allocate, name="allocate"),
    path("<uuid:payment_id>/void", views.payment_void, name="void"),
]
