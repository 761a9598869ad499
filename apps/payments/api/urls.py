"""Addresses of the API of payments."""

from django.urls import path

from apps.payments.api.views import PaymentAllocationsView, PaymentsView, PaymentView, PaymentVoidView

urlpatterns = [
    path("payments", PaymentsView.as_view(), name="api-payments"),
    path("payments/<uuid:payment_id>", PaymentView.as_view(), name="api-payment"),
    path(
        "payments/<uuid:payment_id>/allocate", PaymentAllocationsView.as_view(), name="api-payment-allocate"
    ),
    path("payments/<uuid:payment_id>/void", PaymentVoidView.as_view(), name="api-payment-void"),
]
