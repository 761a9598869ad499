"""Many bills posted at once end as they would one by one (books.md 20, 53, 54)."""

from typing import Any

import pytest

from apps.approvals.errors import NotApproved
from apps.bills.bulk import bulk_post_bills
from apps.bills.errors import DuplicateBill, InvalidTransition, MatchException
from apps.bills.models import Bill
from apps.core import clock
from apps.core.scope import current_scope
from apps.ledger.models import Line
from apps.settlement.models import OpenItem
from tests.factories.approvals import make_policy
from tests.factories.bills import bill_line, make_bill, make_posted_bill
from tests.factories.orders import bought, bought_line, make_sent, receive
from tests.factories.pages import state_of
from tests.factories.tenants import Company


def acting() -> dict[str, Any]:
    return {"actor": current_scope().actor, "now": clock.now()}


def test_the_books_hold_the_same_as_after_one_by_one(in_company: Company) -> None:
    order = make_sent(bought("10", "1.20"))
    receive(order, "10")
    line, supplier = bought_line(order), order.supplier
    one = make_posted_bill(bill_line("3"))
    bills = [
        make_bill(bill_line("4", "1.20", order_line=line.id), supplier=supplier),
        make_bill(bill_line("6", "1.20", order_line=line.id), supplier=supplier),
        make_bill(bill_line("3")), make_bill(bill_line("2", "9"), kind="credit_note"),
    ]  # fmt: skip
    numbers = bulk_post_bills(bill_ids=[bill.id for bill in bills], **acting())
    assert sorted(numbers.values()) == ["BCN-2026-000001", *(f"BILL-2026-00000{n}" for n in (2, 3, 4))]
    assert bought_line(order).billed == 10
    assert set(Bill.objects.values_list("state", flat=True)) == {"posted"}

    def booked(bill: Bill) -> list[tuple[int, int, str, str]]:
        lines = Line.objects.filter(entry__source_id=bill.id).order_by("position")
        return list(lines.values_list("debit_minor", "credit_minor", "tax_code", "account__code"))

    assert booked(bills[2]) == booked(one)
    amounts = OpenItem.objects.order_by("amount_minor").values_list("direction", "amount_minor")
    assert list(amounts) == [
        ("charge", 576), ("charge", 864), ("charge", 1800), ("charge", 1800), ("credit", 2160),
    ]  # fmt: skip


def test_one_that_is_refused_keeps_all_of_them(in_company: Company) -> None:
    order = make_sent(bought("10", "1.20"))
    receive(order, "10")
    line, supplier = bought_line(order), order.supplier
    over = [make_bill(bill_line(n, "1.20", order_line=line.id), supplier=supplier) for n in ("6", "5")]
    twin = make_bill(supplier=supplier, number="R-1")
    other = make_bill(bill_line("9"), supplier=supplier, number="r 1")
    before = state_of(in_company)
    with pytest.raises(MatchException):
        bulk_post_bills(bill_ids=[bill.id for bill in over], **acting())
    with pytest.raises(DuplicateBill):
        bulk_post_bills(bill_ids=[twin.id, other.id], **acting())
    assert state_of(in_company) == before
    with pytest.raises(InvalidTransition):
        bulk_post_bills(bill_ids=[make_posted_bill().id], **acting())
    done = bulk_post_bills(bill_ids=[bill.id for bill in over], reason="Agreed by phone", **acting())
    assert len(done) == 2
    assert [bill.override_reason for bill in Bill.objects.filter(id__in=done).order_by("number")] == [
        "", "Agreed by phone",
    ]  # fmt: skip


def test_what_a_policy_wants_is_asked_here_too(in_company: Company) -> None:
    make_policy(min_minor=1500)
    small, large = make_bill(), make_bill(bill_line("9"))
    with pytest.raises(NotApproved):
        bulk_post_bills(bill_ids=[small.id, large.id], **acting())
    assert bulk_post_bills(bill_ids=[small.id], **acting())
