"""Companies for tests: a tenant with one person for each role."""

from dataclasses import dataclass, field
from uuid import UUID

from apps.core import clock
from apps.core.ids import new_id
from apps.core.scope import SYSTEM, Actor, Reads, Scope, tenant_scope
from apps.tenancy.access import actor_of
from apps.tenancy.models import Tenant, User
from apps.tenancy.operations import add_member, create_tenant
from apps.tenancy.permissions import ROLES

# Hashing is slow on purpose; tests that sign in through the form set a password of their own.
UNUSABLE = "!"


@dataclass
class Company:
    """A tenant, its people by role, and ways to open its scope."""

    tenant: Tenant
    people: dict[str, User] = field(default_factory=dict)

    @property
    def id(self) -> UUID:
        return self.tenant.id

    def actor(self, role: str = "admin") -> Actor:
        return actor_of(self.people[role])

    def scope(
        self, role: str = "admin", *, reads: Reads = "primary", customer_id: UUID | None = None
    ) -> Scope:
        return Scope(
            actor=self.actor(role),
            tenant_id=self.id,
            customer_id=customer_id,
            database=self.tenant.database,
            reads=reads,
            permissions=ROLES[role],
        )


def make_company(
    *,
    database: str = "default",
    currency: str = "GBP",
    country: str = "GB",
    roles: tuple[str, ...] = tuple(ROLES),
) -> Company:
    """Create a company with a name of its own and one person for each role."""
    key = new_id()
    now = clock.now()
    tenant = create_tenant(
        slug=f"t-{key.hex[-12:]}", name=f"Company {key.hex[-4:]}", currency=currency, country=country,
        time_zone="Europe/London", locale="en", database=database, actor=SYSTEM, now=now,
    )  # fmt: skip
    company = Company(tenant)
    for role in roles:
        user = User(
            email=f"{role}.{key.hex[-12:]}@example.com", name=f"{role.title()} Person", password=UNUSABLE
        )
        user.save(force_insert=True)
        company.people[role] = user
        with tenant_scope(tenant.id, SYSTEM, database=database):
            add_member(user=user, role=role, actor=SYSTEM, now=now)
    return company
