"""Reads of tenants, memberships and keys. All go to the shared database's primary: they decide."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connections

from apps.core.db import write_alias
from apps.core.errors import NotFound
from apps.core.fields import decrypt
from apps.tenancy.models import ApiKey, IdempotentAnswer, Membership, RolePermission, User
from apps.tenancy.permissions import PERMISSIONS, ROLES

TENANT_COLUMNS = "tenant_id, slug, name, currency, country_code, time_zone, locale, database"


@dataclass(frozen=True)
class TenantInfo:
    """A tenant as the rest of the house sees it; `database` is the alias its books live under."""

    id: UUID
    slug: str
    name: str
    currency: str
    country_code: str
    time_zone: str
    locale: str
    database: str


@dataclass(frozen=True)
class MembershipInfo:
    """A person's place in a tenant."""

    tenant: TenantInfo
    role: str
    permissions: frozenset[str]


@dataclass(frozen=True)
class KeyInfo:
    """A valid API key; `customer_id` narrows it to one customer."""

    id: UUID
    tenant: TenantInfo
    name: str
    scopes: frozenset[str]
    customer_id: UUID | None
    last_used_at: datetime | None


def list_my_memberships() -> list[MembershipInfo]:
    """Return the memberships of the person in the open scope, by tenant name."""
    with connections["default"].cursor() as cursor:
        cursor.execute(f"select {TENANT_COLUMNS}, role, permissions from tenancy.my_memberships()")
        return [MembershipInfo(TenantInfo(*row[:8]), row[8], frozenset(row[9])) for row in cursor.fetchall()]


def find_api_key(digest: bytes) -> KeyInfo | None:
    """Return the valid key with this digest, or None when it is unknown, expired or revoked."""
    columns = f"{TENANT_COLUMNS}, key_id, key_name, scopes, customer_id, last_used_at"
    with connections["default"].cursor() as cursor:
        cursor.execute(f"select {columns} from tenancy.find_api_key(%s)", [digest])
        row = cursor.fetchone()
    if row is None:
        return None
    return KeyInfo(row[8], TenantInfo(*row[:8]), row[9], frozenset(row[10]), row[11], row[12])


def list_tenants() -> list[TenantInfo]:
    """Return every tenant, for the system's own rounds; a person's or key's scope gets none."""
    with connections["default"].cursor() as cursor:
        cursor.execute(f"select {TENANT_COLUMNS} from tenancy.registry()")
        return [TenantInfo(*row) for row in cursor.fetchall()]


def get_tenant(name: str) -> TenantInfo:
    """Return a tenant by slug or id, for commands. Raises NotFound with the slugs there are."""
    tenants = list_tenants()
    for tenant in tenants:
        if name in (tenant.slug, str(tenant.id)):
            return tenant
    slugs = ", ".join(tenant.slug for tenant in tenants) or "none yet"
    raise NotFound(f"There is no tenant “{name}”.", cure=f"Tenants here: {slugs}.")


@dataclass(frozen=True)
class MemberRow:
    """A member as the members page shows them."""

    id: UUID
    name: str
    email: str
    role: str
    role_label: str
    since: datetime


def list_members() -> list[MemberRow]:
    """Return the open tenant's members by name."""
    rows = Membership.objects.filter(ended_at=None).values_list("id", "user_id", "role", "created_at")
    users = {user.id: user for user in User.objects.filter(id__in=[row[1] for row in rows])}
    labels = dict(Membership._meta.get_field("role").flatchoices)
    members = [
        MemberRow(key, str(users[user]), users[user].email, role, labels[role], since)
        for key, user, role, since in rows
        if user in users
    ]
    return sorted(members, key=lambda member: (member.name.casefold(), member.id))


@dataclass(frozen=True)
class MatrixRow:
    """One permission and which roles have it, in the order of ROLES."""

    permission: str
    label: str
    granted: tuple[bool, ...]


def get_permission_matrix() -> list[MatrixRow]:
    """Return the open tenant's permission matrix."""
    cells = set(RolePermission.objects.values_list("role", "permission"))
    return [
        MatrixRow(permission, label, tuple((role, permission) in cells for role in ROLES))
        for permission, label in PERMISSIONS.items()
    ]


def list_api_keys() -> list[ApiKey]:
    """Return the open tenant's keys, valid ones first, newest first."""
    return list(ApiKey.objects.order_by("revoked_at", "-created_at", "id"))


@dataclass(frozen=True)
class AnswerInfo:
    """An answer that was given to a request with an Idempotency-Key."""

    fingerprint: bytes
    status: int
    body: str
    headers: dict[str, str]


def find_answer(*, principal_id: UUID, key: str) -> AnswerInfo | None:
    """Return the answer that a caller was given for a key, from the primary of the tenant's books, or None."""
    found = IdempotentAnswer.objects.using(write_alias()).filter(principal_id=principal_id, key=key).first()
    if found is None:
        return None
    body = decrypt(found.body, **found.place_of_body())
    return AnswerInfo(bytes(found.fingerprint), found.status, body, found.headers)
