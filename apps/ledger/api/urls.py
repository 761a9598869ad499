"""Addresses of the API of ledger."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
