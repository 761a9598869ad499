"""A document that came before is found by every road (books.md 54), and which one is said."""

from datetime import date, timedelta
from typing import Any

import pytest

from apps.bills.duplicates import find_duplicates
from apps.bills.errors import DuplicateBill
from apps.bills.models import Bill
from apps.bills.operations import change_bill, create_bills, delete_bill, post_bill, void_bill
from apps.core import clock
from apps.core.scope import current_scope, open_scope
from tests.factories.bills import DAY, bill_input, bill_line, make_bill, make_posted_bill
from tests.factories.pages import state_of
from tests.factories.parties import make_supplier
from tests.factories.tenants import Company

FAR = DAY + timedelta(days=60)


def acting() -> dict[str, Any]:
    return {"actor": current_scope().actor, "now": clock.now()}


def reasons(bill: Bill) -> dict[str, tuple[str, ...]]:
    return {each.bill.supplier_number: each.reasons for each in find_duplicates([bill])[bill.id]}


def is_suspected(bill: Bill) -> bool:
    return Bill.objects.get(id=bill.id).has_duplicates


def test_each_sign_is_found_and_named(in_company: Company) -> None:
    supplier = make_supplier()
    make_bill(supplier=supplier, number="INV-0042")
    make_bill(number="INV-42")  # another supplier's
    same_number = make_bill(bill_line("9"), supplier=supplier, number="inv 42", issue_date=FAR)
    same_amount = make_bill(supplier=supplier, number="77", issue_date=DAY + timedelta(days=7))
    too_late = make_bill(supplier=supplier, number="78", issue_date=DAY + timedelta(days=15))
    assert reasons(same_number) == {"INV-0042": ("number",)}
    assert reasons(same_amount) == {"INV-0042": ("amount",)}
    assert reasons(too_late) == {}
    assert [is_suspected(each) for each in (same_number, same_amount, too_late)] == [True, True, False]
    one = make_bill(content_hash="f" * 64)
    assert reasons(make_bill(bill_line("3"), content_hash="f" * 64)) == {one.supplier_number: ("file",)}
    assert reasons(make_bill(supplier=supplier, number="INV-42", kind="credit_note")) == {}


def test_posting_over_one_needs_a_reason(in_company: Company, stranger: Company) -> None:
    supplier = make_supplier()
    first = make_posted_bill(supplier=supplier, number="R-1")
    second = make_bill(supplier=supplier, number="r 1", issue_date=FAR)
    before = state_of(in_company)
    with pytest.raises(DuplicateBill, match=f"{first.number}: the same number") as refused:
        post_bill(bill_id=second.id, **acting())
    assert refused.value.detail == {"candidates": [{"id": str(first.id), "reasons": ["number"]}]}
    assert state_of(in_company) == before
    assert post_bill(bill_id=second.id, reason="Two deliveries, one number", **acting()).state == "posted"
    with open_scope(stranger.scope()):
        assert not make_bill(number="R-1").has_duplicates


def test_an_edit_of_number_or_supplier_looks_again(in_company: Company) -> None:
    one, other = make_supplier(), make_supplier()
    first = make_bill(supplier=one, number="R-1")
    second = make_bill(bill_line("5"), supplier=other, number="R-1", issue_date=FAR)
    assert not is_suspected(second)
    change_bill(bill_id=second.id, changes={"supplier_id": one.id}, **acting())
    assert (is_suspected(second), is_suspected(first)) == (True, True)
    change_bill(bill_id=second.id, changes={"supplier_number": "R-2"}, **acting())
    assert (is_suspected(second), is_suspected(first)) == (False, False)
    change_bill(bill_id=second.id, changes={"supplier_number": "R01"}, **acting())
    assert is_suspected(second)
    delete_bill(bill_id=first.id, **acting())
    assert not is_suspected(second)


def test_a_void_bill_is_no_duplicate(in_company: Company) -> None:
    supplier = make_supplier()
    first = make_posted_bill(supplier=supplier, number="R-1")
    second = make_bill(supplier=supplier, number="R-1")
    assert is_suspected(second)
    void_bill(bill_id=first.id, reason="Wrong", **acting())
    assert not is_suspected(second)
    assert post_bill(bill_id=second.id, **acting()).state == "posted"


def test_many_at_once_see_each_other_and_what_was_there(in_company: Company) -> None:
    supplier = make_supplier()
    make_bill(bill_line("9"), supplier=supplier, number="R-1", issue_date=date(2026, 1, 1))
    wanted = [("R-2", "3"), ("r2", "4"), ("R-1", "5"), ("R-4", "6")]
    inputs = [bill_input(bill_line(q), supplier=supplier, number=n, issue_date=FAR) for n, q in wanted]
    made = create_bills(bills=inputs, **acting())
    assert [is_suspected(bill) for bill in made] == [True, True, True, False]
