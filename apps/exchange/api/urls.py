"""Routes of electronic invoices."""

from django.urls import path

from apps.exchange.api.views import CheckView

urlpatterns = [path("einvoices/validate", CheckView.as_view(), name="api-einvoice-validate")]
