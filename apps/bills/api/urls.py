"""Addresses of bills."""

from django.urls import path

from apps.bills.api.bulk import BulkBillFilesView, BulkBillsView
from apps.bills.api.views import (
    BillFileView,
    BillMatchView,
    BillPostView,
    BillsView,
    BillView,
    BillVoidView,
)
from apps.bills.files import BILL_FILES
from apps.documents.api.files import attachment_routes

urlpatterns = [
    path("bills", BillsView.as_view(), name="api-bills"),
    path("bills/bulk", BulkBillsView.as_view(), name="api-bills-bulk"),
    path("bills/import/bulk", BulkBillFilesView.as_view(), name="api-bills-import-bulk"),
    path("bills/import", BillFileView.as_view(), name="api-bills-import"),
    path("bills/<uuid:bill_id>", BillView.as_view(), name="api-bill"),
    path("bills/<uuid:bill_id>/match", BillMatchView.as_view(), name="api-bill-match"),
    path("bills/<uuid:bill_id>/post", BillPostView.as_view(), name="api-bill-post"),
    path("bills/<uuid:bill_id>/void", BillVoidView.as_view(), name="api-bill-void"),
    *attachment_routes(BILL_FILES),
]
