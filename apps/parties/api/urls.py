"""Addresses of customers."""

from django.urls import path

from apps.parties.api.bulk import BulkCustomersView
from apps.parties.api.views import CustomerContactView, CustomersView, CustomerView

urlpatterns = [
    path("customers", CustomersView.as_view(), name="api-customers"),
    path("customers/bulk", BulkCustomersView.as_view(), name="api-customers-bulk"),
    path("customers/<uuid:customer_id>", CustomerView.as_view(), name="api-customer"),
    path("customers/<uuid:customer_id>/contact", CustomerContactView.as_view(), name="api-customer-contact"),
]
