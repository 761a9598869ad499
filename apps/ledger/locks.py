"""Locks, always in this order: the gate of the books, an account, a role, a lock date, the journal's counter.

Who posts shares the gate (sql/locks.sql takes it with every entry); who closes has it alone.
"""

from typing import Any
from uuid import UUID

from apps.core.errors import NotFound
from apps.ledger.models import Account, LockException


def close_gate(connection: Any) -> None:
    """Wait until nobody is posting in the open tenant, and keep all off until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(public.ledger_gate())")


def lock_account(account_id: UUID) -> Account:
    """Lock an account against every other writer (FOR UPDATE). Raises NotFound."""
    account = Account.objects.select_for_update().filter(id=account_id).first()
    if account is None:
        raise NotFound("There is no such account.", field="account")
    return account


def lock_exception(exception_id: UUID) -> LockException:
    """Lock an exception against every other writer (FOR UPDATE). Raises NotFound."""
    found = LockException.objects.select_for_update().filter(id=exception_id).first()
    if found is None:
        raise NotFound("There is no such exception.")
    return found
