"""Addresses of the API of settlement."""

from django.urls import path

from apps.settlement.api.views import AgeingView, OpenItemsView

urlpatterns = [
    path("open-items", OpenItemsView.as_view(), name="api-open-items"),
    path("ageing", AgeingView.as_view(), name="api-ageing"),
]
