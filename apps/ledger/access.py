"""Doors of the ledger: an outside id in, a permitted record out."""

from uuid import UUID

from apps.core.errors import NotFound
from apps.ledger.models import Account, Entry, ExchangeRate, Snapshot
from apps.tenancy.access import check_permission


def access_entry(entry_id: UUID, *, permission: str = "ledger.read") -> Entry:
    """Return an entry of the open tenant. Raises Forbidden, NotFound."""
    check_permission(permission)
    entry = Entry.objects.filter(id=entry_id).first()
    if entry is None:
        raise NotFound("There is no such entry.")
    return entry


def access_account(account_id: UUID, *, permission: str = "ledger.read") -> Account:
    """Return an account of the open tenant. Raises Forbidden, NotFound."""
    check_permission(permission)
    account = Account.objects.filter(id=account_id).first()
    if account is None:
        raise NotFound("There is no such account.")
    return account


def access_rate(rate_id: UUID, *, permission: str = "ledger.read") -> ExchangeRate:
    """Return an exchange rate of the open tenant. Raises Forbidden, NotFound."""
    check_permission(permission)
    rate = ExchangeRate.objects.filter(id=rate_id).first()
    if rate is None:
        raise NotFound("There is no such rate.")
    return rate


def access_snapshot(snapshot_id: UUID, *, permission: str = "ledger.read") -> Snapshot:
    """Return a kept report of the open tenant, with its period. Raises Forbidden, NotFound."""
    check_permission(permission)
    snapshot = Snapshot.objects.prefetch_related("period").filter(id=snapshot_id).first()
    if snapshot is None:
        raise NotFound("There is no such report.")
    return snapshot
