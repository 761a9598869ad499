"""Addresses of the pages of customers and suppliers."""

from django.urls import include, path

from apps.parties.web.customers import CUSTOMERS
from apps.tenancy.web.records.paths import paths_of

app_name = "parties"
urlpatterns = [
    path("customers/", include(paths_of(CUSTOMERS))),
]
