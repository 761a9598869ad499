"""Addresses of the pages of ledger."""

from django.urls import URLPattern

app_name = "ledger"
urlpatterns: list[URLPattern] = []
