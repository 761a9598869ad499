"""Purchase orders and receipts over HTTP. A key of one customer sees none of them."""

from collections.abc import Callable
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
from apps.core.money import to_minor
from apps.core.scope import current_scope
from apps.orders.access import access_purchase_order, access_receipt
from apps.orders.api.examples import NEW_PURCHASE, NEW_RECEIPT, PURCHASE, PURCHASE_ROW, REASON, RECEIPT_ROW
from apps.orders.api.filters import PurchaseOrderFilter, ReceiptFilter
from apps.orders.api.purchase_serializers import (
    NewPurchaseOrder,
    NewReceipt,
    PurchaseOrderChanges,
    PurchaseOrderRow,
    PurchaseOrderShown,
    Reasoned,
    ReceiptRow,
    Reversing,
    Versioned,
)
from apps.orders.models import PurchaseOrder, Receipt
from apps.orders.operations import (
    cancel_purchase_order,
    change_purchase_order,
    close_purchase_order,
    create_purchase_order,
    receive_goods,
    reverse_receipt,
    send_purchase_order,
    submit_purchase_order,
)
from apps.orders.queries import PurchaseFilter, get_purchase_order, list_purchase_orders, list_receipts
from apps.tenancy.api.base import TenantListView, TenantView, caller_of, read_fresh

TAGS = ["purchase orders"]


class PurchaseOrdersView(TenantListView):
    """Purchase orders."""

    required_permissions = {"GET": "purchasing.read", "POST": "purchasing.write"}
    serializer_class = PurchaseOrderRow
    filterset_class = PurchaseOrderFilter
    orderings: ClassVar[dict[str, str]] = {"order_date": "order_date", "total": "total_minor", "id": "id"}
    default_ordering = "-order_date"

    def get_queryset(self) -> QuerySet[PurchaseOrder]:
        return list_purchase_orders(PurchaseFilter()).prefetch_related("supplier")

    @extend_schema(
        operation_id="list_purchase_orders",
        summary="List purchase orders",
        tags=TAGS,
        examples=[PURCHASE_ROW],
    )
    def get(self, request: Request) -> Response:
        return self.list_page(request)

    @extend_schema(
        operation_id="create_purchase_order", summary="Create a draft of a purchase order", tags=TAGS,
        request=NewPurchaseOrder, responses=created(PurchaseOrderShown), examples=[NEW_PURCHASE, PURCHASE],
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        body = _read(NewPurchaseOrder, request)
        if "freight" in body:
            body["freight_minor"] = to_minor(body.pop("freight"), body["currency"])
        order = create_purchase_order(**body, source="api", actor=current_scope().actor, now=clock.now())
        return _answer(order.id, status=201)


class PurchaseOrderView(TenantView):
    """One purchase order."""

    required_permissions = {"GET": "purchasing.read", "PATCH": "purchasing.write"}

    @extend_schema(
        operation_id="get_purchase_order", summary="Read a purchase order", tags=TAGS,
        responses=shown(PurchaseOrderShown), examples=[PURCHASE],
    )  # fmt: skip
    def get(self, request: Request, order_id: UUID) -> Response:
        return read_fresh(partial(_answer, order_id))

    @extend_schema(
        operation_id="change_purchase_order", summary="Change a purchase order that is not sent", tags=TAGS,
        description="When a fact changes, the order is a draft again and its approval is void.",
        request=PurchaseOrderChanges, responses=shown(PurchaseOrderShown), examples=[PURCHASE],
    )  # fmt: skip
    def patch(self, request: Request, order_id: UUID) -> Response:
        changes = _read(PurchaseOrderChanges, request)
        version = expected_version(request, changes.pop("version", None))
        if "freight" in changes:
            currency = access_purchase_order(order_id, permission="purchasing.write").currency
            changes["freight_minor"] = to_minor(changes.pop("freight"), currency)
        change_purchase_order(
            order_id=order_id, version=version, actor=current_scope().actor, now=clock.now(), **changes
        )
        return _answer(order_id)


class _ActView(TenantView):
    """An act on a purchase order without a reason."""

    required_permissions = {"POST": "purchasing.write"}
    work: ClassVar[Callable[..., Any]]

    def act(self, request: Request, order_id: UUID, kind: Any) -> Response:
        """Do it at the version that the caller names."""
        body = _read(kind, request)
        version = named_version(request, body.pop("version", None))
        type(self).work(
            order_id=order_id, version=version, actor=current_scope().actor, now=clock.now(), **body
        )
        return _answer(order_id)


class SubmitView(_ActView):
    """Asking for approval."""

    work = staticmethod(submit_purchase_order)

    @extend_schema(
        operation_id="submit_purchase_order", summary="Ask for a purchase order's approval", tags=TAGS,
        description="Where no policy wants one, the order is approved at once.",
        request=Versioned, responses=shown(PurchaseOrderShown), examples=[PURCHASE],
    )  # fmt: skip
    def post(self, request: Request, order_id: UUID) -> Response:
        return self.act(request, order_id, Versioned)


class SendView(_ActView):
    """Sending."""

    work = staticmethod(send_purchase_order)

    @extend_schema(
        operation_id="send_purchase_order", summary="Say that an approved purchase order was sent", tags=TAGS,
        description="Its goods are expected from now on. Sending twice changes nothing.",
        request=Versioned, responses=shown(PurchaseOrderShown), examples=[PURCHASE],
    )  # fmt: skip
    def post(self, request: Request, order_id: UUID) -> Response:
        return self.act(request, order_id, Versioned)


class ClosePurchaseView(_ActView):
    """Closing."""

    work = staticmethod(close_purchase_order)

    @extend_schema(
        operation_id="close_purchase_order", summary="Close a purchase order", tags=TAGS,
        description="What has not come is not expected any more.",
        request=Reasoned, responses=shown(PurchaseOrderShown), examples=[REASON],
    )  # fmt: skip
    def post(self, request: Request, order_id: UUID) -> Response:
        return self.act(request, order_id, Reasoned)


class CancelPurchaseView(_ActView):
    """Cancelling."""

    work = staticmethod(cancel_purchase_order)

    @extend_schema(
        operation_id="cancel_purchase_order", summary="Cancel a purchase order", tags=TAGS,
        description="Nothing of it may have come. Cancelling twice changes nothing.",
        request=Reasoned, responses=shown(PurchaseOrderShown), examples=[REASON],
    )  # fmt: skip
    def post(self, request: Request, order_id: UUID) -> Response:
        return self.act(request, order_id, Reasoned)


class ReceiptsView(TenantListView):
    """Receipts of purchase orders."""

    required_permissions = {"GET": "purchasing.read", "POST": "purchasing.receive"}
    serializer_class = ReceiptRow
    filterset_class = ReceiptFilter
    orderings: ClassVar[dict[str, str]] = {"received_on": "received_on", "id": "id"}
    default_ordering = "-received_on"

    def get_queryset(self) -> QuerySet[Receipt]:
        return list_receipts()

    @extend_schema(operation_id="list_receipts", summary="List receipts", tags=TAGS, examples=[RECEIPT_ROW])
    def get(self, request: Request) -> Response:
        return self.list_page(request)

    @extend_schema(
        operation_id="create_receipt", summary="Receive goods of a purchase order", tags=TAGS,
        description="What goes into stock is what was received and not rejected, at the order's price.",
        request=NewReceipt, responses=created(PurchaseOrderShown), examples=[NEW_RECEIPT, PURCHASE],
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        body = _read(NewReceipt, request)
        now = clock.now()
        body.setdefault("received_on", clock.local_date(now, caller_of(request).tenant.time_zone))
        receive_goods(**body, actor=current_scope().actor, now=now)
        return _answer(body["order_id"], status=201)


class ReverseReceiptView(TenantView):
    """Taking a receipt back."""

    required_permissions = {"POST": "purchasing.receive"}

    @extend_schema(
        operation_id="reverse_receipt", summary="Take a receipt back", tags=TAGS,
        description="What it brought leaves stock and is expected again. Doing it twice changes nothing.",
        request=Reversing, responses=shown(PurchaseOrderShown), examples=[REASON],
    )  # fmt: skip
    def post(self, request: Request, receipt_id: UUID) -> Response:
        receipt = access_receipt(receipt_id, permission="purchasing.receive")
        body = _read(Reversing, request)
        now = clock.now()
        body.setdefault("received_on", clock.local_date(now, caller_of(request).tenant.time_zone))
        reverse_receipt(receipt_id=receipt_id, actor=current_scope().actor, now=now, **body)
        return _answer(receipt.order_id)


def _read(kind: Any, request: Request) -> dict[str, Any]:
    body = kind(data=request.data)
    body.is_valid(raise_exception=True)
    return dict(body.validated_data)


def _answer(order_id: UUID, status: int = 200) -> Response:
    order = get_purchase_order(order_id)
    headers = {"ETag": etag_of(order.version)}
    if status == 201:
        headers["Location"] = reverse("api-purchase-order", args=[order.id])
    return Response(PurchaseOrderShown(order).data, status=status, headers=headers)
