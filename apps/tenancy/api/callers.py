"""Who calls the API: a key, or a person with the role of one tenant."""

from dataclasses import dataclass
from uuid import UUID

from apps.core.scope import Actor, Scope, current_scope
from apps.tenancy.access import actor_of
from apps.tenancy.models import User
from apps.tenancy.queries import KeyInfo, MembershipInfo, TenantInfo


@dataclass(frozen=True)
class Caller:
    """A proven caller: what the tenant's scope is opened with."""

    actor: Actor
    tenant: TenantInfo
    permissions: frozenset[str]
    customer_id: UUID | None = None

    is_authenticated = True
    is_active = True

    def scope(self) -> Scope:
        """Return the scope that the caller's request runs in; request and trace ids are kept."""
        around = current_scope()
        return Scope(
            actor=self.actor,
            tenant_id=self.tenant.id,
            customer_id=self.customer_id,
            database=self.tenant.database,
            permissions=self.permissions,
            request_id=around.request_id,
            trace_id=around.trace_id,
        )


def caller_of_key(key: KeyInfo) -> Caller:
    """Return the caller that a valid key stands for."""
    return Caller(Actor(kind="key", id=key.id, label=key.name), key.tenant, key.scopes, key.customer_id)


def caller_of_member(user: User, membership: MembershipInfo) -> Caller:
    """Return a person as the caller in one of their tenants."""
    return Caller(actor_of(user), membership.tenant, membership.permissions)
