"""Writes of many customers at once, for imports."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from apps.core.db import write
from apps.core.scope import Actor
from apps.parties.models import Customer


@dataclass(frozen=True, slots=True)
class CustomerInput:
    """A customer as a file or generator names it; texts are clean and short already."""

    code: str
    name: str
    country_code: str
    tax_id: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Ensured:
    """Ids by code, and how many of them were not there before."""

    ids: dict[str, UUID]
    made: int


def ensure_customers(*, customers: Sequence[CustomerInput], actor: Actor, now: datetime) -> Ensured:
    """Create the customers whose code is new; leave the others as they are. Returns all their ids by code."""
    codes = {customer.code for customer in customers}
    with write():
        known = _ids(codes)
        missing = [
            Customer(
                code=one.code,
                name=one.name,
                country_code=one.country_code,
                tax_id=one.tax_id,
                email=one.email,
                created_at=now,
            )
            for one in {customer.code: customer for customer in reversed(customers)}.values()
            if one.code not in known
        ]
        # In the order of codes: two writers that make the same customers never wait for each other in a circle.
        missing.sort(key=lambda customer: customer.code)
        Customer.objects.bulk_create(missing, ignore_conflicts=True)
        return Ensured(known | _ids(codes - known.keys()), len(missing))


def _ids(codes: set[str]) -> dict[str, UUID]:
    return dict(Customer.objects.filter(code__in=codes).values_list("code", "id")) if codes else {}
