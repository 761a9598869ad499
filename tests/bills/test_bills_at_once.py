"""Bills entered and posted at the same moment, on connections of their own (books.md 20, 53, 54)."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from apps.bills.models import Bill, LineMatch
from apps.bills.operations import create_bill, post_bill
from apps.core import clock
from apps.core.db import write
from apps.core.scope import open_scope
from tests.approvals.test_concurrency import at_once
from tests.factories.bills import bill_input, bill_line, make_bill
from tests.factories.orders import bought, bought_line, make_sent, receive
from tests.factories.parties import make_supplier
from tests.factories.tenants import Company


def posting(company: Company, bill_id: UUID, reason: str = "") -> Callable[[], str]:
    def work() -> str:
        with open_scope(company.scope()):
            done = post_bill(bill_id=bill_id, reason=reason, actor=company.actor(), now=clock.now())
            return done.number or ""

    return work


def test_of_four_that_bill_the_same_goods_at_once_only_what_came_is_matched(company: Company) -> None:
    with open_scope(company.scope()):
        order = make_sent(bought("10", "1.20"))
        receive(order, "10")
        line, supplier = bought_line(order), order.supplier
        bills = [
            make_bill(bill_line(str(n), "1.20", order_line=line.id), supplier=supplier) for n in (4, 5, 6, 7)
        ]
        found = at_once(*[posting(company, bill.id) for bill in bills])
        posted = Bill.objects.filter(state="posted")
        matched = sum(LineMatch.objects.filter(line__bill__in=posted).values_list("matched", flat=True))
        assert matched == bought_line(order).billed <= 10
        assert sorted(each for each in found if each.startswith("BILL")) == [
            f"BILL-2026-{n:06d}" for n in range(1, posted.count() + 1)
        ]
        assert {each for each in found if not each.startswith("BILL")} == {"match_exception"}
        assert posted.count() in (1, 2)


def test_the_same_document_entered_and_posted_twice_at_once_is_posted_once(company: Company) -> None:
    with open_scope(company.scope()):
        supplier = make_supplier()
        given = bill_input(supplier=supplier, number="R-1")

    def enter() -> str:
        with open_scope(company.scope()), write():
            bill = create_bill(bill=given, actor=company.actor(), now=clock.now())
            done = post_bill(bill_id=bill.id, actor=company.actor(), now=clock.now())
            return done.state

    for _ in range(3):
        found: list[Any] = at_once(enter, enter, enter)
        assert set(found) <= {"posted", "duplicate_bill"}
    with open_scope(company.scope()):
        assert Bill.objects.count() == 1


def test_posting_one_bill_twice_at_once_books_it_once(company: Company) -> None:
    with open_scope(company.scope()):
        bill = make_bill()
        assert set(at_once(*[posting(company, bill.id)] * 4)) == {"BILL-2026-000001"}
