"""Reads of the ledger: balances at a day, entries, accounts. Amounts are minor units of the book currency."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet, Sum

from apps.core.db import read
from apps.core.errors import NotFound
from apps.core.scope import current_tenant_id
from apps.ledger.fiscal import year_start
from apps.ledger.models import CONTROLS, Account, AccountRole, BooksSettings, Entry, Line, Period
from apps.tenancy.models import Tenant

RATE_MAX_DAYS = 35
RESULT_KINDS = frozenset({"income", "expense"})

_SUMS = """
select account_id,
       coalesce(sum(debit_minor - credit_minor) filter (where entry_date < %(year)s), 0)::bigint,
       coalesce(sum(debit_minor - credit_minor)
                filter (where entry_date >= %(year)s and entry_date < %(first)s), 0)::bigint,
       coalesce(sum(debit_minor) filter (where entry_date >= %(first)s), 0)::bigint,
       coalesce(sum(credit_minor) filter (where entry_date >= %(first)s), 0)::bigint
from ledger_line where entry_date <= %(last)s group by account_id
"""
_CONTROL = """
select l.party_id, sum(l.debit_minor - l.credit_minor)::bigint from ledger_line l
where l.account_id = any(%s) and l.party_id is not null and l.entry_date <= %s
group by l.party_id having sum(l.debit_minor - l.credit_minor) <> 0
"""


@dataclass(frozen=True)
class AccountBalance:
    """An account in a trial balance: balances are debit positive, in minor units of the book currency."""

    id: UUID
    code: str
    name: str
    kind: str
    opening_minor: int
    debit_minor: int
    credit_minor: int

    @property
    def closing_minor(self) -> int:
        """The balance at the end."""
        return self.opening_minor + self.debit_minor - self.credit_minor


@dataclass(frozen=True)
class TrialBalance:
    """The balances of all accounts that hold something, by code, over some days."""

    first_day: date
    last_day: date
    currency: str
    rows: tuple[AccountBalance, ...]

    @property
    def difference_minor(self) -> int:
        """Debits less credits of all accounts: always 0 (books.md 30)."""
        return sum(row.closing_minor for row in self.rows)

    @property
    def debit_minor(self) -> int:
        """The sum of debit balances."""
        return sum(row.closing_minor for row in self.rows if row.closing_minor > 0)

    @property
    def credit_minor(self) -> int:
        """The sum of credit balances, as a positive number."""
        return -sum(row.closing_minor for row in self.rows if row.closing_minor < 0)


@dataclass(frozen=True)
class EntryFilter:
    """What a list of entries is narrowed to; `text` is part of a number or text."""

    text: str = ""
    kind: str = ""
    account_id: UUID | None = None
    party_id: UUID | None = None
    source_id: UUID | None = None
    first_day: date | None = None
    last_day: date | None = None


def book_currency() -> str:
    """Return the open tenant's currency. It is given when the tenant is made and never changes."""
    return _currency_of(current_tenant_id())


@lru_cache(maxsize=4096)
def _currency_of(tenant_id: UUID) -> str:
    return Tenant.objects.values_list("currency", flat=True).get(id=tenant_id)


def get_settings() -> BooksSettings:
    """Return how the open tenant keeps its books; the usual way where nothing was set."""
    return BooksSettings.objects.first() or BooksSettings(rate_max_days=RATE_MAX_DAYS)


def get_trial_balance(*, last_day: date, first_day: date | None = None) -> TrialBalance:
    """Return the trial balance at a day: zero in sum, at every day (books.md 30).

    Movements are those since `first_day`, which is the year's first day at the earliest and the default. Income and
    expenses begin each fiscal year at zero; what earlier years left stands with the retained earnings.
    """
    year = year_start(last_day, get_settings().fiscal_start_month)
    first = min(max(first_day or year, year), last_day)
    with read() as connection, connection.cursor() as cursor:
        cursor.execute(_SUMS, {"year": year, "first": first, "last": last_day})
        sums = {row[0]: row[1:] for row in cursor.fetchall()}
    accounts = {account.id: account for account in Account.objects.order_by("code")}
    return TrialBalance(first, last_day, book_currency(), tuple(_balances(accounts, sums)))


def _balances(accounts: Mapping[UUID, Account], sums: Mapping[UUID, Any]) -> list[AccountBalance]:
    earlier = sum(row[0] for key, row in sums.items() if accounts[key].kind in RESULT_KINDS)
    retained = find_role_account("retained_earnings") if earlier else None
    balances = []
    if earlier and retained is None:
        balances.append(AccountBalance(UUID(int=0), "", "Result of earlier years", "equity", earlier, 0, 0))
    for key, account in accounts.items():
        before, opening, debit, credit = sums.get(key, (0, 0, 0, 0))
        opening += 0 if account.kind in RESULT_KINDS else before
        opening += earlier if key == retained else 0
        if opening or debit or credit:
            balances.append(
                AccountBalance(key, account.code, account.name, account.kind, opening, debit, credit)
            )
    return balances


def find_role_account(role: str) -> UUID | None:
    """Return the account that plays a role now, or None while there is no chart."""
    return AccountRole.objects.filter(role=role).values_list("account_id", flat=True).first()


def control_totals(*, control: str, as_of: date) -> dict[UUID, int]:
    """Return the balance of each customer (`receivable`) or supplier (`payable`) at a day, debit positive.

    Their sum is the control account's balance (books.md 31); parties at zero are left out. Another role, such as
    `unapplied_receipts`, means the account that plays it.
    """
    if control in CONTROLS:
        accounts = list(Account.objects.filter(control=control).values_list("id", flat=True))
    else:
        accounts = list(AccountRole.objects.filter(role=control).values_list("account_id", flat=True))
    with read() as connection, connection.cursor() as cursor:
        cursor.execute(_CONTROL, [accounts, as_of])
        return {row[0]: int(row[1]) for row in cursor.fetchall()}


def control_total(*, control: str, as_of: date) -> int:
    """Return the balance of the control accounts of customers or suppliers at a day, debit positive."""
    return sum(control_totals(control=control, as_of=as_of).values())


def get_balance(*, account_id: UUID, before: date | None = None, through: date | None = None) -> int:
    """Return an account's balance over all time up to a day (`before` excludes it), debit positive."""
    condition = Q(account_id=account_id)
    if before is not None:
        condition &= Q(entry_date__lt=before)
    if through is not None:
        condition &= Q(entry_date__lte=through)
    return sum_lines(Line.objects.filter(condition))


def sum_lines(lines: QuerySet[Line]) -> int:
    """Return debits less credits of some lines."""
    found = lines.aggregate(debit=Sum("debit_minor"), credit=Sum("credit_minor"))
    return int((found["debit"] or 0) - (found["credit"] or 0))


def list_entries(wanted: EntryFilter) -> QuerySet[Entry]:
    """Return entries that match."""
    found = Entry.objects.all()
    if wanted.text:
        found = found.filter(Q(source_number__icontains=wanted.text) | Q(text__icontains=wanted.text))
    if wanted.kind:
        found = found.filter(kind=wanted.kind)
    if wanted.source_id:
        found = found.filter(source_id=wanted.source_id)
    if wanted.first_day:
        found = found.filter(entry_date__gte=wanted.first_day)
    if wanted.last_day:
        found = found.filter(entry_date__lte=wanted.last_day)
    if wanted.account_id or wanted.party_id:
        lines = Line.objects.all()
        if wanted.account_id:
            lines = lines.filter(account_id=wanted.account_id)
        if wanted.party_id:
            lines = lines.filter(party_id=wanted.party_id)
        found = found.filter(id__in=lines.values("entry_id"))
    return found


def find_entry(*, source_kind: str, source_id: UUID, kind: str) -> Entry | None:
    """Return the entry of a document, or None."""
    return Entry.objects.filter(
        source_kind=source_kind, source_id=source_id, kind=kind, reverses=None
    ).first()


def get_lines(entry_id: UUID) -> list[Line]:
    """Return an entry's lines with their accounts, in order."""
    return list(Line.objects.filter(entry_id=entry_id).order_by("position").prefetch_related("account"))


def get_entry(entry_id: UUID) -> Entry:
    """Return an entry. Raises NotFound."""
    entry = Entry.objects.filter(id=entry_id).first()
    if entry is None:
        raise NotFound("There is no such entry.")
    return entry


def list_accounts(*, text: str = "", kind: str = "", is_active: bool | None = None) -> QuerySet[Account]:
    """Return accounts whose code or name contains a text."""
    found = Account.objects.all()
    if text:
        found = found.filter(Q(code__icontains=text) | Q(name__icontains=text))
    if kind:
        found = found.filter(kind=kind)
    if is_active is not None:
        found = found.filter(is_active=is_active)
    return found


def list_roles() -> dict[str, Account]:
    """Return which account plays each role."""
    return {row.role: row.account for row in AccountRole.objects.prefetch_related("account").order_by("role")}


def roles_of(account_id: UUID) -> list[str]:
    """Return the roles that an account plays."""
    return list(
        AccountRole.objects.filter(account_id=account_id).order_by("role").values_list("role", flat=True)
    )


def find_closed_period(day: date) -> Period | None:
    """Return the closed month whose last day this is, with its kept reports, or None."""
    return Period.objects.filter(last_day=day, month__gt=0).prefetch_related("snapshots").first()
