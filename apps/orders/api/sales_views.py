"""Sales orders over HTTP. A key of one customer sees and makes only that customer's orders."""

from functools import partial
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import clock
from apps.core.api.conditional import etag_of, expected_version, named_version
from apps.core.api.schema import created, shown
from apps.core.scope import current_scope
from apps.orders.api.examples import CANCELLING, NEW_RETURN, NEW_SALE, NEW_SHIPMENT, SALE, SALE_ROW
from apps.orders.api.filters import SalesOrderFilter
from apps.orders.api.sales_serializers import (
    Cancelling,
    Confirming,
    NewReturn,
    NewSalesOrder,
    NewShipment,
    SalesOrderChanges,
    SalesOrderRow,
    SalesOrderShown,
)
from apps.orders.models import SalesOrder
from apps.orders.operations import (
    cancel_order,
    change_sales_order,
    confirm_order,
    create_sales_order,
    return_goods,
    ship_order,
)
from apps.orders.queries import SalesFilter, get_sales_order, list_sales_orders
from apps.parties.queries import find_customer_code
from apps.tenancy.api.base import TenantListView, TenantView, caller_of, read_fresh

TAGS = ["orders"]


class SalesOrdersView(TenantListView):
    """Sales orders."""

    required_permissions = {"GET": "orders.read", "POST": "orders.write"}
    serializer_class = SalesOrderRow
    filterset_class = SalesOrderFilter
    orderings: ClassVar[dict[str, str]] = {"order_date": "order_date", "total": "total_minor", "id": "id"}
    default_ordering = "-order_date"

    def get_queryset(self) -> QuerySet[SalesOrder]:
        return list_sales_orders(SalesFilter()).prefetch_related("customer")

    @extend_schema(operation_id="list_orders", summary="List sales orders", tags=TAGS, examples=[SALE_ROW])
    def get(self, request: Request) -> Response:
        return self.list_page(request)

    @extend_schema(
        operation_id="create_order", summary="Create a pending sales order", tags=TAGS,
        request=NewSalesOrder, responses=created(SalesOrderShown), examples=[NEW_SALE, SALE],
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        body = _read(NewSalesOrder, request)
        order = create_sales_order(**body, source=_source(), actor=current_scope().actor, now=clock.now())
        return _answer(order.id, status=201)


class SalesOrderView(TenantView):
    """One sales order."""

    required_permissions = {"GET": "orders.read", "PATCH": "orders.write"}

    @extend_schema(
        operation_id="get_order", summary="Read a sales order", tags=TAGS,
        responses=shown(SalesOrderShown), examples=[SALE],
    )  # fmt: skip
    def get(self, request: Request, order_id: UUID) -> Response:
        return read_fresh(partial(_answer, order_id))

    @extend_schema(
        operation_id="change_order", summary="Change a pending sales order", tags=TAGS,
        request=SalesOrderChanges, responses=shown(SalesOrderShown), examples=[SALE],
    )  # fmt: skip
    def patch(self, request: Request, order_id: UUID) -> Response:
        changes = _read(SalesOrderChanges, request)
        version = expected_version(request, changes.pop("version", None))
        change_sales_order(
            order_id=order_id, version=version, actor=current_scope().actor, now=clock.now(), **changes
        )
        return _answer(order_id)


class ConfirmView(TenantView):
    """Confirming."""

    required_permissions = {"POST": "orders.write"}

    @extend_schema(
        operation_id="confirm_order", summary="Confirm a sales order", tags=TAGS,
        description="Stock is reserved for all lines or for none. An order over its customer's credit limit goes on "
        "hold instead: look at `state`. Confirming twice changes nothing.",
        request=Confirming, responses=shown(SalesOrderShown), examples=[SALE],
    )  # fmt: skip
    def post(self, request: Request, order_id: UUID) -> Response:
        body = _read(Confirming, request)
        version = named_version(request, body.pop("version", None))
        confirm_order(
            order_id=order_id, version=version, actor=current_scope().actor, now=clock.now(), **body
        )
        return _answer(order_id)


class CancelView(TenantView):
    """Cancelling."""

    required_permissions = {"POST": "orders.write"}

    @extend_schema(
        operation_id="cancel_order", summary="Cancel a sales order", tags=TAGS,
        description="Nothing of it may be shipped or invoiced. Its reservations end. Cancelling twice changes nothing.",
        request=Cancelling, responses=shown(SalesOrderShown), examples=[CANCELLING],
    )  # fmt: skip
    def post(self, request: Request, order_id: UUID) -> Response:
        body = _read(Cancelling, request)
        version = named_version(request, body.pop("version", None))
        cancel_order(order_id=order_id, version=version, actor=current_scope().actor, now=clock.now(), **body)
        return _answer(order_id)


class ShipView(TenantView):
    """Shipping."""

    required_permissions = {"POST": "orders.ship"}

    @extend_schema(
        operation_id="ship_order", summary="Ship some or all of a sales order", tags=TAGS,
        description="What leaves was reserved for the order. Nothing beyond what was ordered leaves.",
        request=NewShipment, responses=created(SalesOrderShown), examples=[NEW_SHIPMENT, SALE],
    )  # fmt: skip
    def post(self, request: Request, order_id: UUID) -> Response:
        body = _read(NewShipment, request)
        version = named_version(request, body.pop("version", None))
        now = clock.now()
        body.setdefault("shipped_on", clock.local_date(now, caller_of(request).tenant.time_zone))
        picks = body.pop("lines")
        ship_order(
            order_id=order_id, picks=picks, version=version, actor=current_scope().actor, now=now, **body
        )
        return _answer(order_id, status=201)


class ReturnView(TenantView):
    """Taking back."""

    required_permissions = {"POST": "orders.ship"}

    @extend_schema(
        operation_id="return_order", summary="Take goods of a sales order back", tags=TAGS,
        description="They count against what may be invoiced.",
        request=NewReturn, responses=created(SalesOrderShown), examples=[NEW_RETURN, SALE],
    )  # fmt: skip
    def post(self, request: Request, order_id: UUID) -> Response:
        body = _read(NewReturn, request)
        version = named_version(request, body.pop("version", None))
        now = clock.now()
        body.setdefault("returned_on", clock.local_date(now, caller_of(request).tenant.time_zone))
        backs = body.pop("lines")
        return_goods(
            order_id=order_id, backs=backs, version=version, actor=current_scope().actor, now=now, **body
        )
        return _answer(order_id, status=201)


def _read(kind: Any, request: Request) -> dict[str, Any]:
    body = kind(data=request.data)
    body.is_valid(raise_exception=True)
    return dict(body.validated_data)


def _source() -> str:
    """Return the road a new order comes by; a key of one customer has a road of its own, as for documents."""
    customer_id = current_scope().customer_id
    return "api" if customer_id is None else f"api {find_customer_code(str(customer_id))}"


def _answer(order_id: UUID, status: int = 200) -> Response:
    order = get_sales_order(order_id)
    headers = {"ETag": etag_of(order.version)}
    if status == 201:
        headers["Location"] = reverse("api-order", args=[order.id])
    return Response(SalesOrderShown(order).data, status=status, headers=headers)
