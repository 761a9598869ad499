"""The door to a customer: an outside id in, a permitted customer out."""

from uuid import UUID

from apps.core.errors import NotFound
from apps.parties.models import Customer
from apps.tenancy.access import check_permission


def access_customer(customer_id: UUID, *, permission: str = "customers.read") -> Customer:
    """Return a customer of the open tenant. Raises Forbidden, NotFound."""
    check_permission(permission)
    customer = Customer.objects.filter(id=customer_id).first()
    if customer is None:
        raise NotFound("There is no such customer.", field="customer")
    return customer
