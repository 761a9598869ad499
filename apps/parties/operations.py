"""Writes of customers."""

from datetime import datetime
from uuid import UUID

from apps.core.countries import check_country
from apps.core.db import write
from apps.core.errors import DomainError, InputError, NotFound, StaleVersion
from apps.core.scope import Actor
from apps.core.text import clean_text
from apps.parties.models import Customer

WALK_IN_CODE = "WALK-IN"
CHANGEABLE = ("name", "country_code", "tax_id", "email")


class CodeTaken(DomainError):
    """Two customers of a tenant never share a code."""

    code = "customer_code_taken"
    status = 409
    cure = "Choose another code, or change the customer that has it."


def create_customer(
    *,
    code: str,
    name: str,
    country_code: str,
    actor: Actor,
    now: datetime,
    tax_id: str = "",
    email: str = "",
) -> Customer:
    """Create a customer. Raises CodeTaken, InputError."""
    customer = Customer(
        code=clean_text(code, field="code", limit=64),
        name=clean_text(name, field="name", limit=300),
        country_code=check_country(country_code),
        tax_id=clean_text(tax_id, field="tax_id", limit=64, required=False),
        email=clean_text(email, field="email", limit=320, required=False),
        created_at=now,
    )
    with write():
        # ON CONFLICT instead of a look ahead: two creators at the same moment get one row and one clear answer.
        Customer.objects.bulk_create([customer], ignore_conflicts=True)
        if not Customer.objects.filter(id=customer.id).exists():
            raise CodeTaken(f"A customer with the code “{customer.code}” exists.", field="code")
    return customer


def change_customer(
    *, customer_id: UUID, changes: dict[str, str], actor: Actor, now: datetime, version: int | None = None
) -> Customer:
    """Change named fields of a customer. Raises NotFound, StaleVersion, InputError."""
    with write():
        customer = Customer.objects.select_for_update().filter(id=customer_id).first()
        if customer is None:
            raise NotFound("There is no such customer.")
        if version is not None and version != customer.version:
            raise StaleVersion("Somebody changed this customer after you opened it.")
        changed = [name for name, value in _checked(changes).items() if _assign(customer, name, value)]
        if changed:
            customer.version += 1
            customer.save(update_fields=[*changed, "version"])
    return customer


def get_walk_in_customer(*, country_code: str, actor: Actor, now: datetime) -> Customer:
    """Return the tenant's walk-in customer, made at the first call."""
    with write():
        walk_in = Customer(
            code=WALK_IN_CODE,
            name="Walk-in customer",
            country_code=country_code,
            is_walk_in=True,
            created_at=now,
        )
        Customer.objects.bulk_create([walk_in], ignore_conflicts=True)
        return Customer.objects.get(is_walk_in=True)


def _checked(changes: dict[str, str]) -> dict[str, str]:
    unknown = sorted(set(changes) - set(CHANGEABLE))
    if unknown:
        raise InputError(f"“{unknown[0]}” cannot be changed.", code="not_changeable", field=unknown[0])
    limits = {"name": 300, "tax_id": 64, "email": 320}
    return {
        name: check_country(value)
        if name == "country_code"
        else clean_text(value, field=name, limit=limits[name], required=name == "name")
        for name, value in changes.items()
    }


def _assign(customer: Customer, name: str, value: str) -> bool:
    if getattr(customer, name) == value:
        return False
    setattr(customer, name, value)
    return True
