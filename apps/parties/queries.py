"""Reads of customers."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from apps.parties.models import Customer


@dataclass(frozen=True)
class CustomerInfo:
    """A customer as pages and other apps see it."""

    id: UUID
    code: str
    name: str
    country_code: str
    tax_id: str
    is_walk_in: bool
    created_at: datetime
    version: int


def info_of(customer: Customer) -> CustomerInfo:
    """Return what may be shown of a customer to everybody who may see customers."""
    return CustomerInfo(
        customer.id, customer.code, customer.name, customer.country_code, customer.tax_id,
        customer.is_walk_in, customer.created_at, customer.version,
    )  # fmt: skip


def list_customers(*, text: str = "", country_code: str = "") -> QuerySet[Customer]:
    """Return customers whose code, name or tax id contains a text."""
    found = Customer.objects.all()
    if text:
        found = found.filter(Q(name__icontains=text) | Q(code__icontains=text) | Q(tax_id__icontains=text))
    if country_code:
        found = found.filter(country_code=country_code.upper())
    return found


def find_customer(code_or_name: str) -> Customer | None:
    """Return the customer with this code, else the only one with this name, else None."""
    found = Customer.objects.filter(code=code_or_name).first()
    if found is None:
        named = list(Customer.objects.filter(name__iexact=code_or_name).order_by("id")[:2])
        found = named[0] if len(named) == 1 else None
    return found


def find_customer_code(customer_id: str) -> str:
    """Return the code of the customer with an id as an address says it; nothing for what is no customer."""
    try:
        found = Customer.objects.filter(id=UUID(customer_id)).values_list("code", flat=True).first()
    except ValueError:
        return ""
    return found or ""


def list_customer_countries() -> list[str]:
    """Return the codes of the countries that the open tenant has customers in."""
    codes = Customer.objects.order_by("country_code").values_list("country_code", flat=True)
    return list(codes.distinct())


def get_customer_names(ids: set[UUID]) -> dict[UUID, str]:
    """Return names by id, for pages that show figures of a read model."""
    return dict(Customer.objects.filter(id__in=ids).values_list("id", "name"))
