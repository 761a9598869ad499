"""Bills against purchase orders and receipts (books.md 53)."""

from decimal import Decimal
from typing import Any

import pytest

from apps.bills.errors import MatchException
from apps.bills.models import Bill, LineMatch
from apps.bills.operations import change_settings, create_bill, match_bill, post_bill, void_bill
from apps.core import clock
from apps.core.errors import InputError
from apps.core.scope import current_scope
from apps.ledger.models import Line
from tests.factories.bills import bill_input, bill_line, make_bill, make_posted_bill
from tests.factories.books import make_product
from tests.factories.orders import bought, bought_line, make_sent, receive
from tests.factories.pages import state_of
from tests.factories.tenants import Company


def acting() -> dict[str, Any]:
    return {"actor": current_scope().actor, "now": clock.now()}


def figures(bill: Bill) -> LineMatch:
    return LineMatch.objects.get(line__bill=bill)


def test_a_match_is_stored_with_its_figures(in_company: Company) -> None:
    order = make_sent(bought("10", "1.20"))
    receive(order, "8", "1")
    line = bought_line(order)
    bill = make_bill(bill_line("10", "1.25", order_line=line.id), supplier=order.supplier)
    found = figures(bill)
    assert bill.match_state == "exception"
    assert (found.outcome, found.ordered, found.basis, found.limit, found.quantity) == ("both", 10, 7, 7, 10)
    assert (found.matched, found.quantity_variance, found.price_variance_minor) == (7, 3, 50)
    assert (found.is_price_ok, found.is_quantity_ok, found.billed_before) == (False, False, 0)


def test_a_draft_is_matched_again_when_goods_came(in_company: Company) -> None:
    order = make_sent(bought("10"))
    bill = make_bill(bill_line("10", "1.20", order_line=bought_line(order).id), supplier=order.supplier)
    before = state_of(in_company)
    with pytest.raises(MatchException, match="line 1: quantity differs"):
        post_bill(bill_id=bill.id, **acting())
    assert state_of(in_company) == before
    receive(order, "10")
    assert match_bill(bill_id=bill.id, **acting()).match_state == "matched"
    assert post_bill(bill_id=bill.id, **acting()).match_state == "matched"
    assert bought_line(order).billed == 10


def test_what_was_billed_counts_for_the_next_and_a_credit_note_gives_back(in_company: Company) -> None:
    order = make_sent(bought("10", "1.20"))
    receive(order, "10")
    line, supplier = bought_line(order), order.supplier
    make_posted_bill(bill_line("6", "1.20", order_line=line.id), supplier=supplier)
    second = make_bill(
        bill_line("6", "1.20", order_line=line.id), supplier=supplier, issue_date=order.order_date
    )
    assert (figures(second).billed_before, figures(second).matched, figures(second).quantity_variance) == (
        6,
        4,
        2,
    )
    note = make_posted_bill(bill_line("2", "1.20", order_line=line.id), supplier=supplier, kind="credit_note")
    assert (figures(note).quantity, figures(note).matched, bought_line(order).billed) == (-2, -2, 4)
    assert match_bill(bill_id=second.id, **acting()).match_state == "matched"
    done = post_bill(bill_id=second.id, **acting())
    assert bought_line(order).billed == 10
    void_bill(bill_id=done.id, reason="Wrong", **acting())
    assert bought_line(order).billed == 4


def test_two_lines_of_one_bill_share_what_was_ordered(in_company: Company) -> None:
    order = make_sent(bought("10", "1.20"))
    receive(order, "10")
    line = bought_line(order)
    bill = make_bill(
        bill_line("6", "1.20", order_line=line.id),
        bill_line("6", "1.20", order_line=line.id),
        supplier=order.supplier,
    )
    found = LineMatch.objects.filter(line__bill=bill).order_by("line__position")
    assert [(each.outcome, each.billed_before, each.matched) for each in found] == [
        ("matched", 0, 6), ("quantity", 6, 4),
    ]  # fmt: skip


def test_tolerances_are_the_tenants_own(in_company: Company) -> None:
    order = make_sent(bought("100", "1.20"))
    receive(order, "100")
    line = bought_line(order)
    entered = bill_input(bill_line("102", "1.22", order_line=line.id), supplier=order.supplier)
    assert create_bill(bill=entered, **acting()).match_state == "exception"
    change_settings(changes={"price_percent": Decimal(2), "quantity_units": Decimal(2)}, **acting())
    bill = create_bill(bill=entered, **acting())
    assert bill.match_state == "matched"
    assert figures(bill).limit == 102
    change_settings(changes={"match_basis": "ordered", "quantity_units": Decimal(0)}, **acting())
    assert match_bill(bill_id=bill.id, **acting()).match_state == "exception"


def test_a_line_that_nobody_ordered_is_said_so(in_company: Company) -> None:
    order = make_sent()
    receive(order, "10")
    bill = make_bill(
        bill_line("10", "1.20", order_line=bought_line(order).id), bill_line("1", "9.00", description="Surprise"),
        supplier=order.supplier, order_reference=order.number,
    )  # fmt: skip
    outcomes = (
        LineMatch.objects.filter(line__bill=bill).order_by("line__position").values_list("outcome", flat=True)
    )
    assert list(outcomes) == ["matched", "unordered"]
    done = post_bill(bill_id=bill.id, reason="Freight was agreed by phone", **acting())
    assert done.override_reason == "Freight was agreed by phone"


def test_an_order_of_another_supplier_is_not_billed(in_company: Company) -> None:
    order = make_sent()
    with pytest.raises(InputError, match="no such line"):
        make_bill(bill_line("1", "1.20", order_line=bought_line(order).id))


def test_stocked_goods_clear_what_was_received_and_the_rest_is_expense(in_company: Company) -> None:
    product = make_product()
    order = make_sent(bought("10", "1.20", product))
    receive(order, "10")
    bill = make_posted_bill(
        bill_line("10", "1.30", order_line=bought_line(order).id), supplier=order.supplier, reason="New price"
    )
    lines = Line.objects.filter(entry__source_id=bill.id).select_related("account").order_by("position")
    assert [(x.account.name, x.debit_minor, x.credit_minor) for x in lines if x.debit_minor or x.credit_minor][:2] == [
        (lines[0].account.name, 1200, 0), (lines[1].account.name, 100, 0),
    ]  # fmt: skip
    assert lines[0].account_id != lines[1].account_id
