"""Addresses of the pages of webhooks."""

from django.urls import path

from apps.webhooks.web import views

app_name = "webhooks"
urlpatterns = [
    path("", views.endpoint_list, name="list"),
    path("new", views.endpoint_create, name="create"),
    path("<uuid:endpoint_id>", views.endpoint_detail, name="detail"),
    path("<uuid:endpoint_id>/edit", views.endpoint_edit, name="edit"),
    path("<uuid:endpoint_id>/act", views.endpoint_act, name="act"),
    path("<uuid:endpoint_id>/secret", views.endpoint_rotate, name="rotate"),
    path("deliveries/<uuid:delivery_id>", views.delivery_detail, name="delivery"),
    path("deliveries/<uuid:delivery_id>/replay", views.delivery_replay, name="replay"),
]
