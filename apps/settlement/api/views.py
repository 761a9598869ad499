"""Open items and the ageing over HTTP."""

from typing import ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import clock
from apps.core.api.schema import shown
from apps.ledger.queries import book_currency
from apps.settlement.ageing import ageing
from apps.settlement.api.examples import AGEING, ITEM
from apps.settlement.api.filters import OpenItemFilter
from apps.settlement.api.serializers import AgeingAsked, AgeingShown, OpenItemShown, show_ageing
from apps.settlement.models import SIDES, OpenItem
from apps.settlement.queries import party_names
from apps.tenancy.api.base import TenantListView, TenantView, caller_of

TAGS = ["payments"]
ASKED = [
    OpenApiParameter("side", {"type": "string", "enum": list(SIDES), "default": "receivable"}),
    OpenApiParameter("as_of", {"type": "string", "format": "date"}, description="Today unless given."),
    OpenApiParameter(
        "currency", {"type": "string", "pattern": "^[A-Z]{3}$"},
        description="Only items in this currency, in it; else all of them in the book currency.",
    ),
]  # fmt: skip


class OpenItemsView(TenantListView):
    """What is open now."""

    required_permissions = {"GET": "payments.read"}
    serializer_class = OpenItemShown
    filterset_class = OpenItemFilter
    orderings: ClassVar[dict[str, str]] = {"due_date": "due_date", "issue_date": "issue_date", "id": "id"}
    default_ordering = "due_date"

    def get_queryset(self) -> QuerySet[OpenItem]:
        return OpenItem.objects.filter(open_minor__gt=0, closed_on=None)

    @extend_schema(operation_id="list_open_items", summary="List open items", tags=TAGS, examples=[ITEM])
    def get(self, request: Request) -> Response:
        return self.list_page(request)


class AgeingView(TenantView):
    """The ageing of a day."""

    required_permissions = {"GET": "payments.read"}
    is_versioned = False

    @extend_schema(
        operation_id="get_ageing", summary="Read what was open on a day, by how late it was", tags=TAGS,
        parameters=ASKED, responses=shown(AgeingShown), examples=[AGEING],
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        asked = AgeingAsked(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        given = asked.validated_data
        side, currency = given.get("side", "receivable"), given.get("currency", "")
        today = clock.local_date(clock.now(), caller_of(request).tenant.time_zone)
        found = ageing(side=side, as_of=given.get("as_of", today), currency=currency)
        names = party_names(side, {row.party_id for row in found.rows})
        return Response(AgeingShown(show_ageing(found, currency or book_currency(), names)).data)
