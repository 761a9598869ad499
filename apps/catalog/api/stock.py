"""Stock over HTTP: what may be promised of a product, and what lies where."""

from typing import ClassVar
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.catalog.access import access_product
from apps.catalog.api.filters import StockFilter
from apps.catalog.api.serializers import AvailabilityShown, StockRowShown
from apps.catalog.models import Stock
from apps.catalog.stock_queries import get_availability, list_stock
from apps.core import clock
from apps.core.api.schema import shown
from apps.tenancy.api.base import TenantListView, TenantView, caller_of, read_fresh

TAGS = ["stock"]


class AvailabilityView(TenantView):
    """What is available of a product, in all warehouses together."""

    required_permissions = {"GET": "products.read"}
    is_versioned = False

    @extend_schema(
        operation_id="get_availability", summary="Read what is available of a product", tags=["products"],
        responses=shown(AvailabilityShown),
    )  # fmt: skip
    def get(self, request: Request, product_id: UUID) -> Response:
        product = read_fresh(lambda: access_product(product_id))
        today = clock.local_date(clock.now(), caller_of(request).tenant.time_zone)
        found = get_availability([product.id], day=today)[product.id]
        told = {
            "product": product.id, "unit": product.unit, "is_stocked": product.is_stocked,
            "available": found.available, "incoming": found.incoming,
        }  # fmt: skip
        return Response(AvailabilityShown(told).data)


class StockView(TenantListView):
    """What lies where."""

    required_permissions = {"GET": "stock.read"}
    serializer_class = StockRowShown
    filterset_class = StockFilter
    orderings: ClassVar[dict[str, str]] = {"id": "id"}
    default_ordering = "id"

    def get_queryset(self) -> QuerySet[Stock]:
        return list_stock()

    @extend_schema(operation_id="list_stock", summary="List stock", tags=TAGS)
    def get(self, request: Request) -> Response:
        return self.list_page(request)
