"""Writes of entries and accounts. Every road (documents, page, API, import) ends here or in `bulk.py`.

Writes of lock dates and periods are in `closing.py`, of exchange rates in `rate_files.py`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from apps.core.db import note_reason, write
from apps.core.errors import DomainError, InputError, NotFound, StaleVersion
from apps.core.ids import new_id
from apps.core.scope import Actor, current_tenant_id
from apps.core.text import clean_text
from apps.ledger.accounts import CONTROL_ROLES, ROLES, resolve_accounts
from apps.ledger.entries import AccountRef, EntryInput, EntryLine, ReadyEntry, make_ready, mirror
from apps.ledger.locks import lock_account
from apps.ledger.models import ACCOUNT_KINDS, CONTROLS, Account, AccountRole, Entry
from apps.ledger.posting import AlreadyReversed, insert_entries, load_ready
from apps.ledger.queries import book_currency

JOURNAL = "journal"
_NUMBER = """
insert into ledger_journalcounter (tenant_id, id, year, last_number) values (%s, %s, %s, 1)
on conflict (tenant_id, year) do update set last_number = ledger_journalcounter.last_number + 1
returning last_number
"""
_KEEP_UP = """
insert into ledger_journalcounter (tenant_id, id, year, last_number) values (%s, %s, %s, %s)
on conflict (tenant_id, year)
    do update set last_number = greatest(ledger_journalcounter.last_number, excluded.last_number)
"""
_OWN_NUMBER = re.compile(r"GJ-(\d{4})-(\d{1,12})")


class CodeTaken(DomainError):
    """Two accounts of a tenant never share a code."""

    code = "account_code_taken"
    status = 409
    cure = "Choose another code, or change the account that has it."


class NotByHand(DomainError):
    """What a document books is changed by the document, never beside it (books.md 31)."""

    code = "not_by_hand"
    status = 409
    cure = "Use an invoice, a credit note or a payment, so that the customer's or supplier's items follow."


def post_entry(*, entry: EntryInput, actor: Actor, now: datetime) -> Entry:
    """Post an entry with its lines, once and for good.

    It balances in the book currency and in its own (books.md 28, 29), and a document has one entry of a kind (32).
    Raises InputError, Unbalanced, PeriodClosed (34), AlreadyPosted.
    """
    with write() as connection:
        accounts = resolve_accounts({line.role_or_account for line in entry.lines}, actor=actor, now=now)
        ready = make_ready(entry, accounts=accounts, book_currency=book_currency())
        insert_entries(connection, [ready], now=now)
    return _as_row(ready, now)


def reverse_entry(
    *,
    source_kind: str,
    source_id: UUID,
    kind: str,
    entry_date: date,
    reason: str,
    actor: Actor,
    now: datetime,
) -> Entry:
    """Reverse the entry of a document: the exact mirror on a day of its own, for a reason, once (books.md 32, 33).

    Raises NotFound, AlreadyReversed, InputError (before the original's date), PeriodClosed.
    """
    reason = clean_text(reason, field="reason", limit=500)
    with write() as connection:
        original = Entry.objects.filter(
            source_kind=source_kind, source_id=source_id, kind=kind, reverses=None
        ).first()
        if original is None:
            raise NotFound("This document has no such entry in the ledger.")
        if entry_date < original.entry_date:
            raise InputError(f"A reversal is not dated before its original, {original.entry_date}.",
                             code="before_original", field="entry_date")  # fmt: skip
        if Entry.objects.filter(reverses=original).exists():
            raise AlreadyReversed(f"{original.source_number} is reversed already.")
        note_reason(connection, reason)
        ready = mirror(load_ready([original])[0], entry_date=entry_date, text=reason)
        insert_entries(connection, [ready], now=now)
    return _as_row(ready, now)


def post_by_hand(
    *, entry_date: date, lines: Sequence[EntryLine], text: str, actor: Actor, now: datetime, number: str = "",
    entry_id: UUID | None = None,
) -> Entry:  # fmt: skip
    """Post a general entry that no document stands behind, under a number of its own (GJ-2026-000001).

    Numbers have no hole and follow the order of posting; an entry from elsewhere brings its own `number`, and an
    `entry_id` made from it. Customers' and suppliers' accounts are kept by documents.
    Raises NotByHand, InputError, Unbalanced, PeriodClosed, AlreadyPosted.
    """
    text = clean_text(text, field="text", limit=500)
    with write() as connection:
        accounts = resolve_accounts({line.role_or_account for line in lines}, actor=actor, now=now)
        _check_by_hand(lines, accounts)
        key = entry_id or new_id()
        entry = EntryInput("general", entry_date, JOURNAL, key, number or "GJ", tuple(lines), text)
        ready = make_ready(entry, accounts=accounts, book_currency=book_currency(), entry_id=key)
        if number:
            _keep_up(connection, number)
        else:
            # The number last: its counter stays locked until the end.
            ready = replace(ready, source_number=_take_number(connection, entry_date.year))
        insert_entries(connection, [ready], now=now)
    return _as_row(ready, now)


def reverse_by_hand(*, entry_id: UUID, entry_date: date, reason: str, actor: Actor, now: datetime) -> Entry:
    """Reverse a general entry; what a document booked is taken back by the document.

    Raises NotFound, NotByHand, AlreadyReversed, InputError, PeriodClosed.
    """
    entry = Entry.objects.filter(id=entry_id).first()
    if entry is None:
        raise NotFound("There is no such entry.")
    if entry.reverses_id is not None:
        raise NotByHand("A reversal is not reversed.", cure="Post the entry again.")
    if entry.source_kind != JOURNAL:
        raise NotByHand(f"{entry.source_number} was booked by its document.",
                        cure="Void or credit the document; its entry is reversed with it.")  # fmt: skip
    return reverse_entry(
        source_kind=JOURNAL, source_id=entry.source_id, kind=entry.kind, entry_date=entry_date, reason=reason,
        actor=actor, now=now,
    )  # fmt: skip


def create_account(
    *, code: str, name: str, kind: str, actor: Actor, now: datetime, control: str = "", is_active: bool = True
) -> Account:
    """Add an account to the chart. Its code, kind and control stay. Raises CodeTaken, InputError."""
    code = clean_text(code, field="code", limit=32)
    if code in ROLES:
        raise InputError("This is the name of a role.", code="reserved_code", field="code")
    if kind not in ACCOUNT_KINDS:
        raise InputError(f"“{kind}” is not a kind of account.", code="unknown_kind", field="kind")
    if control not in CONTROLS:
        raise InputError(f"“{control}” is not a control.", code="unknown_control", field="control")
    account = Account(
        code=code, name=clean_text(name, field="name", limit=200), kind=kind, control=control, is_active=is_active,
        created_at=now,
    )  # fmt: skip
    with write():
        Account.objects.bulk_create([account], ignore_conflicts=True)
        if not Account.objects.filter(id=account.id).exists():
            raise CodeTaken(f"An account with the code “{code}” exists.", field="code")
    return account


def change_account(
    *,
    account_id: UUID,
    changes: Mapping[str, object],
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> Account:
    """Change an account's name or whether it is in use. Raises NotFound, StaleVersion, InputError."""
    unknown = sorted(set(changes) - {"name", "is_active"})
    if unknown:
        raise InputError(f"“{unknown[0]}” cannot be changed.", code="not_changeable", field=unknown[0])
    with write():
        account = lock_account(account_id)
        if version is not None and version != account.version:
            raise StaleVersion("Somebody changed this account after you opened it.")
        name = clean_text(str(changes.get("name", account.name)), field="name", limit=200)
        is_active = bool(changes.get("is_active", account.is_active))
        if (name, is_active) == (account.name, account.is_active):
            return account
        if not is_active:
            _check_unused(account)
        account.name, account.is_active, account.version = name, is_active, account.version + 1
        account.save(update_fields=["name", "is_active", "version"])
    return account


def assign_role(*, role: str, account_id: UUID, actor: Actor, now: datetime) -> AccountRole:
    """Let an account play a role in the posting rules from now on; what is booked stays.

    Raises NotFound, InputError.
    """
    if role not in ROLES:
        raise InputError(f"“{role}” is not a role.", code="unknown_role", field="role")
    with write():
        resolve_accounts({role}, actor=actor, now=now)
        account = lock_account(account_id)
        if not account.is_active:
            raise InputError(
                f"Account {account.code} is not in use.", code="inactive_account", field="account"
            )
        wanted = CONTROL_ROLES.get(role, "")
        if account.control != wanted:
            words = f"{CONTROLS[wanted].lower()}' items" if wanted else "no items of customers or suppliers"
            raise InputError(f"“{ROLES[role]}” needs an account that holds {words}.", code="wrong_control",
                             field="account")  # fmt: skip
        playing = AccountRole.objects.select_for_update().get(role=role)
        if playing.account_id != account.id:
            playing.account, playing.version = account, playing.version + 1
            playing.save(update_fields=["account", "version"])
    return playing


def _take_number(connection: Any, year: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute(_NUMBER, [current_tenant_id(), new_id(), year])
        return f"GJ-{year}-{cursor.fetchone()[0]:06d}"


def _keep_up(connection: Any, number: str) -> None:
    """Move the counter behind a number of our own form that comes from elsewhere, so that none is given twice."""
    found = _OWN_NUMBER.fullmatch(number)
    if found is not None:
        with connection.cursor() as cursor:
            cursor.execute(_KEEP_UP, [current_tenant_id(), new_id(), int(found[1]), int(found[2])])


def _check_by_hand(lines: Sequence[EntryLine], accounts: Mapping[str, AccountRef]) -> None:
    for position, line in enumerate(lines):
        account = accounts.get(line.role_or_account)
        if account is not None and account.control:
            raise NotByHand(f"Account {account.code} follows the items of {CONTROLS[account.control].lower()}.",
                            field=f"lines[{position}].account")  # fmt: skip


def _check_unused(account: Account) -> None:
    role = AccountRole.objects.filter(account=account).order_by("role").values_list("role", flat=True).first()
    if role is not None:
        raise InputError(f"Account {account.code} plays a role: {ROLES.get(role, role)}.", code="plays_role",
                         field="is_active", cure="Give the role to another account first.")  # fmt: skip


def _as_row(ready: ReadyEntry, now: datetime) -> Entry:
    return Entry(
        id=ready.id, kind=ready.kind, entry_date=ready.entry_date, source_kind=ready.source_kind,
        source_id=ready.source_id, source_number=ready.source_number, text=ready.text,
        book_currency=ready.book_currency, currency=ready.currency, total_minor=ready.total_minor,
        line_count=len(ready.lines), digest=ready.digest, reverses_id=ready.reverses_id, posted_at=now,
    )  # fmt: skip
