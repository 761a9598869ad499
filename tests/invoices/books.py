"""What the books say about the open company: balances of the ledger beside open items."""

from collections import defaultdict
from uuid import UUID

from django.db.models import Sum

from apps.ledger.models import AccountRole, Entry, Line
from apps.settlement.models import OpenItem


def trial_balance() -> int:
    """Return debit − credit over all accounts; it is zero (books.md 30)."""
    sums = Line.objects.aggregate(debit=Sum("debit_minor"), credit=Sum("credit_minor"))
    return int(sums["debit"] or 0) - int(sums["credit"] or 0)


def by_role() -> dict[str, int]:
    """Return the balance of each role's account, debit positive, in the book currency; zero ones left out."""
    roles = dict(AccountRole.objects.values_list("account_id", "role"))
    found: dict[str, int] = defaultdict(int)
    for account, debit, credit in Line.objects.values_list("account_id", "debit_minor", "credit_minor"):
        found[roles[account]] += debit - credit
    return {role: minor for role, minor in found.items() if minor}


def open_items() -> int:
    """Return what customers owe by their open items, in the book currency: charges less credits."""
    items = OpenItem.objects.filter(side="receivable", control="receivable", closed_on=None)
    return sum(
        item.open_book_minor if item.direction == "charge" else -item.open_book_minor for item in items
    )


def lines_of(source_id: UUID) -> list[tuple[str, int, str, int, str]]:
    """Return a document's posting: role, book amount (debit positive), currency, amount in it, tax code."""
    roles = dict(AccountRole.objects.values_list("account_id", "role"))
    entry = Entry.objects.get(source_id=source_id, reverses=None, kind="sales")
    rows = Line.objects.filter(entry=entry).order_by("position")
    return [
        (roles[x.account_id], x.debit_minor - x.credit_minor, x.currency, x.amount_minor, x.tax_code)
        for x in rows
    ]


def items_of(source_id: UUID) -> list[tuple[str, int, int, str]]:
    """Return a document's open items: direction, amount, book amount, due date."""
    rows = OpenItem.objects.filter(source_id=source_id).order_by("position")
    return [(x.direction, x.amount_minor, x.book_minor, x.due_date.isoformat()) for x in rows]
