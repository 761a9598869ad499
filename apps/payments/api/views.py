"""Payments over HTTP."""

from datetime import date
from functools import partial
from typing import ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import clock
from apps.core.api.conditional import etag_of, named_version
from apps.core.api.schema import created, shown
from apps.core.errors import Forbidden
from apps.core.scope import current_scope
from apps.payments.api.examples import ALLOCATIONS, NEW_PAYMENT, PAYMENT, PAYMENT_ROW, PAYMENT_VOIDING
from apps.payments.api.filters import PaymentListFilter
from apps.payments.api.serializers import (
    NewAllocations,
    NewPayment,
    PaymentRow,
    PaymentShown,
    PaymentVoiding,
    parts_of,
    payment_input,
    show_allocations,
)
from apps.payments.models import Payment
from apps.payments.operations import allocate_payment, record_payment, void_payment
from apps.payments.queries import PaymentFilter, get_payment, list_payments
from apps.settlement.queries import list_allocations_of
from apps.tenancy.api.base import TenantListView, TenantView, caller_of, read_fresh

TAGS = ["payments"]
SOURCE = "api"


class PaymentsView(TenantListView):
    """Payments received and made."""

    required_permissions = {"GET": "payments.read", "POST": "payments.write"}
    serializer_class = PaymentRow
    filterset_class = PaymentListFilter
    orderings: ClassVar[dict[str, str]] = {
        "payment_date": "payment_date",
        "amount": "amount_minor",
        "id": "id",
    }
    default_ordering = "-payment_date"

    def get_queryset(self) -> QuerySet[Payment]:
        return list_payments(PaymentFilter()).prefetch_related("item")

    @extend_schema(operation_id="list_payments", summary="List payments", tags=TAGS, examples=[PAYMENT_ROW])
    def get(self, request: Request) -> Response:
        return self.list_page(request)

    @extend_schema(
        operation_id="create_payment", summary="Record a payment", tags=TAGS,
        description="It is posted at once; what its allocations leave stays with the party as an unapplied credit.",
        request=NewPayment, responses=created(PaymentShown), examples=[NEW_PAYMENT, PAYMENT],
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        _refuse_bound_key()
        body = NewPayment(data=request.data)
        body.is_valid(raise_exception=True)
        given = payment_input(body.validated_data, SOURCE)
        made = record_payment(payment=given, actor=current_scope().actor, now=clock.now())
        return _answer(made.id, status=201)


class PaymentView(TenantView):
    """One payment."""

    required_permissions = {"GET": "payments.read"}

    @extend_schema(
        operation_id="get_payment", summary="Read a payment", tags=TAGS, responses=shown(PaymentShown),
        examples=[PAYMENT],
    )  # fmt: skip
    def get(self, request: Request, payment_id: UUID) -> Response:
        return read_fresh(partial(_answer, payment_id))


class PaymentAllocationsView(TenantView):
    """What a payment settles besides."""

    required_permissions = {"POST": "payments.write"}

    @extend_schema(
        operation_id="allocate_payment", summary="Allocate a payment", tags=TAGS,
        description="All of the allocations or none of them.",
        request=NewAllocations, responses=shown(PaymentShown), examples=[ALLOCATIONS, PAYMENT],
    )  # fmt: skip
    def post(self, request: Request, payment_id: UUID) -> Response:
        _refuse_bound_key()
        payment = get_payment(payment_id)
        body = NewAllocations(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        allocate_payment(
            payment_id=payment_id, parts=parts_of(given["allocations"], payment.currency),
            allocated_on=given.get("allocated_on") or _today(request), actor=current_scope().actor, now=clock.now(),
        )  # fmt: skip
        return _answer(payment_id)


class PaymentVoidView(TenantView):
    """Taking a payment back."""

    required_permissions = {"POST": "payments.write"}

    @extend_schema(
        operation_id="void_payment", summary="Void a payment", tags=TAGS,
        description="Its allocations are undone, then its entry is reversed. Voiding twice changes nothing.",
        request=PaymentVoiding, responses=shown(PaymentShown), examples=[PAYMENT_VOIDING],
    )  # fmt: skip
    def post(self, request: Request, payment_id: UUID) -> Response:
        _refuse_bound_key()
        get_payment(payment_id)
        body = PaymentVoiding(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        void_payment(
            payment_id=payment_id, voided_on=given.get("voided_on") or _today(request), reason=given["reason"],
            version=named_version(request, given.get("version")), actor=current_scope().actor, now=clock.now(),
        )  # fmt: skip
        return _answer(payment_id)


def _refuse_bound_key() -> None:
    if current_scope().customer_id is not None:
        raise Forbidden("A key of one customer sees payments and records none.",
                        cure="Use a key of the company.")  # fmt: skip


def _today(request: Request) -> date:
    return clock.local_date(clock.now(), caller_of(request).tenant.time_zone)


def _answer(payment_id: UUID, *, status: int = 200) -> Response:
    payment = get_payment(payment_id)
    found = list_allocations_of([payment.item_id])
    payment.shown_allocations = show_allocations(payment, found)  # type: ignore[attr-defined]
    headers = {"ETag": etag_of(payment.version)}
    if status == 201:
        headers["Location"] = reverse("api-payment", args=[payment.id])
    return Response(PaymentShown(payment).data, status=status, headers=headers)
