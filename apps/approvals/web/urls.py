"""Addresses of the pages of approvals."""

from django.urls import path

from apps.approvals.web import bulk, delegations, policies, views

app_name = "approvals"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("bulk", bulk.bulk_decide, name="bulk"),
    path("requests", views.request_list, name="requests"),
    path("requests/export.csv", views.request_export, name="export"),
    path("requests/<uuid:request_id>", views.request_detail, name="detail"),
    path("requests/<uuid:request_id>/decide", views.request_decide, name="decide"),
    path("requests/<uuid:request_id>/recall", views.request_recall, name="recall"),
    path("delegations", delegations.delegation_list, name="delegations"),
    path("delegations/new", delegations.delegation_create, name="delegation_create"),
    path("delegations/<uuid:delegation_id>/revoke", delegations.delegation_revoke, name="delegation_revoke"),
    path("policies", policies.policy_list, name="policies"),
    path("policies/new", policies.policy_create, name="policy_create"),
    path("policies/preview", policies.policy_preview, name="policy_preview"),
    path("policies/limits", delegations.limit_list, name="policy_limits"),
    path("policies/<uuid:policy_id>/edit", policies.policy_edit, name="policy_edit"),
]
