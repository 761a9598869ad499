"""Suppliers: writes and reads. Where they are paid stands in `banking`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Unpack
from uuid import UUID

from django.db.models import Q, QuerySet

from apps.core.db import write
from apps.core.errors import DomainError, NotFound
from apps.core.scope import Actor
from apps.parties.master_data import (
    PARTY_CHECKS,
    PartyDetails,
    check_party,
    checked,
    lock_record,
    save_changes,
    text,
)
from apps.parties.models import Supplier
from apps.parties.tax_ids import compact
from apps.tenancy.access import check_permission


class SupplierCodeTaken(DomainError):
    """Two suppliers of a tenant never share a code."""

    code = "supplier_code_taken"
    status = 409
    cure = "Choose another code, or change the supplier that has it."


@dataclass(frozen=True)
class SupplierInfo:
    """A supplier as pages and other apps see it."""

    id: UUID
    code: str
    name: str
    country_code: str
    tax_id: str
    net_days: int | None
    discount_days: int | None
    discount_percent: Decimal | None
    status: str
    created_at: datetime
    version: int


def create_supplier(
    *,
    code: str,
    name: str,
    country_code: str,
    actor: Actor,
    now: datetime,
    **details: Unpack[PartyDetails],
) -> Supplier:
    """Create a supplier; `net_days` None = the company's usual terms. Raises SupplierCodeTaken, InputError."""
    values = checked({"name": name, "country_code": country_code, **details}, PARTY_CHECKS)
    check_party(values)
    supplier = Supplier(code=text(64, is_required=True)(code, "code"), created_at=now, **values)
    with write():
        Supplier.objects.bulk_create([supplier], ignore_conflicts=True)
        if not Supplier.objects.filter(id=supplier.id).exists():
            raise SupplierCodeTaken(f"A supplier with the code “{supplier.code}” exists.", field="code")
    return supplier


def change_supplier(
    *, supplier_id: UUID, changes: Mapping[str, Any], actor: Actor, now: datetime, version: int | None = None
) -> Supplier:
    """Change named fields of a supplier. Raises NotFound, StaleVersion, InputError."""
    with write():
        supplier = lock_record(Supplier, supplier_id, version, called="supplier")
        values = checked(changes, PARTY_CHECKS)
        check_party(values, supplier)
        save_changes(supplier, values)
    return supplier


def access_supplier(supplier_id: UUID, *, permission: str = "suppliers.read") -> Supplier:
    """Return a supplier of the open tenant. Raises Forbidden, NotFound."""
    check_permission(permission)
    supplier = Supplier.objects.filter(id=supplier_id).first()
    if supplier is None:
        raise NotFound("There is no such supplier.", field="supplier")
    return supplier


def info_of(supplier: Supplier) -> SupplierInfo:
    """Return what may be shown of a supplier to everybody who may see suppliers."""
    return SupplierInfo(
        supplier.id, supplier.code, supplier.name, supplier.country_code, supplier.tax_id, supplier.net_days,
        supplier.discount_days, supplier.discount_percent, supplier.status, supplier.created_at, supplier.version,
    )  # fmt: skip


def get_supplier(supplier_id: UUID) -> SupplierInfo:
    """Return a supplier of the open tenant. Raises NotFound."""
    supplier = Supplier.objects.filter(id=supplier_id).first()
    if supplier is None:
        raise NotFound("There is no such supplier.", field="supplier")
    return info_of(supplier)


def list_suppliers(*, text: str = "", country_code: str = "", status: str = "") -> QuerySet[Supplier]:
    """Return suppliers whose code, name or tax number contains a text."""
    found = Supplier.objects.all()
    if text:
        number = Q(tax_id__icontains=text) | Q(tax_id__icontains=compact(text) or text)
        found = found.filter(Q(name__icontains=text) | Q(code__icontains=text) | number)
    if country_code:
        found = found.filter(country_code=country_code.upper())
    return found.filter(status=status) if status else found


def find_supplier(code_or_name: str) -> Supplier | None:
    """Return the supplier with this code or tax number, else the only one with this name, else None."""
    found = Supplier.objects.filter(code=code_or_name).first()
    if found is None:
        alike = Q(name__iexact=code_or_name) | Q(tax_id=compact(code_or_name) or code_or_name)
        named = list(Supplier.objects.filter(alike).order_by("id")[:2])
        found = named[0] if len(named) == 1 else None
    return found


def list_supplier_countries() -> list[str]:
    """Return the codes of the countries that the open tenant has suppliers in."""
    codes = Supplier.objects.order_by("country_code").values_list("country_code", flat=True)
    return list(codes.distinct())


def get_supplier_names(ids: set[UUID]) -> dict[UUID, str]:
    """Return names by id."""
    return dict(Supplier.objects.filter(id__in=ids).values_list("id", "name"))
