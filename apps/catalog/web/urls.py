"""Addresses of products' pages."""

from apps.catalog.web.products import PRODUCTS
from apps.tenancy.web.records.paths import paths_of

app_name = "catalog"
urlpatterns = [*paths_of(PRODUCTS)]
