"""Addresses of the pages of settlement."""

from django.urls import URLPattern

app_name = "settlement"
urlpatterns: list[URLPattern] = []
