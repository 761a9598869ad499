"""Approvals over HTTP. Keys may look; people decide, with tokens of their own."""

from typing import ClassVar
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request as HttpRequest
from rest_framework.response import Response

from apps.approvals.access import access_request
from apps.approvals.api.filters import ApprovalFilter
from apps.approvals.api.serializers import ApprovalRow, ApprovalShown, NewDecision
from apps.approvals.inbox import RequestFilter, decisions_of, list_requests
from apps.approvals.models import Request
from apps.approvals.operations import decide_request
from apps.core import clock
from apps.core.api.schema import shown
from apps.core.scope import current_scope
from apps.tenancy.api.base import TenantListView, TenantView, read_fresh

TAGS = ["approvals"]
REJECTION = OpenApiExample(
    "A rejection",
    value={"verdict": "reject", "reason": "The price is not the one we agreed."},
    request_only=True,
)


class ApprovalsView(TenantListView):
    """Requests for approval."""

    required_permissions = {"GET": "approvals.read"}
    serializer_class = ApprovalRow
    filterset_class = ApprovalFilter
    orderings: ClassVar[dict[str, str]] = {"requested_at": "requested_at", "due_at": "due_at", "id": "id"}
    default_ordering = "-requested_at"

    def get_queryset(self) -> QuerySet[Request]:
        return list_requests(RequestFilter())

    @extend_schema(operation_id="list_approvals", summary="List requests for approval", tags=TAGS)
    def get(self, request: HttpRequest) -> Response:
        return self.list_page(request)


class ApprovalView(TenantView):
    """One request for approval."""

    required_permissions = {"GET": "approvals.read"}
    is_versioned = False

    @extend_schema(
        operation_id="get_approval", summary="Read a request for approval with its decisions", tags=TAGS,
        responses=shown(ApprovalShown),
    )  # fmt: skip
    def get(self, request: HttpRequest, request_id: UUID) -> Response:
        return _answer(read_fresh(lambda: access_request(request_id)))


class ApprovalDecisionView(TenantView):
    """A decision on a request."""

    required_permissions = {"POST": "approvals.decide"}
    is_versioned = False

    @extend_schema(
        operation_id="decide_approval", summary="Approve or reject", tags=TAGS,
        description="Only people decide, never keys; nobody decides on what he created or last changed. Deciding "
        "the same again changes nothing.",
        request=NewDecision, responses=shown(ApprovalShown), examples=[REJECTION],
    )  # fmt: skip
    def post(self, request: HttpRequest, request_id: UUID) -> Response:
        body = NewDecision(data=request.data)
        body.is_valid(raise_exception=True)
        done = decide_request(
            request_id=request_id, **body.validated_data, actor=current_scope().actor, now=clock.now()
        )
        return _answer(done)


def _answer(found: Request) -> Response:
    found.trail = decisions_of([found])[found.id]  # type: ignore[attr-defined]
    return Response(ApprovalShown(found).data)
