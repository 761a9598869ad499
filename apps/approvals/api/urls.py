"""Addresses of the API of approvals."""

from django.urls import path

from apps.approvals.api.views import ApprovalDecisionView, ApprovalsView, ApprovalView

urlpatterns = [
    path("approvals", ApprovalsView.as_view(), name="api-approvals"),
    path("approvals/<uuid:request_id>", ApprovalView.as_view(), name="api-approval"),
    path("approvals/<uuid:request_id>/decide", ApprovalDecisionView.as_view(), name="api-approval-decide"),
]
