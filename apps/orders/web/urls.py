"""Addresses of the pages of orders."""

from django.urls import path

from apps.orders.web import (
    bulk,
    moving,
    purchase_editing,
    purchase_views,
    rules,
    sales_editing,
    sales_views,
)

app_name = "orders"
urlpatterns = [
    path("sales", sales_views.sale_list, name="sales"),
    path("sales/new", sales_editing.sale_create, name="sale_create"),
    path("sales/confirm", bulk.sale_bulk, name="sale_bulk"),
    path("sales/rules", rules.rules, name="sale_rules"),
    path("sales/export.csv", sales_views.sale_export, name="sale_export"),
    path("sales/products", sales_editing.sale_products, name="sale_products"),
    path("sales/shipments/<uuid:shipment_id>", sales_views.sale_note, name="sale_note"),
    path("sales/<uuid:order_id>", sales_views.sale_detail, name="sale_detail"),
    path("sales/<uuid:order_id>/edit", sales_editing.sale_edit, name="sale_edit"),
    path("sales/<uuid:order_id>/act", sales_views.sale_act, name="sale_act"),
    path("sales/<uuid:order_id>/ship", moving.sale_ship, name="sale_ship"),
    path("sales/<uuid:order_id>/return", moving.sale_return, name="sale_return"),
    path("purchases", purchase_views.purchase_list, name="purchases"),
    path("purchases/new", purchase_editing.purchase_create, name="purchase_create"),
    path("purchases/export.csv", purchase_views.purchase_export, name="purchase_export"),
    path("purchases/products", purchase_editing.purchase_products, name="purchase_products"),
    path("purchases/receipts", purchase_views.receipt_list, name="purchase_receipts"),
    path(
        "purchases/receipts/<uuid:receipt_id>/reverse",
        purchase_views.receipt_reverse,
        name="purchase_reverse",
    ),
    path("purchases/<uuid:order_id>", purchase_views.purchase_detail, name="purchase_detail"),
    path("purchases/<uuid:order_id>/edit", purchase_editing.purchase_edit, name="purchase_edit"),
    path("purchases/<uuid:order_id>/act", purchase_views.purchase_act, name="purchase_act"),
    path("purchases/<uuid:order_id>/receive", moving.purchase_receive, name="purchase_receive"),
]
