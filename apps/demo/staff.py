"""The people of a demo business, each working in a scope of their own: what they do bears their name."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from apps.core.scope import Actor, tenant_scope
from apps.tenancy.access import actor_of
from apps.tenancy.models import Membership, User
from apps.tenancy.permissions import ROLES
from apps.tenancy.queries import TenantInfo


@dataclass(frozen=True)
class Staff:
    """One person for each role."""

    tenant: TenantInfo
    people: Mapping[str, User]

    @contextmanager
    def working(self, role: str) -> Iterator[Actor]:
        """Open the company's scope as the person of a role."""
        actor = actor_of(self.people[role])
        with tenant_scope(self.tenant.id, actor, database=self.tenant.database, permissions=ROLES[role]):
            yield actor


def staff_of(tenant: TenantInfo) -> Staff:
    """Return the people of the open tenant by role; the one who joined first where there are several."""
    found: dict[str, User] = {}
    for membership in Membership.objects.filter(ended_at=None).select_related("user").order_by("-id"):
        found[membership.role] = membership.user
    return Staff(tenant, found)
