"""Writes of many customers or suppliers at once, for imports."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from apps.core.db import write
from apps.core.scope import Actor
from apps.parties.models import Customer, Supplier
from apps.parties.tax_ids import compact_known


@dataclass(frozen=True, slots=True)
class CustomerInput:
    """A customer as a file or generator names it; texts are clean and short already."""

    code: str
    name: str
    country_code: str
    tax_id: str = ""
    email: str = ""
    net_days: int | None = None


@dataclass(frozen=True, slots=True)
class SupplierInput:
    """A supplier as a file or generator names it; texts are clean and short already."""

    code: str
    name: str
    country_code: str
    tax_id: str = ""
    email: str = ""
    net_days: int | None = None


@dataclass(frozen=True, slots=True)
class Ensured:
    """Ids by code, and how many of them were not there before."""

    ids: dict[str, UUID]
    made: int


def ensure_customers(*, customers: Sequence[CustomerInput], actor: Actor, now: datetime) -> Ensured:
    """Create the customers whose code is new; leave the others as they are. Returns all their ids by code."""
    return _ensure(Customer, customers, now)


def ensure_suppliers(*, suppliers: Sequence[SupplierInput], actor: Actor, now: datetime) -> Ensured:
    """Create the suppliers whose code is new; leave the others as they are. Returns all their ids by code."""
    return _ensure(Supplier, suppliers, now)


def _ensure(
    model: type[Customer] | type[Supplier],
    parties: Sequence[CustomerInput | SupplierInput],
    now: datetime,
) -> Ensured:
    codes = {party.code for party in parties}
    with write():
        known = _ids(model, codes)
        missing = [
            _made(model, one, now)
            for one in {party.code: party for party in reversed(parties)}.values()
            if one.code not in known
        ]
        # In the order of codes: two writers that make the same records never wait for each other in a circle.
        missing.sort(key=lambda party: party.code)
        model._default_manager.bulk_create(missing, ignore_conflicts=True)  # type: ignore[arg-type]
        return Ensured(known | _ids(model, codes - known.keys()), len(missing))


def _made(
    model: type[Customer] | type[Supplier], one: CustomerInput | SupplierInput, now: datetime
) -> Customer | Supplier:
    return model(
        code=one.code,
        name=one.name,
        country_code=one.country_code,
        tax_id=compact_known(one.tax_id, one.country_code),
        email=one.email,
        net_days=one.net_days,
        created_at=now,
    )


def _ids(model: type[Customer] | type[Supplier], codes: set[str]) -> dict[str, UUID]:
    found = model._default_manager.filter(code__in=codes).values_list("code", "id")
    return dict(found) if codes else {}
