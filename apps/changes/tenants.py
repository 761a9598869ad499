"""Whose rows a database holds."""

from uuid import UUID

from apps.changes.connections import RELAY
from apps.core.scope import platform_scope
from apps.tenancy.queries import list_tenants


def list_tenant_ids(alias: str) -> list[UUID]:
    """Return the tenants whose books live in a database."""
    with platform_scope(RELAY):
        return [tenant.id for tenant in list_tenants() if tenant.database == alias]
