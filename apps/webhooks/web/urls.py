"""Addresses of the pages of webhooks."""

from django.urls import URLPattern

app_name = "webhooks"
urlpatterns: list[URLPattern] = []
