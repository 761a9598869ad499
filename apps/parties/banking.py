"""Where suppliers are paid: one person proposes a bank account, another confirms it (books.md 44).

Only a confirmed account is paid to. A new one takes its place when somebody else than its proposer confirms it;
until then the old one stays in use. The database holds all of this too: see sql/banking.sql.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from stdnum import bic, iban
from stdnum.eu.vat import MEMBER_STATES
from stdnum.exceptions import ValidationError

from apps.core.countries import check_country
from apps.core.db import write
from apps.core.errors import DomainError, Forbidden, InputError, NotFound
from apps.core.money import exponent
from apps.core.scope import Actor
from apps.core.text import clean_text
from apps.parties.master_data import lock_record
from apps.parties.models import BankAccount, Supplier
from apps.tenancy.access import check_permission

# Inside the single euro payments area an account is named by its IBAN alone (Regulation (EU) 260/2012). Elsewhere an
# IBAN may be given, and is checked where it is one; other account numbers are checked for their characters.
_IBAN_ONLY: Final = {*(code.upper() for code in MEMBER_STATES), "NO", "IS", "LI", "CH"} - {"XI"}
_LOCAL: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z ./\-]{2,38}")
_CODE: Final = re.compile(r"[0-9A-Z][0-9A-Z \-]{1,19}")


class SelfApproval(Forbidden):
    """Nobody decides on a bank account that they proposed."""

    code = "self_approval"
    cure = "Ask somebody else with the permission to confirm bank accounts."


class AccountDecided(DomainError):
    """The proposal was decided before."""

    code = "bank_account_decided"
    status = 409


class ProposalOpen(DomainError):
    """A supplier has one open proposal at a time."""

    code = "bank_account_proposal_open"
    status = 409
    cure = "Decide on it, or withdraw it, and propose again."


def propose_account(
    *,
    supplier_id: UUID,
    holder: str,
    number: str,
    country_code: str,
    currency: str,
    reason: str,
    actor: Actor,
    now: datetime,
    bank_code: str = "",
    bank_name: str = "",
) -> BankAccount:
    """Propose the account that a supplier is to be paid to; nothing is paid to it before somebody else confirms it.

    `number` is an IBAN, or the account number of a country without; `bank_code` a BIC or the bank's national code;
    `reason` says where the change comes from. Raises NotFound, ProposalOpen, InputError.
    """
    if actor.kind == "key":
        raise Forbidden(
            "Programs do not propose bank accounts.", cure="Let a person propose it on the supplier's page."
        )
    scheme, plain = check_number(number, country_code)
    exponent(currency)
    account = BankAccount(
        supplier_id=supplier_id, scheme=scheme, number=plain, last_four=plain[-4:],
        holder=clean_text(holder, field="holder", limit=200), bank_code=_bank_code(bank_code),
        bank_name=clean_text(bank_name, field="bank_name", limit=200, required=False),
        country_code=check_country(country_code), currency=currency,
        reason=clean_text(reason, field="reason", limit=500),
        proposed_by=actor.id, proposed_by_label=actor.label, proposed_principal=actor.principal_id, proposed_at=now,
    )  # fmt: skip
    with write():
        lock_record(Supplier, supplier_id, None, called="supplier")
        if BankAccount.objects.filter(supplier_id=supplier_id, state="proposed").exists():
            raise ProposalOpen("Another bank account of this supplier waits for its confirmation.")
        account.save(force_insert=True)
    return account


def confirm_account(*, account_id: UUID, actor: Actor, now: datetime) -> BankAccount:
    """Use a proposed account from now on, in the place of the one before; confirming twice changes nothing.

    Raises NotFound, SelfApproval, AccountDecided, Forbidden.
    """
    _check_may_decide(actor)
    with write():
        account = _lock(account_id)
        if account.state == "confirmed" and account.decided_by == actor.id:
            return account
        _check_other(account, actor)
        used = BankAccount.objects.select_for_update().filter(
            supplier_id=account.supplier_id, state="confirmed"
        )
        for old in used:
            old.state, old.version = "replaced", old.version + 1
            old.save(update_fields=["state", "version"])
        _decide(account, "confirmed", "", actor, now)
    return account


def reject_account(*, account_id: UUID, reason: str, actor: Actor, now: datetime) -> BankAccount:
    """Refuse a proposed account and say why; the one in use stays. Raises as `confirm_account`."""
    _check_may_decide(actor)
    said = clean_text(reason, field="reason", limit=500)
    with write():
        account = _lock(account_id)
        if account.state == "rejected" and account.decided_by == actor.id:
            return account
        _check_other(account, actor)
        _decide(account, "rejected", said, actor, now)
    return account


def withdraw_account(*, account_id: UUID, actor: Actor, now: datetime) -> BankAccount:
    """Take back one's own proposal. Raises NotFound, AccountDecided, Forbidden."""
    with write():
        account = _lock(account_id)
        if account.state == "withdrawn" and account.proposed_by == actor.id:
            return account
        _check_open(account)
        if account.proposed_by != actor.id:
            raise Forbidden("Only who proposed an account takes it back.", cure="Reject it instead.")
        _decide(account, "withdrawn", "", actor, now)
    return account


def approved_account(supplier_id: UUID) -> BankAccount | None:
    """Return the one account that a supplier may be paid to, or None while there is none."""
    return BankAccount.objects.filter(supplier_id=supplier_id, state="confirmed").first()


def approved_accounts(supplier_ids: Sequence[UUID]) -> dict[UUID, BankAccount]:
    """Return the accounts that suppliers may be paid to, by supplier; suppliers without one are left out."""
    found = BankAccount.objects.filter(supplier_id__in=supplier_ids, state="confirmed")
    return {account.supplier_id: account for account in found}


def list_accounts(supplier_id: UUID) -> list[BankAccount]:
    """Return all accounts that were ever proposed for a supplier, the newest first."""
    return list(BankAccount.objects.filter(supplier_id=supplier_id).order_by("-proposed_at", "-id"))


def list_waiting() -> list[BankAccount]:
    """Return the proposals that wait for somebody, the oldest first."""
    return list(
        BankAccount.objects.filter(state="proposed")
        .prefetch_related("supplier")
        .order_by("proposed_at", "id")
    )


def access_account(account_id: UUID, *, permission: str = "suppliers.read") -> BankAccount:
    """Return a bank account of the open tenant. Raises Forbidden, NotFound."""
    check_permission(permission)
    account = BankAccount.objects.select_related("supplier").filter(id=account_id).first()
    if account is None:
        raise NotFound("There is no such bank account.", field="account")
    return account


def check_number(number: str, country_code: str) -> tuple[str, str]:
    """Return the scheme of an account number and the number without separators. Raises InputError.

    An IBAN is checked by its country's length, structure and check digits (ISO 13616, ISO 7064 mod 97-10).
    """
    typed = clean_text(number, field="number", limit=60)
    plain = re.sub(r"[\s.\-/]", "", typed).upper()
    if country_code in _IBAN_ONLY or re.match(r"[A-Z]{2}[0-9]{2}[0-9A-Z]{11}", plain):
        try:
            return "iban", str(iban.validate(plain))
        except ValidationError:
            raise InputError(
                f"“{typed}” is no valid IBAN.", code="invalid_iban", field="number",
                cure="Compare it with the supplier's letter, digit by digit.",
            ) from None  # fmt: skip
    if not typed.isascii() or not _LOCAL.fullmatch(typed):
        raise InputError("This is no account number.", code="invalid_account_number", field="number")
    return "local", plain


def _bank_code(text: str) -> str:
    """Return a BIC (ISO 9362), or a bank's national code."""
    found = clean_text(text, field="bank_code", limit=20, required=False).upper()
    if found and not bic.is_valid(found) and not (_CODE.fullmatch(found) and any(c.isdigit() for c in found)):
        raise InputError(
            f"“{found}” is neither a BIC nor a bank's code.", code="invalid_bank_code", field="bank_code"
        )
    return found


def _lock(account_id: UUID) -> BankAccount:
    """Return an account, locked after its supplier: one decision at a time for each supplier."""
    seen = BankAccount.objects.filter(id=account_id).first()
    if seen is None:
        raise NotFound("There is no such bank account.", field="account")
    lock_record(Supplier, seen.supplier_id, None, called="supplier")
    return lock_record(BankAccount, account_id, None, called="bank account")


def _check_may_decide(actor: Actor) -> None:
    if actor.kind != "system":
        check_permission("bankaccounts.approve")


def _check_open(account: BankAccount) -> None:
    if account.state != "proposed":
        who = f" by {account.decided_by_label}" if account.decided_by_label else ""
        raise AccountDecided(f"This proposal was decided before{who}: {account.get_state_display().lower()}.")


def _check_other(account: BankAccount, actor: Actor) -> None:
    _check_open(account)
    if actor.id in {account.proposed_by, account.proposed_principal}:
        raise SelfApproval("You proposed this bank account, so somebody else decides on it.")


def _decide(account: BankAccount, state: str, reason: str, actor: Actor, now: datetime) -> None:
    account.state, account.decision_reason = state, reason
    account.decided_by, account.decided_by_label, account.decided_at = actor.id, actor.label, now
    account.version += 1
    account.save(
        update_fields=["state", "decision_reason", "decided_by", "decided_by_label", "decided_at", "version"]
    )
