"""Webhooks over HTTP."""

from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import clock
from apps.core.api.conditional import etag_of, expected_version, named_version
from apps.core.api.schema import created, gone, shown
from apps.core.db import write
from apps.core.scope import current_scope
from apps.tenancy.api.base import TenantListView, TenantView, read_fresh
from apps.webhooks.access import PERMISSION, access_delivery, access_endpoint
from apps.webhooks.api.serializers import (
    DeliveryShown,
    EndpointChanges,
    EndpointMade,
    EndpointShown,
    NewEndpoint,
)
from apps.webhooks.models import DELIVERY_STATES, Delivery, Endpoint
from apps.webhooks.operations import (
    change_endpoint,
    create_endpoint,
    pause_endpoint,
    remove_endpoint,
    replay_delivery,
    resume_endpoint,
    rotate_secret,
    send_test_event,
)
from apps.webhooks.queries import list_deliveries, list_endpoints

TAGS = ["webhooks"]


class DeliveryFilter(filters.FilterSet):
    """Filters of deliveries."""

    endpoint = filters.UUIDFilter(field_name="endpoint_id", label="Id of the endpoint")
    state = filters.ChoiceFilter(choices=list(DELIVERY_STATES.items()), label="How far it is")
    type = filters.CharFilter(field_name="event__type", label="Type of the event", max_length=60)


class EndpointsView(TenantListView):
    """Addresses that are told."""

    required_permissions = {"GET": PERMISSION, "POST": PERMISSION}
    serializer_class = EndpointShown
    orderings: ClassVar[dict[str, str]] = {"created_at": "created_at", "url": "url", "id": "id"}
    default_ordering = "created_at"

    def get_queryset(self) -> QuerySet[Endpoint]:
        return list_endpoints()

    @extend_schema(operation_id="list_webhooks", summary="List endpoints", tags=TAGS)
    def get(self, request: Request) -> Response:
        return self.list_page(request)

    @extend_schema(
        operation_id="create_webhook", summary="Register an endpoint", tags=TAGS,
        request=NewEndpoint, responses=created(EndpointMade),
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        body = NewEndpoint(data=request.data)
        body.is_valid(raise_exception=True)
        endpoint, secret = create_endpoint(
            **body.validated_data, actor=current_scope().actor, now=clock.now()
        )
        return _made(endpoint, secret, 201)


class EndpointView(TenantView):
    """One endpoint."""

    required_permissions = {"GET": PERMISSION, "PATCH": PERMISSION, "DELETE": PERMISSION}
    http_method_names = [*TenantView.http_method_names, "delete"]

    @extend_schema(
        operation_id="get_webhook", summary="Read an endpoint", tags=TAGS, responses=shown(EndpointShown)
    )
    def get(self, request: Request, endpoint_id: UUID) -> Response:
        return _answer(read_fresh(lambda: access_endpoint(endpoint_id)))

    @extend_schema(
        operation_id="change_webhook", summary="Change, pause or resume an endpoint", tags=TAGS,
        request=EndpointChanges, responses=shown(EndpointShown),
    )  # fmt: skip
    def patch(self, request: Request, endpoint_id: UUID) -> Response:
        body = EndpointChanges(data=request.data)
        body.is_valid(raise_exception=True)
        changes: dict[str, Any] = dict(body.validated_data)
        version = expected_version(request, changes.pop("version", None))
        state = changes.pop("state", None)
        known: dict[str, Any] = {
            "endpoint_id": endpoint_id,
            "actor": current_scope().actor,
            "now": clock.now(),
        }
        with write():
            endpoint = change_endpoint(version=version, **changes, **known)
            if state is not None:
                endpoint = (resume_endpoint if state == "active" else pause_endpoint)(**known)
        return _answer(endpoint)

    @extend_schema(operation_id="remove_webhook", summary="Remove an endpoint", tags=TAGS, responses=gone())
    def delete(self, request: Request, endpoint_id: UUID) -> Response:
        remove_endpoint(
            endpoint_id=endpoint_id, version=expected_version(request), actor=current_scope().actor,
            now=clock.now(),
        )  # fmt: skip
        return Response(status=204)


class SecretView(TenantView):
    """Replacing a secret."""

    required_permissions = {"POST": PERMISSION}

    @extend_schema(
        operation_id="rotate_webhook_secret", summary="Make a new secret", tags=TAGS, request=None,
        description="For 24 hours messages carry a signature of the old secret too.",
        responses=created(EndpointMade),
    )  # fmt: skip
    def post(self, request: Request, endpoint_id: UUID) -> Response:
        endpoint, secret = rotate_secret(
            endpoint_id=endpoint_id,
            version=named_version(request),
            actor=current_scope().actor,
            now=clock.now(),
        )
        return _made(endpoint, secret, 201)


class TestView(TenantView):
    """Trying an endpoint."""

    required_permissions = {"POST": PERMISSION}
    is_versioned = False

    @extend_schema(
        operation_id="test_webhook", summary="Tell a test event", tags=TAGS, request=None,
        responses=created(DeliveryShown),
    )  # fmt: skip
    def post(self, request: Request, endpoint_id: UUID) -> Response:
        delivery = send_test_event(endpoint_id=endpoint_id, actor=current_scope().actor, now=clock.now())
        return Response(DeliveryShown(delivery).data, status=201)


class DeliveriesView(TenantListView):
    """What was told, what waits, what was given up."""

    required_permissions = {"GET": PERMISSION}
    serializer_class = DeliveryShown
    filterset_class = DeliveryFilter
    orderings: ClassVar[dict[str, str]] = {"created_at": "created_at", "id": "id"}
    default_ordering = "-created_at"

    def get_queryset(self) -> QuerySet[Delivery]:
        return list_deliveries()

    @extend_schema(operation_id="list_webhook_deliveries", summary="List deliveries", tags=TAGS)
    def get(self, request: Request) -> Response:
        return self.list_page(request)


class ReplayView(TenantView):
    """Telling again."""

    required_permissions = {"POST": PERMISSION}
    is_versioned = False

    @extend_schema(
        operation_id="replay_webhook_delivery", summary="Send a delivery once more", tags=TAGS, request=None,
        description="The event keeps its id, so a receiver that has it already can tell.",
        responses=shown(DeliveryShown),
    )  # fmt: skip
    def post(self, request: Request, delivery_id: UUID) -> Response:
        delivery = access_delivery(delivery_id)
        done = replay_delivery(delivery_id=delivery.id, actor=current_scope().actor, now=clock.now())
        return Response(DeliveryShown(done).data)


def _answer(endpoint: Endpoint) -> Response:
    return Response(EndpointShown(endpoint).data, headers={"ETag": etag_of(endpoint.version)})


def _made(endpoint: Endpoint, secret: str, status: int) -> Response:
    headers = {"ETag": etag_of(endpoint.version), "Location": reverse("api-webhook", args=[endpoint.id])}
    endpoint.secret = secret
    return Response(EndpointMade(endpoint).data, status=status, headers=headers)
