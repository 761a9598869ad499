"""Who may decide in the open tenant: its members by role, and who stands behind an API key."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from apps.approvals.rules import Person
from apps.core.clock import local_date
from apps.core.scope import current_tenant_id
from apps.tenancy.models import ApiKey, Membership, Tenant, User
from apps.tenancy.permissions import ROLE_LABELS


def list_people() -> list[Person]:
    """Return the open tenant's members."""
    rows = Membership.objects.filter(ended_at=None).order_by("created_at", "id")
    return [Person(user, role) for user, role in rows.values_list("user_id", "role")]


def find_people(ids: Collection[UUID]) -> dict[UUID, Person]:
    """Return members by id; who has left is not among them."""
    rows = Membership.objects.filter(ended_at=None, user_id__in=ids).values_list("user_id", "role")
    return {user: Person(user, role) for user, role in rows}


def names_of_people(ids: Collection[UUID]) -> dict[UUID, str]:
    """Return names by id, also of API keys and of people who have left; others are left out."""
    wanted = set(ids)
    names = {user.id: str(user) for user in User.objects.filter(id__in=wanted)} if wanted else {}
    missing = wanted - set(names)
    return names | (dict(ApiKey.objects.filter(id__in=missing).values_list("id", "name")) if missing else {})


def person_behind(actor_id: UUID) -> UUID:
    """Return who answers for what an actor did: the person who made a key, else the actor."""
    maker = ApiKey.objects.filter(id=actor_id).values_list("created_by", flat=True).first()
    return maker or actor_id


def today_at(now: datetime) -> date:
    """Return the day in the open tenant's time zone."""
    zone = Tenant.objects.filter(id=current_tenant_id()).values_list("time_zone", flat=True).first()
    return local_date(now, zone or "UTC")


def say_approver(name: str, names: dict[UUID, str]) -> str:
    """Return an approver as a policy writes it, in words."""
    kind, _, key = name.partition(":")
    if kind == "role":
        return ROLE_LABELS.get(key, key)
    try:
        return names.get(UUID(key), "Somebody who has left")
    except ValueError:
        return key


def ids_in(approvers: Collection[str]) -> set[UUID]:
    """Return the ids of the people among approvers."""
    return {UUID(name.removeprefix("person:")) for name in approvers if name.startswith("person:")}
