"""The people at customers and suppliers: writes and reads."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet

from apps.core.db import write
from apps.core.errors import InputError, NotFound
from apps.core.scope import Actor
from apps.parties.master_data import Check, checked, email, lock_record, phone, save_changes, text
from apps.parties.models import Contact, Customer, Supplier
from apps.tenancy.access import check_permission, may

CHECKS: dict[str, Check] = {
    "name": text(200, is_required=True),
    "role": text(100),
    "email": email,
    "phone": phone,
    "is_primary": lambda value, _: bool(value),
}


def create_contact(
    *,
    name: str,
    actor: Actor,
    now: datetime,
    customer_id: UUID | None = None,
    supplier_id: UUID | None = None,
    role: str = "",
    email: str = "",
    phone: str = "",
    is_primary: bool = False,
) -> Contact:
    """Create a contact of a customer or supplier; a new primary one takes the old one's place. Raises InputError."""
    given = {"name": name, "role": role, "email": email, "phone": phone, "is_primary": is_primary}
    with write():
        _lock_owner(customer_id, supplier_id)
        contact = Contact(
            customer_id=customer_id, supplier_id=supplier_id, created_at=now, **checked(given, CHECKS)
        )
        if contact.is_primary:
            _take_primary(contact)
        contact.save(force_insert=True)
    return contact


def change_contact(
    *, contact_id: UUID, changes: Mapping[str, Any], actor: Actor, now: datetime, version: int | None = None
) -> Contact:
    """Change named fields of a contact. Raises NotFound, StaleVersion, InputError."""
    with write():
        seen = Contact.objects.filter(id=contact_id).first()
        if seen is None:
            raise NotFound("There is no such contact.")
        _lock_owner(seen.customer_id, seen.supplier_id)
        contact = lock_record(Contact, contact_id, version, called="contact")
        values = checked(changes, CHECKS)
        if values.get("is_primary") and not contact.is_primary:
            _take_primary(contact)
        save_changes(contact, values)
    return contact


def remove_contact(*, contact_id: UUID, actor: Actor, now: datetime, version: int | None = None) -> None:
    """Remove a contact; what they did stays in the log. Raises NotFound, StaleVersion."""
    with write():
        lock_record(Contact, contact_id, version, called="contact").delete()


def access_contact(contact_id: UUID, *, writes: bool = False) -> Contact:
    """Return a contact to who may see, or change, its customer or supplier. Raises Forbidden, NotFound."""
    verb = "write" if writes else "read"
    if not may(f"suppliers.{verb}"):
        check_permission(f"customers.{verb}")
    contact = Contact.objects.filter(id=contact_id).first()
    if contact is None:
        raise NotFound("There is no such contact.", field="contact")
    check_permission(f"{'customers' if contact.customer_id else 'suppliers'}.{verb}")
    return contact


def list_contacts(*, customer_id: UUID | None = None, supplier_id: UUID | None = None) -> list[Contact]:
    """Return the contacts of a customer or supplier, the primary one first."""
    return list(_of(customer_id, supplier_id).order_by("-is_primary", "name", "id"))


def _of(customer_id: UUID | None, supplier_id: UUID | None) -> QuerySet[Contact]:
    if customer_id is not None:
        return Contact.objects.filter(customer_id=customer_id)
    assert supplier_id is not None
    return Contact.objects.filter(supplier_id=supplier_id)


def _lock_owner(customer_id: UUID | None, supplier_id: UUID | None) -> None:
    """Let one write at a time choose the primary contact. Raises NotFound, InputError."""
    if (customer_id is None) == (supplier_id is None):
        raise InputError("A contact belongs to one customer or one supplier.", field="customer")
    if customer_id:
        lock_record(Customer, customer_id, None, called="customer")
    else:
        assert supplier_id is not None
        lock_record(Supplier, supplier_id, None, called="supplier")


def _take_primary(contact: Contact) -> None:
    """Let a contact be the primary one: whoever was is no longer."""
    others = _of(contact.customer_id, contact.supplier_id).exclude(id=contact.id)
    others.filter(is_primary=True).update(is_primary=False, version=F("version") + 1)
