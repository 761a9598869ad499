"""Addresses of electronic invoices' pages."""

from django.urls import path

from apps.exchange.web import issuer, views

app_name = "exchange"
urlpatterns = [
    path("", views.file_check, name="check"),
    path("issuer", issuer.issuer_edit, name="issuer"),
]
