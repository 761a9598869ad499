"""Manufacturers: writes and reads."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from apps.core.countries import check_country
from apps.core.db import write
from apps.core.errors import DomainError, NotFound
from apps.core.scope import Actor
from apps.parties.master_data import Check, checked, choice_of, lock_record, save_changes, text
from apps.parties.models import Manufacturer
from apps.tenancy.access import check_permission

STATES = {"active": "Active", "closed": "Closed"}
CHECKS: dict[str, Check] = {
    "name": text(300, is_required=True),
    "country_code": lambda value, _: check_country(value),
    "status": choice_of(STATES),
}


class ManufacturerCodeTaken(DomainError):
    """Two manufacturers of a tenant never share a code."""

    code = "manufacturer_code_taken"
    status = 409
    cure = "Choose another code, or change the manufacturer that has it."


def create_manufacturer(
    *, code: str, name: str, country_code: str, actor: Actor, now: datetime, status: str = "active"
) -> Manufacturer:
    """Create a manufacturer. Raises ManufacturerCodeTaken, InputError."""
    values = checked({"name": name, "country_code": country_code, "status": status}, CHECKS)
    made = Manufacturer(code=text(64, is_required=True)(code, "code"), created_at=now, **values)
    with write():
        Manufacturer.objects.bulk_create([made], ignore_conflicts=True)
        if not Manufacturer.objects.filter(id=made.id).exists():
            raise ManufacturerCodeTaken(f"A manufacturer with the code “{made.code}” exists.", field="code")
    return made


def change_manufacturer(
    *,
    manufacturer_id: UUID,
    changes: Mapping[str, Any],
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> Manufacturer:
    """Change named fields of a manufacturer. Raises NotFound, StaleVersion, InputError."""
    with write():
        found = lock_record(Manufacturer, manufacturer_id, version, called="manufacturer")
        save_changes(found, checked(changes, CHECKS))
    return found


def access_manufacturer(manufacturer_id: UUID, *, permission: str = "suppliers.read") -> Manufacturer:
    """Return a manufacturer of the open tenant. Raises Forbidden, NotFound."""
    check_permission(permission)
    found = Manufacturer.objects.filter(id=manufacturer_id).first()
    if found is None:
        raise NotFound("There is no such manufacturer.", field="manufacturer")
    return found


def list_manufacturers(*, text: str = "", status: str = "") -> QuerySet[Manufacturer]:
    """Return manufacturers whose code or name contains a text."""
    found = Manufacturer.objects.all()
    if text:
        found = found.filter(Q(name__icontains=text) | Q(code__icontains=text))
    return found.filter(status=status) if status else found
