"""The people at customers and suppliers over HTTP; each reading of them is written to the audit log first."""

from typing import ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import clock
from apps.core.api.conditional import etag_of, expected_version
from apps.core.api.schema import created, gone, shown
from apps.core.errors import NotFound
from apps.core.scope import current_scope, reading_from
from apps.parties.access import access_customer
from apps.parties.api.looks import record_look_at_people
from apps.parties.api.serializers import NewPerson, PeopleShown, PersonChanges, PersonShown
from apps.parties.contacts import (
    access_contact,
    change_contact,
    create_contact,
    list_contacts,
    remove_contact,
)
from apps.parties.models import Contact, Customer, Supplier
from apps.parties.suppliers import access_supplier
from apps.tenancy.api.base import TenantView

RECORDED = "Personal data: the reading is recorded in the audit log before anything is shown."


class _PeopleView(TenantView):
    is_versioned = False

    def list(self, owner: Customer | Supplier, **owned_by: UUID) -> Response:
        people = list_contacts(**owned_by)
        record_look_at_people(owner, people)
        return Response(PeopleShown({"results": people}).data)

    def add(self, request: Request, **owned_by: UUID) -> Response:
        body = NewPerson(data=request.data)
        body.is_valid(raise_exception=True)
        given = {**body.validated_data, **owned_by}
        contact = create_contact(**given, actor=current_scope().actor, now=clock.now())
        return _answer(contact, 201)


class CustomerPeopleView(_PeopleView):
    """The people at a customer."""

    required_permissions: ClassVar[dict[str, str]] = {"GET": "customers.read", "POST": "customers.write"}

    @extend_schema(operation_id="list_customer_people", summary="List the people at a customer", tags=["customers"],
                   description=RECORDED, responses=shown(PeopleShown))  # fmt: skip
    def get(self, request: Request, customer_id: UUID) -> Response:
        with reading_from("primary"):
            return self.list(access_customer(customer_id), customer_id=customer_id)

    @extend_schema(operation_id="add_customer_person", summary="Add a person at a customer", tags=["customers"],
                   request=NewPerson, responses=created(PersonShown))  # fmt: skip
    def post(self, request: Request, customer_id: UUID) -> Response:
        access_customer(customer_id, permission="customers.write")
        return self.add(request, customer_id=customer_id)


class SupplierPeopleView(_PeopleView):
    """The people at a supplier."""

    required_permissions: ClassVar[dict[str, str]] = {"GET": "suppliers.read", "POST": "suppliers.write"}

    @extend_schema(operation_id="list_supplier_people", summary="List the people at a supplier", tags=["suppliers"],
                   description=RECORDED, responses=shown(PeopleShown))  # fmt: skip
    def get(self, request: Request, supplier_id: UUID) -> Response:
        with reading_from("primary"):
            return self.list(access_supplier(supplier_id), supplier_id=supplier_id)

    @extend_schema(operation_id="add_supplier_person", summary="Add a person at a supplier", tags=["suppliers"],
                   request=NewPerson, responses=created(PersonShown))  # fmt: skip
    def post(self, request: Request, supplier_id: UUID) -> Response:
        access_supplier(supplier_id, permission="suppliers.write")
        return self.add(request, supplier_id=supplier_id)


class CustomerPersonView(TenantView):
    """One person at a customer."""

    http_method_names = [*TenantView.http_method_names, "delete"]
    required_permissions: ClassVar[dict[str, str]] = {"PATCH": "customers.write", "DELETE": "customers.write"}

    @extend_schema(operation_id="change_customer_person", summary="Change a person at a customer", tags=["customers"],
                   request=PersonChanges, responses=shown(PersonShown))  # fmt: skip
    def patch(self, request: Request, customer_id: UUID, person_id: UUID) -> Response:
        return _change(request, _find(person_id, customer_id))

    @extend_schema(operation_id="remove_customer_person", summary="Remove a person at a customer",
                   tags=["customers"], responses=gone())  # fmt: skip
    def delete(self, request: Request, customer_id: UUID, person_id: UUID) -> Response:
        return _remove(request, _find(person_id, customer_id))


class SupplierPersonView(TenantView):
    """One person at a supplier."""

    http_method_names = [*TenantView.http_method_names, "delete"]
    required_permissions: ClassVar[dict[str, str]] = {"PATCH": "suppliers.write", "DELETE": "suppliers.write"}

    @extend_schema(operation_id="change_supplier_person", summary="Change a person at a supplier", tags=["suppliers"],
                   request=PersonChanges, responses=shown(PersonShown))  # fmt: skip
    def patch(self, request: Request, supplier_id: UUID, person_id: UUID) -> Response:
        return _change(request, _find(person_id, supplier_id))

    @extend_schema(operation_id="remove_supplier_person", summary="Remove a person at a supplier",
                   tags=["suppliers"], responses=gone())  # fmt: skip
    def delete(self, request: Request, supplier_id: UUID, person_id: UUID) -> Response:
        return _remove(request, _find(person_id, supplier_id))


def _find(person_id: UUID, owner_id: UUID) -> Contact:
    """Return a person of the owner that the address names. Raises Forbidden, NotFound."""
    contact = access_contact(person_id, writes=True)
    if owner_id not in {contact.customer_id, contact.supplier_id}:
        raise NotFound("There is no such contact.", field="contact")
    return contact


def _change(request: Request, contact: Contact) -> Response:
    body = PersonChanges(data=request.data)
    body.is_valid(raise_exception=True)
    changes = dict(body.validated_data)
    version = expected_version(request, changes.pop("version", None))
    actor, now = current_scope().actor, clock.now()
    return _answer(
        change_contact(contact_id=contact.id, changes=changes, version=version, actor=actor, now=now)
    )


def _remove(request: Request, contact: Contact) -> Response:
    version = expected_version(request)
    remove_contact(contact_id=contact.id, version=version, actor=current_scope().actor, now=clock.now())
    return Response(status=204)


def _answer(contact: Contact, status: int = 200) -> Response:
    return Response(PersonShown(contact).data, status=status, headers={"ETag": etag_of(contact.version)})
