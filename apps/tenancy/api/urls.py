"""Addresses of sign-in."""

from django.urls import path

from apps.tenancy.api.views import RenewalView, TokenView

urlpatterns = [
    path("token", TokenView.as_view(), name="api-token"),
    path("token/refresh", RenewalView.as_view(), name="api-token-refresh"),
]
