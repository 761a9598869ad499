"""Addresses of the pages of bills."""

from django.urls import URLPattern

app_name = "bills"
urlpatterns: list[URLPattern] = []
