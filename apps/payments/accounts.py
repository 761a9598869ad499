"""Writes and reads of the company's own bank accounts."""

from datetime import datetime
from uuid import UUID

from stdnum import bic, iban
from stdnum.exceptions import ValidationError

from apps.core.db import write
from apps.core.errors import DomainError, InputError, NotFound
from apps.core.money import exponent
from apps.core.scope import Actor
from apps.core.text import clean_text
from apps.ledger.accounts import resolve_accounts
from apps.payments.models import OwnAccount


class AccountNameTaken(DomainError):
    """Two accounts of a company never share a name."""

    code = "account_name_taken"
    cure = "Choose another name."


def create_own_account(
    *,
    name: str,
    currency: str,
    holder: str,
    actor: Actor,
    now: datetime,
    iban_number: str = "",
    bic_code: str = "",
    ledger_account: str = "bank",
) -> OwnAccount:
    """Write down an account of the company. Raises InputError, AccountNameTaken.

    The IBAN is checked by its digits (ISO 13616), the BIC by its form (ISO 9362).
    """
    exponent(currency)
    number = _iban(iban_number)
    account = OwnAccount(
        name=clean_text(name, field="name", limit=100), currency=currency,
        holder=clean_text(holder, field="holder", limit=70), iban=number, iban_tail=number[-4:], bic=_bic(bic_code),
        ledger_account=clean_text(ledger_account, field="ledger_account", limit=20), created_at=now,
    )  # fmt: skip
    if not resolve_accounts({account.ledger_account}, actor=actor, now=now):
        raise InputError(
            "There is no such account in the ledger.", code="unknown_account", field="ledger_account"
        )
    with write():
        OwnAccount.objects.bulk_create([account], ignore_conflicts=True)
        if not OwnAccount.objects.filter(id=account.id).exists():
            raise AccountNameTaken(f"An account called “{account.name}” exists.", field="name")
    return account


def list_own_accounts() -> list[OwnAccount]:
    """Return the accounts in use, by name."""
    return list(OwnAccount.objects.filter(is_active=True).order_by("name", "id"))


def get_own_account(account_id: UUID) -> OwnAccount:
    """Return an account of the company. Raises NotFound."""
    found = OwnAccount.objects.filter(id=account_id).first()
    if found is None:
        raise NotFound("There is no such bank account.", field="own_account")
    return found


def _iban(text: str) -> str:
    if not text.strip():
        return ""
    try:
        return str(iban.validate(text))
    except ValidationError:
        raise InputError("This is no valid IBAN.", code="invalid_iban", field="iban_number") from None


def _bic(text: str) -> str:
    found = text.strip().upper()
    if found and not bic.is_valid(found):
        raise InputError("This is no valid BIC.", code="invalid_bic", field="bic_code")
    return found
