"""Addresses of the API. What leads nowhere is told as a problem, like every other refusal."""

from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularSwaggerView

import apps.tenancy.api.schema  # noqa: F401 - says how callers prove themselves
from apps.core.api.views import SchemaView, UnknownView

urlpatterns = [
    path("schema", SchemaView.as_view(), name="api-schema"),
    path("docs", SpectacularSwaggerView.as_view(url_name="api-schema"), name="api-docs"),
    path("v1/", include("apps.tenancy.api.urls")),
    path("v1/", include("apps.parties.api.urls")),
    path("v1/", include("apps.catalog.api.urls")),
    path("v1/", include("apps.ledger.api.urls")),
    path("v1/", include("apps.exchange.api.urls")),
    path("v1/", include("apps.settlement.api.urls")),
    path("v1/", include("apps.approvals.api.urls")),
    path("v1/", include("apps.orders.api.urls")),
    path("v1/", include("apps.invoices.api.urls")),
    path("v1/", include("apps.bills.api.urls")),
    path("v1/", include("apps.payments.api.urls")),
    path("v1/", include("apps.webhooks.api.urls")),
    re_path("", UnknownView.as_view(), name="api-unknown"),
]
