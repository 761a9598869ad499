"""The chart that a tenant starts with, and which account plays which role in the posting rules."""

from collections.abc import Collection
from datetime import datetime

from django.db import connections

from apps.core.db import write, write_alias
from apps.core.scope import Actor
from apps.ledger.entries import AccountRef
from apps.ledger.models import Account, AccountRole

ROLES = {
    "receivable": "Customers owe", "payable": "Owed to suppliers", "revenue": "Sales", "expense": "Purchases and costs",
    "tax_output": "Tax on sales", "tax_input": "Tax on purchases", "bank": "Bank",
    "unapplied_receipts": "Received, not yet applied", "unapplied_payments": "Paid, not yet applied",
    "fx_gain": "Exchange gains", "fx_loss": "Exchange losses", "rounding": "Rounding", "write_off": "Written off",
    "discount_given": "Discounts given", "discount_taken": "Discounts taken", "inventory": "Inventory",
    "goods_received": "Goods received, not invoiced", "retained_earnings": "Retained earnings",
}  # fmt: skip
CONTROL_ROLES = {"receivable": "receivable", "payable": "payable"}

# code, name, kind, role
DEFAULT_CHART = (
    ("1000", "Bank", "asset", "bank"),
    ("1010", "Cash", "asset", ""),
    ("1100", "Trade receivables", "asset", "receivable"),
    ("1190", "Payments not yet applied", "asset", "unapplied_payments"),
    ("1200", "Inventory", "asset", "inventory"),
    ("1300", "Tax receivable on purchases", "asset", "tax_input"),
    ("1400", "Prepaid expenses", "asset", ""),
    ("1500", "Equipment", "asset", ""),
    ("2000", "Trade payables", "liability", "payable"),
    ("2100", "Goods received, not invoiced", "liability", "goods_received"),
    ("2190", "Receipts not yet applied", "liability", "unapplied_receipts"),
    ("2200", "Tax payable on sales", "liability", "tax_output"),
    ("2300", "Accrued expenses", "liability", ""),
    ("2400", "Loans", "liability", ""),
    ("3000", "Share capital", "equity", ""),
    ("3100", "Retained earnings", "equity", "retained_earnings"),
    ("4000", "Sales", "income", "revenue"),
    ("4100", "Discounts taken", "income", "discount_taken"),
    ("4200", "Exchange gains", "income", "fx_gain"),
    ("4900", "Other income", "income", ""),
    ("5000", "Purchases", "expense", "expense"),
    ("5100", "Discounts given", "expense", "discount_given"),
    ("6000", "Salaries", "expense", ""),
    ("6100", "Rent", "expense", ""),
    ("6200", "Office and software", "expense", ""),
    ("6300", "Bank charges", "expense", ""),
    ("6400", "Bad debts written off", "expense", "write_off"),
    ("6500", "Exchange losses", "expense", "fx_loss"),
    ("6600", "Rounding differences", "expense", "rounding"),
    ("6900", "Other expenses", "expense", ""),
)

_RESOLVE = """
select r.role, a.id, a.code, a.control, a.is_active
from ledger_accountrole r join ledger_account a on a.tenant_id = r.tenant_id and a.id = r.account_id
where r.role = any(%(names)s)
union all
select a.code, a.id, a.code, a.control, a.is_active from ledger_account a
where a.code = any(%(names)s) and not a.code = any(%(roles)s)
"""


def ensure_chart(*, actor: Actor, now: datetime) -> None:
    """Give the open tenant what it lacks of the default chart and its roles; running it again changes nothing.

    Two that come at the same moment wait for each other's rows, always in the order of codes and roles.
    """
    accounts = [
        Account(code=code, name=name, kind=kind, control=CONTROL_ROLES.get(role, ""), created_at=now)
        for code, name, kind, role in DEFAULT_CHART
    ]
    with write():
        Account.objects.bulk_create(accounts, ignore_conflicts=True)
        ids = dict(Account.objects.filter(code__in=[a.code for a in accounts]).values_list("code", "id"))
        wanted = sorted((role, ids[code]) for code, _, _, role in DEFAULT_CHART if role)
        AccountRole.objects.bulk_create(
            [AccountRole(role=role, account_id=account_id) for role, account_id in wanted],
            ignore_conflicts=True,
        )


def resolve_accounts(names: Collection[str], *, actor: Actor, now: datetime) -> dict[str, AccountRef]:
    """Return accounts by role or code; a tenant without a chart gets the default one. Unknown names are left out."""
    found = _resolve(names)
    missing = set(names) - set(found)
    if missing & set(ROLES) or (missing and not Account.objects.exists()):
        ensure_chart(actor=actor, now=now)
        found = _resolve(names)
    return found


def _resolve(names: Collection[str]) -> dict[str, AccountRef]:
    with connections[write_alias()].cursor() as cursor:
        cursor.execute(_RESOLVE, {"names": list(names), "roles": list(ROLES)})
        return {row[0]: AccountRef(*row[1:]) for row in cursor.fetchall()}
