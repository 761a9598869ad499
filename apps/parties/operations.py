"""Writes of customers."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Unpack
from uuid import UUID

from apps.core.db import write
from apps.core.errors import DomainError, InputError
from apps.core.money import exponent
from apps.core.scope import Actor
from apps.parties.master_data import (
    MAX_LIMIT,
    PARTY_CHECKS,
    Check,
    PartyDetails,
    check_party,
    checked,
    lock_record,
    save_changes,
    text,
)
from apps.parties.models import Customer

WALK_IN_CODE = "WALK-IN"


class CodeTaken(DomainError):
    """Two customers of a tenant never share a code."""

    code = "customer_code_taken"
    status = 409
    cure = "Choose another code, or change the customer that has it."


def _limit(value: Any, field: str) -> int | None:
    if value is not None and not 0 <= value <= MAX_LIMIT:
        raise InputError("A credit limit is an amount of 0 or more.", code="out_of_range", field=field)
    return None if value is None else int(value)


def _currency(value: Any, field: str) -> str:
    found = str(value or "").strip().upper()
    try:
        if found:
            exponent(found)
    except InputError as error:
        raise InputError(error.message, code=error.code, field=field) from None
    return found


def _tier(value: Any, field: str) -> str:
    return str(text(40)(value, field)).lower()


CHECKS: dict[str, Check] = {
    **PARTY_CHECKS,
    "tier": _tier,
    "credit_limit_minor": _limit,
    "credit_currency": _currency,
    "delivery_address": text(500, lines=True),
}
CHANGEABLE = tuple(CHECKS)


class CustomerDetails(PartyDetails, total=False):
    """What may be said of a customer besides code, name and country."""

    tier: str
    credit_limit_minor: int | None
    credit_currency: str
    delivery_address: str


def create_customer(
    *,
    code: str,
    name: str,
    country_code: str,
    actor: Actor,
    now: datetime,
    **details: Unpack[CustomerDetails],
) -> Customer:
    """Create a customer; `net_days` None = the company's usual terms. Raises CodeTaken, InputError."""
    values = checked({"name": name, "country_code": country_code, **details}, CHECKS)
    _check_together(values)
    customer = Customer(code=text(64, is_required=True)(code, "code"), created_at=now, **values)
    if customer.code.upper() == WALK_IN_CODE:
        raise CodeTaken(f"The code “{WALK_IN_CODE}” is kept for the walk-in customer.", field="code")
    with write():
        # ON CONFLICT instead of a look ahead: two creators at the same moment get one row and one clear answer.
        Customer.objects.bulk_create([customer], ignore_conflicts=True)
        if not Customer.objects.filter(id=customer.id).exists():
            raise CodeTaken(f"A customer with the code “{customer.code}” exists.", field="code")
    return customer


def change_customer(
    *, customer_id: UUID, changes: Mapping[str, Any], actor: Actor, now: datetime, version: int | None = None
) -> Customer:
    """Change named fields of a customer. Raises NotFound, StaleVersion, InputError."""
    with write():
        customer = lock_record(Customer, customer_id, version, called="customer")
        values = checked(changes, CHECKS)
        _check_together(values, customer)
        save_changes(customer, values)
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


def _check_together(values: dict[str, Any], present: Customer | None = None) -> None:
    check_party(values, present)
    limit = values.get("credit_limit_minor", present.credit_limit_minor if present else None)
    currency = values.get("credit_currency", present.credit_currency if present else "")
    if limit is None and currency:
        # A currency that stands there alone says nothing: forms fill it in before anybody names a limit.
        values["credit_currency"] = ""
    if limit is not None and not currency:
        raise InputError(
            "A credit limit needs its currency.",
            code="missing",
            field="credit_currency",
            cure="Write three letters, as GBP.",
        )
