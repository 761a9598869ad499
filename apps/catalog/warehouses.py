"""Writes and reads of warehouses."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from apps.catalog.models import Warehouse
from apps.core.db import write
from apps.core.errors import DomainError, InputError, NotFound, StaleVersion
from apps.core.scope import Actor
from apps.core.text import clean_text

FIRST_CODE, FIRST_NAME = "MAIN", "Main warehouse"


class WarehouseTaken(DomainError):
    """Two warehouses of a tenant never share a code."""

    code = "warehouse_taken"
    cure = "Choose another code."


def create_warehouse(
    *, code: str, name: str, actor: Actor, now: datetime, is_default: bool = False
) -> Warehouse:
    """Create a warehouse; the first one is the default. Raises WarehouseTaken, InputError."""
    warehouse = Warehouse(
        code=clean_text(code, field="code", limit=32),
        name=clean_text(name, field="name", limit=200),
        created_at=now,
    )
    with write():
        Warehouse.objects.bulk_create([warehouse], ignore_conflicts=True)
        if not Warehouse.objects.filter(id=warehouse.id).exists():
            raise WarehouseTaken(f"A warehouse with the code “{warehouse.code}” exists.", field="code")
        if is_default or not Warehouse.objects.filter(is_default=True).exists():
            _make_default(warehouse)
    return warehouse


def change_warehouse(
    *, warehouse_id: UUID, changes: dict[str, Any], actor: Actor, now: datetime, version: int | None = None
) -> Warehouse:
    """Rename, open or close a warehouse, or make it the default; a closed one takes nothing in.

    The fields are `name`, `is_default` and `is_active`. Raises NotFound, StaleVersion, InputError when the default
    would be closed or left out.
    """
    values = {name: _checked(name, value) for name, value in changes.items()}
    with write():
        warehouse = Warehouse.objects.select_for_update().filter(id=warehouse_id).first()
        if warehouse is None:
            raise NotFound("There is no such warehouse.")
        if version is not None and version != warehouse.version:
            raise StaleVersion("Somebody changed this warehouse after you opened it.")
        changed = [name for name, value in values.items() if getattr(warehouse, name) != value]
        if "is_default" in changed and warehouse.is_default:
            raise InputError("One warehouse is the default.", code="default_needed", field="is_default",
                             cure="Make another one the default instead.")  # fmt: skip
        for name in changed:
            setattr(warehouse, name, values[name])
        if warehouse.is_default and not warehouse.is_active:
            raise InputError("The default warehouse is open.", code="default_closed", field="is_active",
                             cure="Make another one the default first.")  # fmt: skip
        if "is_default" in changed:
            _make_default(warehouse)
        if changed:
            warehouse.version += 1
            warehouse.save(update_fields=["name", "is_active", "version"])
    return warehouse


def _checked(name: str, value: Any) -> Any:
    if name == "name":
        return clean_text(value, field="name", limit=200)
    if name not in {"is_default", "is_active"}:
        raise InputError(f"“{name}” cannot be changed.", code="not_changeable", field=name)
    return bool(value)


def ensure_warehouse(*, actor: Actor, now: datetime) -> Warehouse:
    """Return the default warehouse, made at first use."""
    found = Warehouse.objects.filter(is_default=True).first()
    if found is not None:
        return found
    with write():
        first = Warehouse(code=FIRST_CODE, name=FIRST_NAME, is_default=True, created_at=now)
        # Another writer may make it at the same moment: then theirs is taken.
        Warehouse.objects.bulk_create([first], ignore_conflicts=True)
        found = Warehouse.objects.filter(is_default=True).first()
        if found is None:
            _make_default(found := Warehouse.objects.get(code=FIRST_CODE))
    return found


def list_warehouses(*, text: str = "", is_active: bool | None = None) -> QuerySet[Warehouse]:
    """Return warehouses by a text in code or name."""
    found = Warehouse.objects.all()
    if text:
        found = found.filter(Q(code__icontains=text) | Q(name__icontains=text))
    return found if is_active is None else found.filter(is_active=is_active)


def _make_default(warehouse: Warehouse) -> None:
    Warehouse.objects.filter(is_default=True).exclude(id=warehouse.id).update(is_default=False)
    Warehouse.objects.filter(id=warehouse.id).update(is_default=True)
    warehouse.is_default = True
