"""Interactions with customers over HTTP."""

from typing import ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import clock
from apps.core.api.conditional import etag_of, expected_version
from apps.core.api.schema import created, shown
from apps.core.errors import NotFound
from apps.core.scope import current_scope
from apps.parties.api.examples import INTERACTION, NEW_INTERACTION
from apps.parties.api.filters import InteractionFilter
from apps.parties.api.serializers import InteractionChanges, InteractionShown, NewInteraction
from apps.parties.interactions import (
    access_interaction,
    change_interaction,
    list_interactions,
    record_interaction,
)
from apps.parties.models import Interaction
from apps.parties.queries import get_customer
from apps.tenancy.api.base import TenantListView, TenantView, read_fresh

TAGS = ["interactions"]


class InteractionsView(TenantListView):
    """What was talked about with a customer."""

    required_permissions = {"GET": "interactions.read", "POST": "interactions.write"}
    serializer_class = InteractionShown
    filterset_class = InteractionFilter
    orderings: ClassVar[dict[str, str]] = {"occurred_at": "occurred_at", "id": "id"}
    default_ordering = "-occurred_at"

    def get_queryset(self) -> QuerySet[Interaction]:
        return list_interactions(customer_id=self.kwargs.get("customer_id"))

    @extend_schema(
        operation_id="list_interactions", summary="List interactions with a customer", tags=TAGS,
        examples=[INTERACTION],
    )  # fmt: skip
    def get(self, request: Request, customer_id: UUID) -> Response:
        read_fresh(lambda: get_customer(customer_id))
        return self.list_page(request)

    @extend_schema(
        operation_id="record_interaction", summary="Write down an interaction", tags=TAGS,
        request=NewInteraction, responses=created(InteractionShown), examples=[NEW_INTERACTION, INTERACTION],
    )  # fmt: skip
    def post(self, request: Request, customer_id: UUID) -> Response:
        get_customer(customer_id)
        body = NewInteraction(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        made = record_interaction(
            customer_id=customer_id, **given, actor=current_scope().actor, now=clock.now()
        )
        return _answer(made, 201)


class InteractionView(TenantView):
    """One interaction."""

    required_permissions = {"GET": "interactions.read", "PATCH": "interactions.write"}

    @extend_schema(
        operation_id="get_interaction", summary="Read an interaction", tags=TAGS,
        responses=shown(InteractionShown), examples=[INTERACTION],
    )  # fmt: skip
    def get(self, request: Request, customer_id: UUID, interaction_id: UUID) -> Response:
        return _answer(read_fresh(lambda: _find(customer_id, interaction_id, "interactions.read")))

    @extend_schema(
        operation_id="change_interaction", summary="Change an interaction", tags=TAGS,
        request=InteractionChanges, responses=shown(InteractionShown), examples=[INTERACTION],
    )  # fmt: skip
    def patch(self, request: Request, customer_id: UUID, interaction_id: UUID) -> Response:
        body = InteractionChanges(data=request.data)
        body.is_valid(raise_exception=True)
        changes = dict(body.validated_data)
        version = expected_version(request, changes.pop("version", None))
        _find(customer_id, interaction_id, "interactions.write")
        actor, now = current_scope().actor, clock.now()
        return _answer(
            change_interaction(
                interaction_id=interaction_id, changes=changes, version=version, actor=actor, now=now
            )
        )


def _find(customer_id: UUID, interaction_id: UUID, permission: str) -> Interaction:
    found = access_interaction(interaction_id, permission=permission)
    if found.customer_id != customer_id:
        raise NotFound("There is no such interaction.", field="interaction")
    return found


def _answer(made: Interaction, status: int = 200) -> Response:
    headers = {"ETag": etag_of(made.version)}
    if status == 201:
        headers["Location"] = reverse("api-interaction", args=[made.customer_id, made.id])
    return Response(InteractionShown(made).data, status=status, headers=headers)
