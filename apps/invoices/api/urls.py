"""Addresses of documents."""

from django.urls import path

from apps.documents.api.files import attachment_routes
from apps.invoices.api.bulk import BulkDocumentsView
from apps.invoices.api.views import ApplyView, CreditView, DocumentsView, DocumentView, PostView, VoidView
from apps.invoices.files import INVOICE_FILES

urlpatterns = [
    path("invoices", DocumentsView.as_view(), name="api-invoices"),
    path("invoices/bulk", BulkDocumentsView.as_view(), name="api-invoices-bulk"),
    path("invoices/<uuid:document_id>", DocumentView.as_view(), name="api-invoice"),
    path("invoices/<uuid:document_id>/post", PostView.as_view(), name="api-invoice-post"),
    path("invoices/<uuid:document_id>/void", VoidView.as_view(), name="api-invoice-void"),
    path("invoices/<uuid:document_id>/apply", ApplyView.as_view(), name="api-invoice-apply"),
    path("invoices/<uuid:document_id>/credit", CreditView.as_view(), name="api-invoice-credit"),
    *attachment_routes(INVOICE_FILES),
]
