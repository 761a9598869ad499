"""Addresses of products' pages."""

from django.urls import path

from apps.catalog.web import views

app_name = "catalog"
urlpatterns = [
    path("", views.product_list, name="list"),
    path("new", views.product_create, name="create"),
    path("export.csv", views.product_export, name="export"),
    path("suggest", views.product_suggest, name="suggest"),
    path("<uuid:product_id>", views.product_detail, name="detail"),
    path("<uuid:product_id>/edit", views.product_edit, name="edit"),
]
