"""Addresses of the API of orders."""

from django.urls import path

from apps.orders.api import purchase_views as purchases
from apps.orders.api import sales_views as sales

urlpatterns = [
    path("orders", sales.SalesOrdersView.as_view(), name="api-orders"),
    path("orders/<uuid:order_id>", sales.SalesOrderView.as_view(), name="api-order"),
    path("orders/<uuid:order_id>/confirm", sales.ConfirmView.as_view(), name="api-order-confirm"),
    path("orders/<uuid:order_id>/cancel", sales.CancelView.as_view(), name="api-order-cancel"),
    path("orders/<uuid:order_id>/ship", sales.ShipView.as_view(), name="api-order-ship"),
    path("orders/<uuid:order_id>/return", sales.ReturnView.as_view(), name="api-order-return"),
    path("purchase-orders", purchases.PurchaseOrdersView.as_view(), name="api-purchase-orders"),
    path("purchase-orders/<uuid:order_id>", purchases.PurchaseOrderView.as_view(), name="api-purchase-order"),
    path("purchase-orders/<uuid:order_id>/submit", purchases.SubmitView.as_view(), name="api-purchase-order-submit"),
    path("purchase-orders/<uuid:order_id>/send", purchases.SendView.as_view(), name="api-purchase-order-send"),
    path("purchase-orders/<uuid:order_id>/close", purchases.ClosePurchaseView.as_view(),
         name="api-purchase-order-close"),
    path("purchase-orders/<uuid:order_id>/cancel", purchases.CancelPurchaseView.as_view(),
         name="api-purchase-order-cancel"),
    path("receipts", purchases.ReceiptsView.as_view(), name="api-receipts"),
    path("receipts/<uuid:receipt_id>/reverse", purchases.ReverseReceiptView.as_view(), name="api-receipt-reverse"),
]  # fmt: skip
