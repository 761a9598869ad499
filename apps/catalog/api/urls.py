"""Addresses of products."""

from django.urls import path

from apps.catalog.api.bulk import BulkProductsView
from apps.catalog.api.views import ProductsView, ProductView

urlpatterns = [
    path("products", ProductsView.as_view(), name="api-products"),
    path("products/bulk", BulkProductsView.as_view(), name="api-products-bulk"),
    path("products/<uuid:product_id>", ProductView.as_view(), name="api-product"),
]
