"""Addresses of customers' pages."""

from django.urls import path

from apps.parties.web import views

app_name = "parties"
urlpatterns = [
    path("", views.customer_list, name="list"),
    path("new", views.customer_create, name="create"),
    path("export.csv", views.customer_export, name="export"),
    path("suggest", views.customer_suggest, name="suggest"),
    path("<uuid:customer_id>", views.customer_detail, name="detail"),
    path("<uuid:customer_id>/email", views.customer_email, name="email"),
    path("<uuid:customer_id>/edit", views.customer_edit, name="edit"),
]
