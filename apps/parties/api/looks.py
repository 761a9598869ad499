"""Readings of personal data, recorded before anything is shown."""

from typing import Any

from apps.audit.operations import record_access
from apps.core.api.serializers import Shown
from apps.parties.models import Customer, Supplier


def record_look(party: Customer | Supplier, shown: type[Shown]) -> None:
    """Record that the caller reads how to reach a customer or supplier: which fields of the answer hold something."""
    names: list[str] = list(shown().fields)
    _record(party, [name for name in names if getattr(party, name)])


def record_look_at_people(party: Customer | Supplier, people: list[Any]) -> None:
    """Record that the caller reads how to reach the people at a customer or supplier."""
    if any(person.email or person.phone for person in people):
        _record(party, ["contacts"])


def _record(party: Customer | Supplier, fields: list[str]) -> None:
    subject = f"{party._meta.db_table} {party.id}"
    record_access(kind="personal data", subject=subject, detail={"fields": fields})
