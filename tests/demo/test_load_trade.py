"""Buying, billing, approving and paying of a demo business: whole, with its planted mistakes, and loaded only once."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from apps.approvals.models import Decision, Request
from apps.bills.models import Bill
from apps.core import clock
from apps.core.scope import SYSTEM, open_scope
from apps.demo.businesses import BUSINESSES
from apps.demo.load import load_business
from apps.demo.load_trade import load_trade
from apps.demo.staff import Staff
from apps.demo.trades import TRADES
from apps.ledger.models import Line as LedgerLine
from apps.orders.models import PurchaseOrder, Receipt
from apps.parties.models import BankAccount
from apps.payments.models import Payment
from apps.settlement.models import Allocation, OpenItem
from apps.tenancy.queries import get_tenant
from tests.factories.tenants import Company

SLUG = "harbour-gifts"
MODELS = (PurchaseOrder, Receipt, Bill, Payment, Allocation, OpenItem, BankAccount, Request, Decision)


def load(company: Company) -> dict[str, int]:
    """Load a small trade; return how many rows of each kind there are."""
    now = clock.now()
    anchor = clock.local_date(now, "Europe/London")
    with open_scope(company.scope()):
        load_business(business=BUSINESSES[SLUG], today=anchor, actor=SYSTEM, now=now, invoices=60)
        tenant = get_tenant(company.tenant.slug)
    trade = replace(TRADES[SLUG], orders=40, overheads=20)
    staff = Staff(tenant, company.people)
    load_trade(
        trade=trade, currency="GBP", staff=staff, anchor=anchor, now=now, tell=lambda _what, _count: None
    )
    with open_scope(company.scope()):
        return {model.__name__: model.objects.count() for model in MODELS}


def test_a_trade_is_whole_and_loading_it_again_changes_nothing(company: Company) -> None:
    once = load(company)
    assert once["PurchaseOrder"] == 40
    assert load(company) == once
    with open_scope(company.scope()):
        bills = Bill.objects.all()
        assert bills.filter(has_duplicates=True).count() >= 2
        assert bills.filter(match_state="exception").count() >= 4
        assert bills.filter(payee_flag="differs").count() >= 1
        assert not bills.filter(state="posted").filter(has_duplicates=True).exists()
        assert bills.filter(state="posted").count() > 20
        assert BankAccount.objects.filter(state="proposed").count() == 2
        assert _makers_and_checkers_differ()
        late = clock.now().date() - timedelta(days=40)
        assert not OpenItem.objects.filter(
            side="payable", due_date__lt=late, open_minor__gt=0, closed_on=None
        ).exists()
        totals: dict[str, Any] = {"debit": 0, "credit": 0}
        for debit, credit in LedgerLine.objects.values_list("debit_minor", "credit_minor"):
            totals["debit"] += debit
            totals["credit"] += credit
        assert totals["debit"] == totals["credit"] > 0


def _makers_and_checkers_differ() -> bool:
    decided = Decision.objects.select_related("request")
    rows = [(each.decided_by, each.request.created_by) for each in decided]
    accounts = BankAccount.objects.filter(state="confirmed").values_list("decided_by", "proposed_by")
    return bool(rows) and all(a != b for a, b in [*rows, *accounts])


def test_a_stranger_has_nothing_of_it(company: Company, stranger: Company) -> None:
    load(company)
    with open_scope(stranger.scope()):
        assert {model.__name__: model.objects.count() for model in MODELS} == dict.fromkeys(
            (model.__name__ for model in MODELS), 0
        )
