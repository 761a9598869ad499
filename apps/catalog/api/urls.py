"""Addresses of products."""

from django.urls import path

from apps.catalog.api.bulk import BulkProductsView
from apps.catalog.api.prices import PricesView, PriceView
from apps.catalog.api.stock import AvailabilityView, StockView
from apps.catalog.api.views import ProductsView, ProductView

urlpatterns = [
    path("products", ProductsView.as_view(), name="api-products"),
    path("products/bulk", BulkProductsView.as_view(), name="api-products-bulk"),
    path("products/price", PricesView.as_view(), name="api-product-prices"),
    path("products/<uuid:product_id>", ProductView.as_view(), name="api-product"),
    path(
        "products/<uuid:product_id>/availability", AvailabilityView.as_view(), name="api-product-availability"
    ),
    path("products/<uuid:product_id>/price", PriceView.as_view(), name="api-product-price"),
    path("stock", StockView.as_view(), name="api-stock"),
]
