"""Addresses of the API of approvals."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
