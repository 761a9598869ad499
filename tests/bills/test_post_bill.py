"""Entering, changing, posting and voiding bills: what is booked, and what a refusal leaves as it was."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from apps.approvals.errors import ApprovalVoid, NotApproved
from apps.approvals.models import Request
from apps.bills.errors import InvalidTransition, MatchException
from apps.bills.inputs import AdjustmentInput, Stated, TaxInput
from apps.bills.models import Bill
from apps.bills.operations import change_bill, delete_bill, post_bill, submit_bill, void_bill
from apps.core import clock
from apps.core.errors import InputError, NotFound, StaleVersion
from apps.core.scope import current_scope, open_scope
from apps.ledger.closing import set_lock_date
from apps.ledger.models import Entry, Line
from apps.ledger.rate_files import put_rate
from apps.settlement.queries import balances_of
from tests.factories.approvals import decide_as, make_policy
from tests.factories.bills import bill_line, make_bill, make_posted_bill
from tests.factories.pages import state_of
from tests.factories.tenants import Company


def acting() -> dict[str, Any]:
    return {"actor": current_scope().actor, "now": clock.now()}


def booked(bill: Bill) -> list[tuple[str, int, int, str]]:
    """Return the lines of a bill's entry: account role, debit, credit, tax code."""
    entry = Entry.objects.get(source_id=bill.id, reverses=None)
    lines = Line.objects.filter(entry=entry).select_related("account").order_by("position")
    return [(line.account.code, line.debit_minor, line.credit_minor, line.tax_code) for line in lines]


def sides(bill: Bill) -> list[tuple[int, int, str]]:
    return [(debit, credit, code) for _, debit, credit, code in booked(bill)]


def test_a_posted_bill_is_numbered_booked_and_open(in_company: Company, stranger: Company) -> None:
    bill = make_posted_bill()
    assert (bill.number, bill.total_minor, bill.state) == ("BILL-2026-000001", 1200, "posted")
    assert sides(bill) == [(1000, 0, "S-20"), (200, 0, "S-20"), (0, 1200, "")]
    balance = balances_of(source_kind="bill", source_ids=[bill.id], today=date(2026, 3, 14))[bill.id]
    assert (balance.open_minor, balance.payment_state, balance.due_date) == (1200, "open", date(2026, 4, 13))
    before = state_of(in_company)
    assert post_bill(bill_id=bill.id, **acting()).number == bill.number
    assert state_of(in_company) == before
    with open_scope(stranger.scope()), pytest.raises(NotFound):
        post_bill(bill_id=bill.id, **acting())


def test_the_senders_totals_are_booked_and_ours_stand_beside_them(in_company: Company) -> None:
    """books.md 17: shown above 0.00, an exception above the tolerance, the ledger uses the received amount."""
    near = make_posted_bill(stated=Stated(total_minor=1201, tax_minor=201))
    assert (near.total_minor, near.computed_total_minor, near.difference_minor) == (1201, 1200, 1)
    assert not near.has_total_exception
    assert sides(near) == [(1000, 0, "S-20"), (201, 0, "S-20"), (0, 1201, "")]

    far = make_bill(stated=Stated(total_minor=1250, tax_minor=200, rounding_minor=-1))
    assert far.has_total_exception
    with pytest.raises(MatchException, match=r"12\.50 GBP, its lines come to 12\.00"):
        post_bill(bill_id=far.id, **acting())
    done = post_bill(bill_id=far.id, reason="The supplier confirmed it", **acting())
    assert (done.override_reason, done.payable_minor) == ("The supplier confirmed it", 1249)
    # What the parts do not explain stands on the rounding account, so that the entry is the sender's amount.
    assert sides(done) == [(1000, 0, "S-20"), (200, 0, "S-20"), (49, 0, ""), (0, 1249, "")]


def test_adjustments_and_several_taxes_are_booked_by_category(in_company: Company) -> None:
    bill = make_posted_bill(
        bill_line("10", "1.00", "20"), bill_line("1", "7.00", "5"), bill_line("1", "3.00", "0"),
        adjustments=[AdjustmentInput(is_charge=True, amount_minor=500, tax_rate=Decimal(20), reason="Freight")],
    )  # fmt: skip
    assert (bill.net_minor, bill.tax_minor, bill.total_minor) == (2500, 335, 2835)
    assert sides(bill) == [
        (1000, 0, "S-20"), (700, 0, "S-5"), (300, 0, "Z-0"), (500, 0, "S-20"), (35, 0, "S-5"), (300, 0, "S-20"),
        (0, 2835, ""),
    ]  # fmt: skip


def test_a_credit_note_is_the_mirror(in_company: Company) -> None:
    """books.md 14, 42."""
    note = make_posted_bill(kind="credit_note")
    assert note.number == "BCN-2026-000001"
    assert sides(note) == [(0, 1000, "S-20"), (0, 200, "S-20"), (1200, 0, "")]


def test_a_bill_in_another_currency_keeps_its_rate(in_company: Company) -> None:
    put_rate(currency="EUR", day=date(2026, 3, 1), rate="0.85", source="ECB", **acting())
    bill = make_posted_bill(bill_line("3", "3.33", "19"), currency="EUR")
    assert (bill.rate, bill.total_minor, bill.book_total_minor) == (Decimal("0.85"), 1189, 1011)
    entry = Entry.objects.get(source_id=bill.id)
    assert (entry.currency, entry.total_minor) == ("EUR", 1011)
    missing = make_bill(currency="USD")
    assert missing.rate is None
    with pytest.raises(Exception, match="no rate from USD"):
        post_bill(bill_id=missing.id, **acting())


def test_received_taxes_are_kept_as_they_came(in_company: Company) -> None:
    bill = make_posted_bill(
        stated=Stated(total_minor=1200, tax_minor=200),
        taxes=[TaxInput(category="S", rate=Decimal(20), base_minor=1000, tax_minor=199)],
    )
    assert sides(bill) == [(1000, 0, "S-20"), (199, 0, "S-20"), (1, 0, ""), (0, 1200, "")]


def test_voiding_reverses_everything_once(in_company: Company) -> None:
    """books.md 32, 33."""
    bill = make_posted_bill()
    with pytest.raises(InputError):
        void_bill(bill_id=bill.id, reason=" ", **acting())
    done = void_bill(bill_id=bill.id, reason="Entered twice", **acting())
    assert (done.state, done.number) == ("void", bill.number)
    before = state_of(in_company)
    void_bill(bill_id=bill.id, reason="Entered twice", **acting())
    assert state_of(in_company) == before
    sums = [line.debit_minor - line.credit_minor for line in Line.objects.order_by("account_id", "position")]
    assert sum(sums) == 0
    assert Entry.objects.filter(source_id=bill.id).count() == 2
    assert balances_of(source_kind="bill", source_ids=[bill.id])[bill.id].payment_state == "none"
    with pytest.raises(InvalidTransition):
        change_bill(bill_id=bill.id, changes={"note": "x"}, **acting())


def test_a_draft_changes_and_goes_without_a_trace_of_a_number(in_company: Company) -> None:
    bill = make_bill()
    changed = change_bill(
        bill_id=bill.id, changes={"lines": [bill_line("3")], "category": "parts"}, version=1, **acting()
    )
    assert (changed.total_minor, changed.version, changed.lines.count()) == (1800, 2, 1)
    with pytest.raises(StaleVersion):
        change_bill(bill_id=bill.id, changes={"note": "x"}, version=1, **acting())
    with pytest.raises(InputError, match="less than nothing"):
        change_bill(bill_id=bill.id, changes={"lines": [bill_line("-3")]}, **acting())
    assert Bill.objects.get(id=bill.id).total_minor == 1800
    delete_bill(bill_id=bill.id, version=2, **acting())
    assert not Bill.objects.exists()
    assert make_posted_bill().sequence == 1


def test_what_a_policy_wants_comes_before_posting(in_company: Company) -> None:
    """books.md 50 to 52."""
    make_policy(min_minor=1000)
    bill = make_bill()
    before = state_of(in_company)
    with pytest.raises(NotApproved):
        post_bill(bill_id=bill.id, **acting())
    assert state_of(in_company) == before
    request = submit_bill(bill_id=bill.id, **acting())
    assert request is not None
    assert request.amount_minor == 1200
    decide_as(in_company, "approver", request)
    change_bill(bill_id=bill.id, changes={"note": "Comment", "order_reference": "PO 1"}, **acting())
    assert Request.objects.get(id=request.id).state == "approved"
    for changes in ({"due_date": date(2026, 5, 1)}, {"lines": [bill_line("3")]}, {"stated_account": "GB1"}):
        change_bill(bill_id=bill.id, changes=changes, **acting())
        assert Request.objects.get(id=request.id).state == "void"
        again = submit_bill(bill_id=bill.id, **acting())
        assert again is not None
        request = decide_as(in_company, "approver", again)
    done = post_bill(bill_id=bill.id, **acting())
    assert done.payable_minor == request.amount_minor == 1800


def test_raw_sql_around_the_operations_does_not_pass_the_approval(in_company: Company) -> None:
    """books.md 52: the amount at posting is the amount that was approved, whatever changed the row."""
    make_policy()
    bill = make_bill()
    request = submit_bill(bill_id=bill.id, **acting())
    assert request is not None
    decide_as(in_company, "approver", request)
    Bill.objects.filter(id=bill.id).update(total_minor=999_999, net_minor=999_799)
    with pytest.raises(ApprovalVoid):
        post_bill(bill_id=bill.id, reason="x", **acting())


def test_a_locked_period_takes_no_bill(in_company: Company) -> None:
    """books.md 34; `booked_on` is the way on."""
    set_lock_date(kind="purchase", through=date(2026, 3, 31), reason="Return sent", **acting())
    bill = make_bill()
    before = state_of(in_company)
    with pytest.raises(Exception, match=r"closed|locked"):
        post_bill(bill_id=bill.id, **acting())
    assert state_of(in_company) == before
    assert post_bill(bill_id=bill.id, booked_on=date(2026, 4, 2), **acting()).booked_on == date(2026, 4, 2)
    with pytest.raises(InputError):
        post_bill(bill_id=make_bill(issue_date=date(2026, 4, 5)).id, booked_on=date(2026, 4, 1), **acting())
