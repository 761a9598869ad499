"""Open items with their entries in the ledger, and whether both agree; in the open scope."""

from datetime import date

from django.db.models import F, Sum

from apps.core import clock
from apps.core.scope import current_scope
from apps.ledger.entries import EntryInput, EntryLine
from apps.ledger.models import AccountRole, Line
from apps.ledger.operations import post_entry
from apps.settlement.ageing import control_balances
from apps.settlement.inputs import ItemInput
from apps.settlement.models import OpenItem
from tests.factories.open_items import open_these

CONTROLS = ("receivable", "payable", "unapplied_receipts", "unapplied_payments")


def post_these(*items: ItemInput) -> list[OpenItem]:
    """Open items and post what their documents and payments would: against revenue, expense or the bank."""
    for item in items:
        is_debit = (item.side == "receivable") == (item.direction == "charge")
        other = (
            "bank" if item.source_kind == "payment" else "revenue" if item.side == "receivable" else "expense"
        )
        lines = (
            _side(item.control, item, is_debit=is_debit),
            _side(other, item, is_debit=not is_debit),
        )
        kind = {"payment": "payment", "bill": "purchase"}.get(item.source_kind, "sales")
        entry = EntryInput(kind, item.issue_date, item.source_kind, item.source_id, item.number, lines)
        post_entry(entry=entry, actor=current_scope().actor, now=clock.now())
    return open_these(*items)


def _side(account: str, item: ItemInput, *, is_debit: bool) -> EntryLine:
    amount = item.amount_minor if is_debit or item.book_minor else -item.amount_minor
    return EntryLine(
        account, debit_minor=item.book_minor if is_debit else 0, credit_minor=0 if is_debit else item.book_minor,
        currency=item.currency, amount_minor=amount, party_id=item.party_id,
    )  # fmt: skip


def balances(as_of: date = date(2030, 1, 1)) -> dict[str, int]:
    """Return the balance of each role's account, debit positive, roles at zero left out."""
    names = {role.account_id: role.role for role in AccountRole.objects.all()}
    sums = Line.objects.filter(entry_date__lte=as_of).values("account_id")
    found = sums.annotate(minor=Sum(F("debit_minor") - F("credit_minor"))).values_list("account_id", "minor")
    return {names[key]: int(minor) for key, minor in found if minor}


def agree(as_of: date) -> None:
    """Check books.md 31: each control account stands at what the items say, on a day."""
    ledger, items = balances(as_of), control_balances(as_of=as_of)
    signs = {"receivable": 1, "unapplied_receipts": 1, "payable": -1, "unapplied_payments": -1}
    assert {role: ledger.get(role, 0) * signs[role] for role in CONTROLS} == {
        role: items.get(role, 0) for role in CONTROLS
    }
