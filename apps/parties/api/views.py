"""Customers over HTTP."""

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
from apps.parties.access import access_customer
from apps.parties.api.examples import CUSTOMER, NEW_CUSTOMER
from apps.parties.api.filters import CustomerFilter
from apps.parties.api.looks import record_look
from apps.parties.api.serializers import ContactShown, CustomerChanges, CustomerShown, NewCustomer
from apps.parties.api.values import customer_values
from apps.parties.models import Customer
from apps.parties.operations import change_customer, create_customer
from apps.parties.queries import list_customers
from apps.tenancy.api.base import TenantListView, TenantView, read_fresh

TAGS = ["customers"]


class CustomersView(TenantListView):
    """The company's customers."""

    required_permissions = {"GET": "customers.read", "POST": "customers.write"}
    serializer_class = CustomerShown
    filterset_class = CustomerFilter
    orderings: ClassVar[dict[str, str]] = {"name": "name", "code": "code", "id": "id"}
    default_ordering = "name"

    def get_queryset(self) -> QuerySet[Customer]:
        return list_customers()

    @extend_schema(operation_id="list_customers", summary="List customers", tags=TAGS, examples=[CUSTOMER])
    def get(self, request: Request) -> Response:
        return self.list_page(request)

    @extend_schema(
        operation_id="create_customer", summary="Create a customer", tags=TAGS,
        request=NewCustomer, responses=created(CustomerShown), examples=[NEW_CUSTOMER, CUSTOMER],
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        body = NewCustomer(data=request.data)
        body.is_valid(raise_exception=True)
        customer = create_customer(
            **customer_values(body.validated_data), actor=current_scope().actor, now=clock.now()
        )
        return _answer(customer, status=201)


class CustomerView(TenantView):
    """One customer."""

    required_permissions = {"GET": "customers.read", "PATCH": "customers.write"}

    @extend_schema(
        operation_id="get_customer", summary="Read a customer", tags=TAGS,
        responses=shown(CustomerShown), examples=[CUSTOMER],
    )  # fmt: skip
    def get(self, request: Request, customer_id: UUID) -> Response:
        return _answer(read_fresh(lambda: access_customer(customer_id)))

    @extend_schema(
        operation_id="change_customer", summary="Change a customer", tags=TAGS,
        request=CustomerChanges, responses=shown(CustomerShown), examples=[CUSTOMER],
    )  # fmt: skip
    def patch(self, request: Request, customer_id: UUID) -> Response:
        body = CustomerChanges(data=request.data)
        body.is_valid(raise_exception=True)
        changes = dict(body.validated_data)
        version = expected_version(request, changes.pop("version", None))
        present = access_customer(customer_id, permission="customers.write")
        customer = change_customer(
            customer_id=customer_id,
            changes=customer_values(changes, present),
            version=version,
            actor=current_scope().actor,
            now=clock.now(),
        )
        return _answer(customer)


class CustomerContactView(TenantView):
    """The personal data of a customer; each reading is written to the audit log first."""

    required_permissions = {"GET": "customers.read"}
    is_versioned = False

    @extend_schema(
        operation_id="get_customer_contact", summary="Read how to reach a customer", tags=TAGS,
        description="Personal data: the reading is recorded in the audit log before anything is shown.",
        responses=shown(ContactShown),
    )  # fmt: skip
    def get(self, request: Request, customer_id: UUID) -> Response:
        with reading_from("primary"):
            customer = access_customer(customer_id)
            record_look(customer, ContactShown)
            return Response(ContactShown(customer).data)


def _answer(customer: Customer, status: int = 200) -> Response:
    headers = {"ETag": etag_of(customer.version)}
    if status == 201:
        headers["Location"] = reverse("api-customer", args=[customer.id])
    return Response(CustomerShown(customer).data, status=status, headers=headers)
