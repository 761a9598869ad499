"""The door to a customer: an outside id in, a permitted customer out."""

from uuid import UUID

from apps.core.errors import DomainError, NotFound
from apps.parties.models import Customer
from apps.tenancy.access import check_permission


def access_customer(customer_id: UUID, *, permission: str = "customers.read") -> Customer:
    """Return a customer of the open tenant. Raises Forbidden, NotFound."""
    check_permission(permission)
    customer = Customer.objects.filter(id=customer_id).first()
    if customer is None:
        raise NotFound("There is no such customer.", field="customer")
    return customer


class CustomerNotServed(DomainError):
    """The customer's status allows no new business."""

    code = "customer_not_served"
    cure = "Set the customer active first; their open documents are not touched."


def check_served(customer: Customer) -> None:
    """Raise CustomerNotServed unless new business may be done with a customer."""
    if customer.status != "active":
        said = {"on_hold": "on hold", "closed": "closed"}[customer.status]
        raise CustomerNotServed(f"{customer.name} is {said}.", field="customer")
