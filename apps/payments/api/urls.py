"""Addresses of the API of payments."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
