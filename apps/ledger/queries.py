"""Reads of the ledger."""

from functools import lru_cache
from uuid import UUID

from apps.core.scope import current_tenant_id
from apps.tenancy.models import Tenant


def book_currency() -> str:
    """Return the open tenant's currency. It is given when the tenant is made and never changes."""
    return _currency_of(current_tenant_id())


@lru_cache(maxsize=4096)
def _currency_of(tenant_id: UUID) -> str:
    return Tenant.objects.values_list("currency", flat=True).get(id=tenant_id)
