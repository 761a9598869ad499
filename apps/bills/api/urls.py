"""Addresses of the API of bills."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
