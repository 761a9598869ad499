"""Addresses of customers, suppliers and what belongs to them."""

from django.urls import path

from apps.parties.api.bulk import BulkCustomersView
from apps.parties.api.interactions import InteractionsView, InteractionView
from apps.parties.api.people import (
    CustomerPeopleView,
    CustomerPersonView,
    SupplierPeopleView,
    SupplierPersonView,
)
from apps.parties.api.suppliers import SupplierContactView, SuppliersView, SupplierView
from apps.parties.api.views import CustomerContactView, CustomersView, CustomerView

urlpatterns = [
    path("customers", CustomersView.as_view(), name="api-customers"),
    path("customers/bulk", BulkCustomersView.as_view(), name="api-customers-bulk"),
    path("customers/<uuid:customer_id>", CustomerView.as_view(), name="api-customer"),
    path("customers/<uuid:customer_id>/contact", CustomerContactView.as_view(), name="api-customer-contact"),
    path("customers/<uuid:customer_id>/people", CustomerPeopleView.as_view(), name="api-customer-people"),
    path(
        "customers/<uuid:customer_id>/people/<uuid:person_id>", CustomerPersonView.as_view(),
        name="api-customer-person",
    ),
    path("customers/<uuid:customer_id>/interactions", InteractionsView.as_view(), name="api-interactions"),
    path(
        "customers/<uuid:customer_id>/interactions/<uuid:interaction_id>", InteractionView.as_view(),
        name="api-interaction",
    ),
    path("suppliers", SuppliersView.as_view(), name="api-suppliers"),
    path("suppliers/<uuid:supplier_id>", SupplierView.as_view(), name="api-supplier"),
    path("suppliers/<uuid:supplier_id>/contact", SupplierContactView.as_view(), name="api-supplier-contact"),
    path("suppliers/<uuid:supplier_id>/people", SupplierPeopleView.as_view(), name="api-supplier-people"),
    path(
        "suppliers/<uuid:supplier_id>/people/<uuid:person_id>", SupplierPersonView.as_view(),
        name="api-supplier-person",
    ),
]  # fmt: skip
