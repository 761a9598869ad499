"""Many customers in one request, and customers in the place of their ids."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import clock
from apps.core.scope import current_scope
from apps.parties.api.serializers import CustomerShown, NewCustomer
from apps.parties.api.values import customer_values
from apps.parties.models import Customer
from apps.parties.operations import create_customer
from apps.tenancy.api.bulk import BulkView, bulk_answer, bulk_request
from apps.tenancy.api.shape import Expansion, Shape


class BulkCustomersView(BulkView):
    """Customers, one by one."""

    required_permissions = {"POST": "customers.write"}
    item = NewCustomer

    @extend_schema(
        operation_id="create_customers", summary="Create many customers", tags=["customers"],
        request=bulk_request(NewCustomer), responses=bulk_answer(CustomerShown),
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        return self.answer(request)

    def perform(self, given: dict[str, Any]) -> dict[str, Any]:
        customer = create_customer(**customer_values(given), actor=current_scope().actor, now=clock.now())
        return dict(CustomerShown(customer).data)


def _load(ids: Collection[UUID]) -> dict[str, Shape]:
    found = Customer.objects.filter(id__in=ids)
    return {str(customer.id): dict(CustomerShown(customer).data) for customer in found}


CUSTOMER = Expansion("customers.read", _load)
