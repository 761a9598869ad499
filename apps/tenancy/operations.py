"""Writes of tenants, people, memberships, roles and API keys."""

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from apps.core.db import write
from apps.core.errors import DomainError, InputError, NotFound, StaleVersion
from apps.core.fields import encrypt
from apps.core.ids import new_id
from apps.core.scope import Actor, tenant_scope
from apps.tenancy.models import ApiKey, IdempotentAnswer, Membership, RolePermission, Tenant, User
from apps.tenancy.permissions import KEY_SCOPES, PERMISSIONS, ROLES

KEY_PREFIX = "bh_"
# Without these nobody could give them back.
LOCKED_CELLS = frozenset({("admin", "roles.manage"), ("admin", "members.manage")})


class LastAdmin(DomainError):
    """A tenant without an admin could never be repaired from inside."""

    code = "last_admin"
    cure = "Give somebody else the Admin role first."


def create_tenant(
    *,
    slug: str,
    name: str,
    currency: str,
    country: str,
    time_zone: str,
    locale: str,
    actor: Actor,
    now: datetime,
    database: str = "default",
    tenant_id: UUID | None = None,
) -> Tenant:
    """Create a tenant with the roles every tenant starts with. Raises InputError when the slug is taken."""
    tenant = Tenant(
        id=tenant_id or new_id(), slug=slug, name=name, currency=currency, country_code=country,
        time_zone=time_zone, locale=locale, database=database, created_at=now,
    )  # fmt: skip
    with tenant_scope(tenant.id, actor), transaction.atomic(using="default"):
        if Tenant.objects.filter(slug=slug).exists():
            raise InputError(f"The name “{slug}” is taken.", code="slug_taken", field="slug")
        tenant.save(force_insert=True)
        RolePermission.objects.bulk_create(
            RolePermission(role=role, permission=permission)
            for role, permissions in ROLES.items()
            for permission in sorted(permissions)
        )
    return tenant


def create_user(*, email: str, name: str, password: str, actor: Actor, now: datetime) -> User:
    """Create a person who can sign in, or return the one with this address (their password stays)."""
    existing = User.objects.filter(email__iexact=email).first()
    if existing is not None:
        return existing
    user = User(email=email.lower(), name=name)
    user.set_password(password)
    user.save(force_insert=True)
    return user


def add_member(*, user: User, role: str, actor: Actor, now: datetime) -> Membership:
    """Give a person a role in the open tenant; their earlier role there ends."""
    _known_role(role)
    with transaction.atomic(using="default"):
        current = Membership.objects.select_for_update().filter(user=user, ended_at=None).first()
        if current is not None:
            return change_member_role(membership_id=current.id, role=role, actor=actor, now=now)
        return Membership.objects.create(user=user, role=role, created_at=now)


def change_member_role(*, membership_id: UUID, role: str, actor: Actor, now: datetime) -> Membership:
    """Change a member's role from now on. Raises NotFound, InputError, LastAdmin."""
    _known_role(role)
    with transaction.atomic(using="default"):
        membership = _lock_membership(membership_id)
        if membership.role == role:
            return membership
        _keep_an_admin(membership)
        membership.role = role
        membership.save(update_fields=["role"])
    return membership


def end_membership(*, membership_id: UUID, actor: Actor, now: datetime) -> Membership:
    """End a membership: the person's next request finds no way in. Raises NotFound, LastAdmin."""
    with transaction.atomic(using="default"):
        membership = _lock_membership(membership_id)
        _keep_an_admin(membership)
        membership.ended_at = now
        membership.save(update_fields=["ended_at"])
    return membership


def set_role_permission(*, role: str, permission: str, granted: bool, actor: Actor, now: datetime) -> None:
    """Set one cell of the open tenant's matrix. The Admin role keeps managing roles and members."""
    _known_role(role)
    if permission not in PERMISSIONS:
        raise InputError(
            f"There is no permission “{permission}”.", code="unknown_permission", field="permission"
        )
    if (role, permission) in LOCKED_CELLS and not granted:
        raise LastAdmin("The Admin role keeps this permission: without it nobody could give it back.")
    with transaction.atomic(using="default"):
        if granted:
            RolePermission.objects.get_or_create(role=role, permission=permission)
        else:
            RolePermission.objects.filter(role=role, permission=permission).delete()


def set_role_permissions(
    *, granted: Collection[tuple[str, str]], seen: Collection[tuple[str, str]], actor: Actor, now: datetime
) -> int:
    """Set the open tenant's whole matrix to the granted (role, permission) cells; return how many changed.

    `seen` is the matrix that the change was made from. Raises StaleVersion when it is no longer the present one,
    LastAdmin, InputError.
    """
    with transaction.atomic(using="default"):
        # One row lock serialises the editors: two who save at once do not mix their matrices.
        list(Membership.objects.select_for_update().filter(ended_at=None).order_by("id"))
        present = set(RolePermission.objects.values_list("role", "permission"))
        if present != set(seen):
            raise StaleVersion("Somebody changed the permissions after you opened this page.")
        changed = sorted(present ^ set(granted))
        for role, permission in changed:
            is_granted = (role, permission) not in present
            set_role_permission(role=role, permission=permission, granted=is_granted, actor=actor, now=now)
    return len(changed)


def create_api_key(
    *,
    name: str,
    scopes: Collection[str],
    actor: Actor,
    now: datetime,
    expires_at: datetime | None = None,
    customer_id: UUID | None = None,
) -> tuple[ApiKey, str]:
    """Create a key in the open tenant; return it with its secret text, which is shown once and kept nowhere."""
    unknown = sorted(set(scopes) - set(KEY_SCOPES))
    if unknown or not scopes:
        raise InputError("Choose at least one scope from the list.", code="unknown_scope", field="scopes")
    if not name.strip():
        raise InputError("Give the key a name.", code="name_missing", field="name")
    if expires_at is not None and expires_at <= now:
        raise InputError("The key would already have expired.", code="expiry_past", field="expires_at")
    secret = KEY_PREFIX + secrets.token_urlsafe(32)
    key = ApiKey(
        name=name.strip(), prefix=secret[:10], digest=digest_of(secret), scopes=sorted(scopes),
        customer_id=customer_id, created_by=actor.id, created_at=now, expires_at=expires_at,
    )  # fmt: skip
    key.save(force_insert=True)
    return key, secret


def revoke_api_key(*, key_id: UUID, actor: Actor, now: datetime) -> ApiKey:
    """Revoke a key; its next request is refused. Revoking twice changes nothing. Raises NotFound."""
    with transaction.atomic(using="default"):
        key = ApiKey.objects.select_for_update().filter(id=key_id).first()
        if key is None:
            raise NotFound("There is no such key.")
        if key.revoked_at is None:
            key.revoked_at = now
            key.save(update_fields=["revoked_at"])
    return key


def note_key_use(*, key_id: UUID, now: datetime) -> None:
    """Write down when a key was last used; once a minute is exact enough."""
    ApiKey.objects.filter(id=key_id).update(last_used_at=now)


def digest_of(secret: str) -> bytes:
    """Return what is kept of a key: it has 256 random bits, so a plain hash cannot be guessed back."""
    return hashlib.sha256(secret.encode()).digest()


def _known_role(role: str) -> None:
    if role not in ROLES:
        raise InputError(f"There is no role “{role}”.", code="unknown_role", field="role")


def _lock_membership(membership_id: UUID) -> Membership:
    # All memberships of the tenant in one order: two admins who demote each other must not both win.
    members = {m.id: m for m in Membership.objects.select_for_update().filter(ended_at=None).order_by("id")}
    if membership_id not in members:
        raise NotFound("There is no such member.")
    return members[membership_id]


def _keep_an_admin(membership: Membership) -> None:
    others = Membership.objects.filter(role="admin", ended_at=None).exclude(id=membership.id)
    if membership.role == "admin" and not others.exists():
        raise LastAdmin("This is the tenant's last admin.")


def keep_answer(
    *,
    key: str,
    fingerprint: bytes,
    status: int,
    body: str,
    headers: dict[str, str],
    actor: Actor,
    now: datetime,
) -> IdempotentAnswer:
    """Keep the answer to a request with an Idempotency-Key, in the transaction of the request's effect.

    Answers show personal data, so the body lies in the table as ciphertext.
    """
    answer = IdempotentAnswer(
        principal_id=actor.id,
        key=key,
        fingerprint=fingerprint,
        status=status,
        headers=headers,
        created_at=now,
    )
    answer.body = encrypt(body, **answer.place_of_body())
    with write():
        answer.save(force_insert=True)
    return answer


def forget_answers(*, before: datetime, actor: Actor, now: datetime) -> int:
    """Delete the open tenant's answers from before a moment; return how many."""
    with write():
        deleted, _ = IdempotentAnswer.objects.filter(created_at__lt=before).delete()
    return deleted
