"""What was talked about with customers: writes and reads."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from apps.core.db import write
from apps.core.errors import InputError, NotFound
from apps.core.scope import Actor
from apps.parties.master_data import Check, checked, choice_of, lock_record, save_changes, text
from apps.parties.models import CHANNELS, HANDLERS, KINDS, Customer, Interaction
from apps.tenancy.access import check_permission

DAY_OF_MINUTES = 1440
# Clocks differ a little; an interaction of tomorrow is a mistake.
AHEAD = timedelta(minutes=5)


def _minutes(value: Any, field: str) -> int:
    if not 0 <= value <= DAY_OF_MINUTES:
        raise InputError(f"Minutes lie between 0 and {DAY_OF_MINUTES}.", code="out_of_range", field=field)
    return int(value)


CHECKS: dict[str, Check] = {
    "channel": choice_of(CHANNELS),
    "kind": choice_of(KINDS),
    "subject": text(300, is_required=True),
    "handled_by": choice_of(HANDLERS),
    "who": text(200, is_required=True),
    "minutes": _minutes,
}


def record_interaction(
    *,
    customer_id: UUID,
    channel: str,
    kind: str,
    subject: str,
    actor: Actor,
    now: datetime,
    minutes: int = 0,
    handled_by: str = "human",
    who: str = "",
    occurred_at: datetime | None = None,
    is_resolved: bool = False,
) -> Interaction:
    """Write down an interaction; without `who` it was the actor. Raises NotFound, InputError."""
    given = {
        "channel": channel, "kind": kind, "subject": subject, "minutes": minutes, "handled_by": handled_by,
        "who": who or actor.label or "Bulkhead",
    }  # fmt: skip
    at = occurred_at or now
    if at > now + AHEAD:
        raise InputError("An interaction lies in the past.", code="in_the_future", field="occurred_at")
    values = checked(given, CHECKS)
    with write():
        if not Customer.objects.filter(id=customer_id).exists():
            raise NotFound("There is no such customer.", field="customer")
        made = Interaction(
            customer_id=customer_id, occurred_at=at, resolved_at=now if is_resolved else None,
            created_by=actor.id, created_at=now, **values,
        )  # fmt: skip
        made.save(force_insert=True)
    return made


def change_interaction(
    *,
    interaction_id: UUID,
    changes: Mapping[str, Any],
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> Interaction:
    """Change named fields; `is_resolved` closes or opens the interaction. Raises NotFound, StaleVersion, InputError."""
    wanted = dict(changes)
    resolves = wanted.pop("is_resolved", None)
    with write():
        found = lock_record(Interaction, interaction_id, version, called="interaction")
        values = checked(wanted, CHECKS)
        if resolves is not None and bool(resolves) != (found.resolved_at is not None):
            values["resolved_at"] = now if resolves else None
        save_changes(found, values)
    return found


def access_interaction(interaction_id: UUID, *, permission: str = "interactions.read") -> Interaction:
    """Return an interaction of the open tenant. Raises Forbidden, NotFound."""
    check_permission(permission)
    found = Interaction.objects.select_related("customer").filter(id=interaction_id).first()
    if found is None:
        raise NotFound("There is no such interaction.", field="interaction")
    return found


def list_interactions(
    *,
    customer_id: UUID | None = None,
    text: str = "",
    channel: str = "",
    kind: str = "",
    is_open: bool | None = None,
) -> QuerySet[Interaction]:
    """Return interactions with their customer; `is_open` those that are not resolved."""
    found = Interaction.objects.prefetch_related("customer")
    if customer_id:
        found = found.filter(customer_id=customer_id)
    if text:
        found = found.filter(subject__icontains=text)
    if channel:
        found = found.filter(channel=channel)
    if kind:
        found = found.filter(kind=kind)
    return found if is_open is None else found.filter(resolved_at__isnull=is_open)
