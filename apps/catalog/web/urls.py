"""Addresses of the catalog's pages."""

from django.urls import include, path

from apps.catalog.web.ladders import price_ladder
from apps.catalog.web.places import LOTS, WAREHOUSES
from apps.catalog.web.prices import BREAKS, PRICE_LISTS
from apps.catalog.web.products import CATEGORIES, PRODUCTS
from apps.catalog.web.stock import MOVEMENTS, STOCKS
from apps.catalog.web.stock_acts import ACTS, category_delete, stock_act
from apps.tenancy.web.records.paths import paths_of, paths_of_list

app_name = "catalog"
urlpatterns = [
    path("categories/", include(paths_of(CATEGORIES))),
    path("categories/<uuid:key>/delete", category_delete, name="category_delete"),
    path("prices/items/", include(paths_of(BREAKS))),
    path("prices/<uuid:key>/ladder", price_ladder, name="price_ladder"),
    path("prices/", include(paths_of(PRICE_LISTS))),
    path("stock/movements/", include(paths_of_list(MOVEMENTS))),
    path("stock/lots/", include(paths_of(LOTS))),
    path("stock/warehouses/", include(paths_of(WAREHOUSES))),
    *(path(f"stock/<uuid:key>/{act}", stock_act, {"act": act}, name=f"stock_{act}") for act in ACTS),
    path("stock/", include(paths_of(STOCKS))),
    *paths_of(PRODUCTS),
]
