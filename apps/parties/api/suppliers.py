"""Suppliers over HTTP. Where they are paid is for people alone: see `banking`."""

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
from apps.core.scope import current_scope, reading_from
from apps.parties.api.examples import NEW_SUPPLIER, SUPPLIER
from apps.parties.api.filters import SupplierFilter
from apps.parties.api.looks import record_look
from apps.parties.api.serializers import NewSupplier, ReachShown, SupplierChanges, SupplierShown
from apps.parties.models import Supplier
from apps.parties.suppliers import access_supplier, change_supplier, create_supplier, list_suppliers
from apps.tenancy.api.base import TenantListView, TenantView, read_fresh

TAGS = ["suppliers"]


class SuppliersView(TenantListView):
    """The company's suppliers."""

    required_permissions = {"GET": "suppliers.read", "POST": "suppliers.write"}
    serializer_class = SupplierShown
    filterset_class = SupplierFilter
    orderings: ClassVar[dict[str, str]] = {"name": "name", "code": "code", "id": "id"}
    default_ordering = "name"

    def get_queryset(self) -> QuerySet[Supplier]:
        return list_suppliers()

    @extend_schema(operation_id="list_suppliers", summary="List suppliers", tags=TAGS, examples=[SUPPLIER])
    def get(self, request: Request) -> Response:
        return self.list_page(request)

    @extend_schema(
        operation_id="create_supplier", summary="Create a supplier", tags=TAGS,
        request=NewSupplier, responses=created(SupplierShown), examples=[NEW_SUPPLIER, SUPPLIER],
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        body = NewSupplier(data=request.data)
        body.is_valid(raise_exception=True)
        supplier = create_supplier(**body.validated_data, actor=current_scope().actor, now=clock.now())
        return _answer(supplier, status=201)


class SupplierView(TenantView):
    """One supplier."""

    required_permissions = {"GET": "suppliers.read", "PATCH": "suppliers.write"}

    @extend_schema(
        operation_id="get_supplier", summary="Read a supplier", tags=TAGS,
        responses=shown(SupplierShown), examples=[SUPPLIER],
    )  # fmt: skip
    def get(self, request: Request, supplier_id: UUID) -> Response:
        return _answer(read_fresh(lambda: access_supplier(supplier_id)))

    @extend_schema(
        operation_id="change_supplier", summary="Change a supplier", tags=TAGS,
        request=SupplierChanges, responses=shown(SupplierShown), examples=[SUPPLIER],
    )  # fmt: skip
    def patch(self, request: Request, supplier_id: UUID) -> Response:
        body = SupplierChanges(data=request.data)
        body.is_valid(raise_exception=True)
        changes = dict(body.validated_data)
        version = expected_version(request, changes.pop("version", None))
        supplier = change_supplier(
            supplier_id=supplier_id, changes=changes, version=version,
            actor=current_scope().actor, now=clock.now(),
        )  # fmt: skip
        return _answer(supplier)


class SupplierContactView(TenantView):
    """How to reach a supplier; each reading is written to the audit log first."""

    required_permissions = {"GET": "suppliers.read"}
    is_versioned = False

    @extend_schema(
        operation_id="get_supplier_contact", summary="Read how to reach a supplier", tags=TAGS,
        description="Personal data: the reading is recorded in the audit log before anything is shown.",
        responses=shown(ReachShown),
    )  # fmt: skip
    def get(self, request: Request, supplier_id: UUID) -> Response:
        with reading_from("primary"):
            supplier = access_supplier(supplier_id)
            record_look(supplier, ReachShown)
            return Response(ReachShown(supplier).data)


def _answer(supplier: Supplier, status: int = 200) -> Response:
    headers = {"ETag": etag_of(supplier.version)}
    if status == 201:
        headers["Location"] = reverse("api-supplier", args=[supplier.id])
    return Response(SupplierShown(supplier).data, status=status, headers=headers)
