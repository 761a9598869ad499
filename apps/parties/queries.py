"""Reads of customers; those of suppliers stand in `suppliers` and are named here too."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Q, QuerySet

from apps.core.errors import NotFound
from apps.parties.models import Customer
from apps.parties.suppliers import (
    SupplierInfo,
    find_supplier,
    get_supplier,
    get_supplier_names,
    list_supplier_countries,
    list_suppliers,
)
from apps.parties.tax_ids import compact

__all__ = [
    "CustomerInfo", "SupplierInfo", "find_customer", "find_customer_code", "find_supplier", "get_customer",
    "get_customer_names", "get_supplier", "get_supplier_names", "info_of", "list_customer_countries",
    "list_customer_tiers", "list_customers", "list_supplier_countries", "list_suppliers",
]  # fmt: skip


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
    status: str
    tier: str
    net_days: int | None
    discount_days: int | None
    discount_percent: Decimal | None
    credit_limit_minor: int | None
    credit_currency: str


def info_of(customer: Customer) -> CustomerInfo:
    """Return what may be shown of a customer to everybody who may see customers."""
    return CustomerInfo(
        customer.id, customer.code, customer.name, customer.country_code, customer.tax_id,
        customer.is_walk_in, customer.created_at, customer.version, customer.status, customer.tier,
        customer.net_days, customer.discount_days, customer.discount_percent, customer.credit_limit_minor,
        customer.credit_currency,
    )  # fmt: skip


def get_customer(customer_id: UUID) -> CustomerInfo:
    """Return a customer of the open tenant. Raises NotFound."""
    customer = Customer.objects.filter(id=customer_id).first()
    if customer is None:
        raise NotFound("There is no such customer.", field="customer")
    return info_of(customer)


def list_customers(
    *, text: str = "", country_code: str = "", status: str = "", tier: str = ""
) -> QuerySet[Customer]:
    """Return customers whose code, name or tax number contains a text."""
    found = Customer.objects.all()
    if text:
        number = Q(tax_id__icontains=text) | Q(tax_id__icontains=compact(text) or text)
        found = found.filter(Q(name__icontains=text) | Q(code__icontains=text) | number)
    if country_code:
        found = found.filter(country_code=country_code.upper())
    if status:
        found = found.filter(status=status)
    return found.filter(tier=tier) if tier else found


def list_customer_tiers() -> list[str]:
    """Return the tiers that the open tenant's customers are in."""
    tiers = Customer.objects.exclude(tier="").order_by("tier").values_list("tier", flat=True)
    return list(tiers.distinct())


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
