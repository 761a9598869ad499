"""Make the demo's tenants and people through the operations that everybody uses."""

from datetime import datetime
from pathlib import Path

from apps.console.demo.signins import SignIn, make_sign_ins, read_sign_ins, write_sign_ins
from apps.core.scope import Actor, tenant_scope
from apps.demo.shapes import Business
from apps.tenancy.models import User
from apps.tenancy.operations import add_member, create_tenant, create_user
from apps.tenancy.permissions import ROLE_LABELS
from apps.tenancy.queries import TenantInfo, list_tenants

SET_EARLIER = "(set earlier)"


def ensure_tenants(
    *, businesses: list[Business], databases: set[str], actor: Actor, now: datetime
) -> dict[str, TenantInfo]:
    """Create the tenants that are missing and return all by slug.

    A business whose dedicated database is not configured here keeps its books in the shared one.
    """
    there = {tenant.slug for tenant in list_tenants()}
    for business in businesses:
        if business.slug not in there:
            create_tenant(
                slug=business.slug,
                name=business.name,
                currency=business.currency,
                country=business.country,
                time_zone=business.time_zone,
                locale=business.locale,
                database=business.database if business.database in databases else "default",
                actor=actor,
                now=now,
            )
    return {tenant.slug: tenant for tenant in list_tenants()}


def ensure_people(*, path: Path, tenants: list[TenantInfo], actor: Actor, now: datetime) -> list[SignIn]:
    """Create one person for each role, a member of every demo tenant; return the sign-ins.

    Passwords are written to the file first: a load that is killed afterwards finds them there.
    """
    sign_ins = read_sign_ins(path)
    if sign_ins is None:
        known = set(User.objects.values_list("email", flat=True))
        sign_ins = [
            SignIn(one.role, one.name, one.email, SET_EARLIER if one.email in known else one.password)
            for one in make_sign_ins()
        ]
        write_sign_ins(path, sign_ins)
    roles = {label: role for role, label in ROLE_LABELS.items()}
    for one in sign_ins:
        user = create_user(email=one.email, name=one.name, password=one.password, actor=actor, now=now)
        for tenant in tenants:
            with tenant_scope(tenant.id, actor, database=tenant.database):
                add_member(user=user, role=roles[one.role], actor=actor, now=now)
    return sign_ins
