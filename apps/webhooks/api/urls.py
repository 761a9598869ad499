"""Addresses of the API of webhooks."""

from django.urls import path

from apps.webhooks.api import views

urlpatterns = [
    path("webhooks", views.EndpointsView.as_view(), name="api-webhooks"),
    path("webhooks/deliveries", views.DeliveriesView.as_view(), name="api-webhook-deliveries"),
    path(
        "webhooks/deliveries/<uuid:delivery_id>/replay", views.ReplayView.as_view(), name="api-webhook-replay"
    ),
    path("webhooks/<uuid:endpoint_id>", views.EndpointView.as_view(), name="api-webhook"),
    path("webhooks/<uuid:endpoint_id>/secret", views.SecretView.as_view(), name="api-webhook-secret"),
    path("webhooks/<uuid:endpoint_id>/test", views.TestView.as_view(), name="api-webhook-test"),
]
