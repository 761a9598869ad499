"""A company's day: what documents, payments and settlement leave in the ledger agrees with the open items.

`manage.py verify_books` compares the control accounts party by party, at any date (books.md 31, 36, 45).
"""

import json
from contextlib import suppress
from datetime import date, timedelta
from io import StringIO
from typing import Any

from django.core.management import call_command

from apps.core import clock
from apps.core.scope import current_scope
from apps.invoices.operations import void_invoice
from apps.ledger.queries import control_total, find_role_account, get_balance, get_trial_balance
from apps.settlement.models import Allocation, OpenItem
from apps.settlement.operations import undo_allocation, write_off
from tests.factories.books import line, make_customer, make_posted, make_rate
from tests.factories.payments import part, pay
from tests.factories.tenants import Company

DAY = date(2026, 3, 14)


def told(company: Company, as_of: date) -> tuple[int, list[Any], list[str]]:
    out = StringIO()
    with suppress(SystemExit):
        call_command("verify_books", tenant=[str(company.id)], json=True, as_of=as_of, stdout=out)
    found = json.loads(out.getvalue())
    return found["exit_code"], found["findings"], found["compared"]


def item_of(source_id: object) -> OpenItem:
    return OpenItem.objects.get(source_id=source_id)


def by() -> dict[str, Any]:
    return {"actor": current_scope().actor, "now": clock.now()}


def test_the_ledger_agrees_with_the_open_items_after_a_busy_week(in_company: Company) -> None:
    """books.md 30, 31, 36, 39, 40, 43."""
    make_rate("EUR", DAY, "0.86")
    make_rate("EUR", DAY + timedelta(4), "0.90")
    ann, bob = make_customer(), make_customer()
    first, second = make_posted(line("1", "100"), customer=ann), make_posted(line("3", "10"), customer=ann)
    foreign = make_posted(line("1", "100", "0"), customer=bob, currency="EUR")
    voided = make_posted(customer=bob)

    pay(ann.id, 15_000, parts=(part(item_of(first.id), 12_000), part(item_of(second.id), 1_000)))
    received = pay(bob.id, 10_000, currency="EUR", payment_date=DAY + timedelta(4),
                   parts=(part(item_of(foreign.id), 10_000),))  # fmt: skip
    void_invoice(invoice_id=voided.id, reason="Entered twice", **by())
    write_off(item_id=item_of(second.id).id, amount_minor=600, written_off_on=DAY, reason="Too small", **by())
    days = (DAY - timedelta(1), DAY, DAY + timedelta(4), DAY + timedelta(400))
    agreed = (0, [], ["payable", "receivable", "unapplied_payments", "unapplied_receipts"])

    assert [told(in_company, day) for day in days] == [agreed] * 4
    assert control_total(control="receivable", as_of=days[1]) == 12_000 + 3_600 + 8_600 - 13_000 - 600
    assert gain() == -400
    link = Allocation.objects.get(credit_id=received.item_id)
    undo_allocation(allocation_id=link.id, undone_on=DAY + timedelta(5), reason="Another invoice", **by())
    assert [told(in_company, day) for day in (*days, DAY + timedelta(5))] == [agreed] * 5
    assert [get_trial_balance(last_day=day).difference_minor for day in days] == [0] * 4


def gain() -> int:
    """Return the balance of exchange gains: a credit is negative."""
    account = find_role_account("fx_gain")
    assert account is not None
    return get_balance(account_id=account)
