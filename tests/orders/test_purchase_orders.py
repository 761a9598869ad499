"""Purchase orders: approved by somebody else, sent as approved, received with rejects, billed within what came."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal

import pytest
from django.db import connections

from apps.approvals.errors import NotApproved, SelfApproval
from apps.approvals.models import Request
from apps.approvals.queries import standing_of
from apps.catalog.models import Lot, Movement, Stock
from apps.catalog.stock import InsufficientStock
from apps.catalog.stock_queries import find_differences
from apps.core import clock
from apps.core.errors import DomainError, InputError, NotFound, StaleVersion
from apps.core.ids import new_id
from apps.core.scope import open_scope
from apps.ledger.models import ExchangeRate
from apps.ledger.rates import NoRate
from apps.orders.models import PurchaseOrder, Receipt
from apps.orders.operations import (
    OverBilled,
    TooMuch,
    cancel_purchase_order,
    change_order_policy,
    change_purchase_order,
    close_purchase_order,
    note_billed,
    open_purchase_order_again,
    reverse_receipt,
    send_purchase_order,
    submit_purchase_order,
    unbill,
    withdraw_purchase_order,
)
from apps.orders.queries import find_purchase_order, get_purchase_order, list_lines_to_match
from apps.orders.transitions import InvalidTransition
from tests.factories.approvals import decide_as, hire, make_policy
from tests.factories.goods import acting
from tests.factories.orders import (
    DAY,
    bought,
    bought_line,
    counts,
    make_confirmed,
    make_goods,
    make_purchase,
    make_sent,
    receive,
    ship,
    sold,
)
from tests.factories.parties import make_supplier
from tests.factories.tenants import Company


def now_of(order: PurchaseOrder) -> PurchaseOrder:
    return PurchaseOrder.objects.get(id=order.id)


def request_of(order: PurchaseOrder) -> Request:
    return Request.objects.filter(subject_id=order.id).order_by("-requested_at", "-id")[0]


def test_a_draft_has_a_number_and_exact_totals(in_company: Company) -> None:
    order = make_purchase(bought("3", "0.335"), freight_minor=250)
    assert (order.number, order.state) == ("PO-2026-000001", "draft")
    assert (order.net_minor, order.tax_minor, order.freight_minor, order.total_minor) == (101, 20, 250, 371)


def test_without_a_policy_an_order_is_free_and_sent_once(in_company: Company) -> None:
    product = make_goods("0")
    order = make_purchase(bought("10", product=product))
    with pytest.raises(InvalidTransition):
        send_purchase_order(order_id=order.id, **acting())
    assert submit_purchase_order(order_id=order.id, **acting()).state == "approved"
    sent = send_purchase_order(order_id=order.id, **acting())
    assert send_purchase_order(order_id=order.id, **acting()).version == sent.version
    assert Stock.objects.get(product=product).incoming == 10


def test_somebody_else_approves_before_it_is_sent(in_company: Company) -> None:
    """books.md 50: the creator cannot approve, whatever his role."""
    make_policy(kind="purchase_order")
    hire(in_company, "buyer", "approver")
    with open_scope(in_company.scope("operations")):
        order = make_purchase()
        assert submit_purchase_order(order_id=order.id, **acting()).state == "awaiting_approval"
        with pytest.raises(NotApproved):
            send_purchase_order(order_id=order.id, **acting())
        assert now_of(order).state == "awaiting_approval"
        with pytest.raises(SelfApproval):
            decide_as(in_company, "operations", request_of(order))
        decide_as(in_company, "approver", request_of(order))
        assert "send" in [action.name for action in get_purchase_order(order.id).actions]
        assert send_purchase_order(order_id=order.id, **acting()).state == "sent"


def test_a_changed_order_is_a_draft_again_and_its_approval_void(in_company: Company) -> None:
    """books.md 51: amount, payee, lines and due date void an approval; a comment does not."""
    make_policy(kind="purchase_order")
    with open_scope(in_company.scope("operations")):
        order = make_purchase()
        submit_purchase_order(order_id=order.id, **acting())
        decide_as(in_company, "approver", request_of(order))
        change_purchase_order(order_id=order.id, note="By the back door", **acting())
        assert (now_of(order).state, standing_of("purchase_order", order.id).state) == (
            "awaiting_approval",
            "approved",
        )
        for change in (
            {"lines": [bought("11")]},
            {"supplier_id": make_supplier().id},
            {"expected_date": date(2026, 5, 1)},
            {"freight_minor": 100},
        ):
            change_purchase_order(order_id=order.id, **change, **acting())  # type: ignore[arg-type]
            assert (now_of(order).state, standing_of("purchase_order", order.id).state) == ("draft", "void")
            with pytest.raises(DomainError):
                send_purchase_order(order_id=order.id, **acting())
            submit_purchase_order(order_id=order.id, **acting())
            decide_as(in_company, "approver", request_of(order))
        assert send_purchase_order(order_id=order.id, **acting()).state == "sent"
        with pytest.raises(InvalidTransition):
            change_purchase_order(order_id=order.id, note="Too late", **acting())


def test_who_changed_it_last_cannot_approve_either(in_company: Company) -> None:
    """books.md 50: nobody approves what he last changed."""
    make_policy(kind="purchase_order")
    hire(in_company, "second", "approver")
    with open_scope(in_company.scope("operations")):
        order = make_purchase()
    with open_scope(in_company.scope("approver")):
        change_purchase_order(order_id=order.id, lines=[bought("11")], **acting())
        submit_purchase_order(order_id=order.id, **acting())
    with pytest.raises(SelfApproval):
        decide_as(in_company, "approver", request_of(order))
    assert decide_as(in_company, "second", request_of(order)).state == "approved"


def test_taken_back_it_is_a_draft_and_nobody_waits(in_company: Company) -> None:
    make_policy(kind="purchase_order")
    order = make_purchase()
    submit_purchase_order(order_id=order.id, **acting())
    assert withdraw_purchase_order(order_id=order.id, **acting()).state == "draft"
    assert standing_of("purchase_order", order.id).state == "void"
    assert submit_purchase_order(order_id=order.id, **acting()).state == "awaiting_approval"
    assert cancel_purchase_order(order_id=order.id, reason="No", **acting()).state == "cancelled"
    assert standing_of("purchase_order", order.id).state == "void"


def test_what_is_kept_goes_into_stock_at_cost_and_is_no_longer_expected(in_company: Company) -> None:
    product = make_goods("0")
    order = make_sent(bought("10", "1.20", product))
    receipt = receive(order, "6", "2", lot_number="L7", expires_on=date(2030, 1, 1))
    assert (receipt.number, now_of(order).state) == ("GR-2026-000001", "partly_received")
    stock = Stock.objects.get(product=product)
    assert (stock.on_hand, stock.incoming) == (4, 6)
    assert Movement.objects.get(kind="receive").value_minor == 480
    assert Lot.objects.get().number == "L7"
    assert counts(bought_line(order), "received", "rejected", "accepted", "open_quantity") == (
        "6",
        "2",
        "4",
        "6",
    )
    receive(order, "6")
    assert now_of(order).state == "received"
    assert Stock.objects.get(product=product).incoming == 0
    assert find_differences() == []


def test_goods_in_another_currency_are_valued_at_the_days_rate(in_company: Company) -> None:
    product = make_goods("0")
    order = make_purchase(bought("10", "1.20", product), currency="EUR")
    with pytest.raises(NoRate):
        submit_purchase_order(order_id=order.id, **acting())
    ExchangeRate.objects.create(
        currency="EUR", day=DAY, rate=Decimal("0.85"), source="test", created_at=clock.now()
    )
    submit_purchase_order(order_id=order.id, **acting())
    send_purchase_order(order_id=order.id, **acting())
    receive(order, "10")
    assert Movement.objects.get(kind="receive").value_minor == 1020


def test_more_than_ordered_comes_in_only_within_the_tolerance(in_company: Company) -> None:
    product = make_goods("0")
    order = make_sent(bought("10", product=product))
    with pytest.raises(TooMuch):
        receive(order, "11")
    assert not Receipt.objects.exists()
    receive(order, "11", "1")
    change_order_policy(over_receipt_percent=Decimal(10), **acting())
    receive(order, "1")
    with pytest.raises(TooMuch):
        receive(order, "0.5")
    assert counts(bought_line(order), "accepted") == ("11",)
    assert (now_of(order).state, Stock.objects.get(product=product).incoming) == ("received", 0)


@pytest.mark.parametrize(
    "received,rejected,values,code",
    [
        ("0", "0", {}, "out_of_range"),
        ("2", "3", {}, "rejected_more_than_received"),
        ("2", "0", {"expires_on": date(2030, 1, 1)}, "missing"),
        ("-1", "0", {}, "out_of_range"),
    ],
)
def test_a_receipt_that_cannot_be_is_refused(
    in_company: Company, received: str, rejected: str, values: dict[str, object], code: str
) -> None:
    order = make_sent()
    with pytest.raises(InputError) as refused:
        receive(order, received, rejected, **values)
    assert refused.value.code == code
    assert (now_of(order).state, Receipt.objects.count()) == ("sent", 0)


def test_a_reversal_takes_a_receipt_back_once(in_company: Company) -> None:
    product = make_goods("0")
    order = make_sent(bought("10", product=product))
    receipt = receive(order, "10", "1", lot_number="L7")
    back = reverse_receipt(receipt_id=receipt.id, reason="Counted twice", received_on=DAY, **acting())
    assert reverse_receipt(receipt_id=receipt.id, reason="Again", received_on=DAY, **acting()) == back
    assert (now_of(order).state, counts(bought_line(order), "received", "rejected")) == ("sent", ("0", "0"))
    stock = Stock.objects.get(product=product)
    assert (stock.on_hand, stock.incoming) == (0, 10)
    with pytest.raises(InvalidTransition):
        reverse_receipt(receipt_id=back.id, reason="Back and forth", received_on=DAY, **acting())
    assert find_differences() == []


def test_what_was_used_or_billed_is_not_taken_back(in_company: Company) -> None:
    product = make_goods("0")
    order = make_sent(bought("10", product=product))
    receipt = receive(order, "10")
    sale = make_confirmed(sold("5", product=product))
    with pytest.raises(InsufficientStock):
        reverse_receipt(receipt_id=receipt.id, reason="Late", received_on=DAY, **acting())
    ship(sale)
    other = make_sent()
    billed = receive(other, "10")
    note_billed(document_id=new_id(), quantities={bought_line(other).id: Decimal(10)}, **acting())
    with pytest.raises(InvalidTransition) as refused:
        reverse_receipt(receipt_id=billed.id, reason="Late", received_on=DAY, **acting())
    assert refused.value.code == "is_billed"
    assert counts(bought_line(other), "received") == ("10",)
    assert Receipt.objects.count() == 2


def test_closing_expects_no_more_and_opening_again_does(in_company: Company) -> None:
    product = make_goods("0")
    order = make_sent(bought("10", product=product))
    receive(order, "4")
    assert close_purchase_order(order_id=order.id, reason="Sold out", **acting()).state == "closed"
    assert (Stock.objects.get(product=product).incoming, counts(bought_line(order), "cancelled")) == (
        0,
        ("6",),
    )
    with pytest.raises(InvalidTransition):
        receive(order, "1")
    assert (
        open_purchase_order_again(order_id=order.id, reason="Found some", **acting()).state
        == "partly_received"
    )
    assert Stock.objects.get(product=product).incoming == 6


def test_a_cancelled_order_expects_nothing(in_company: Company) -> None:
    product = make_goods("0")
    order = make_sent(bought("10", product=product))
    cancel_purchase_order(order_id=order.id, reason="Too dear", **acting())
    assert Stock.objects.get(product=product).incoming == 0
    other = make_sent()
    receive(other, "1")
    with pytest.raises(InvalidTransition):
        cancel_purchase_order(order_id=other.id, reason="Too dear", **acting())


def test_billed_stays_within_what_was_kept_and_the_tolerance(in_company: Company) -> None:
    """books.md 53: over all invoices ≤ received (or ordered) × (1 + tolerance); credit notes give quantity back."""
    order = make_sent()
    receive(order, "8", "2")
    line = bought_line(order).id

    def bill(quantity: str, **limits: object) -> object:
        document = new_id()
        note_billed(document_id=document, quantities={line: Decimal(quantity)}, **limits, **acting())  # type: ignore[arg-type]
        return document

    bill("4")
    with pytest.raises(OverBilled):
        bill("2.1")
    first = bill("2")
    with pytest.raises(OverBilled):
        bill("2.1", basis="received")
    bill("2", basis="received")
    bill("3", basis="ordered", tolerance_percent=Decimal(10))
    with pytest.raises(OverBilled):
        bill("0.1", basis="ordered", tolerance_percent=Decimal(10))
    bill("5", tolerance_percent=None)
    assert counts(bought_line(order), "billed") == ("16",)
    credit = bill("-15")
    with pytest.raises(OverBilled):
        bill("-2")
    with pytest.raises(OverBilled):
        unbill(document_id=first, **acting())  # type: ignore[arg-type]
    unbill(document_id=credit, **acting())  # type: ignore[arg-type]
    unbill(document_id=first, **acting())  # type: ignore[arg-type]
    unbill(document_id=first, **acting())  # type: ignore[arg-type]
    assert counts(bought_line(order), "billed") == ("14",)


def test_two_bills_at_once_never_exceed_what_came(company: Company) -> None:
    with open_scope(company.scope()):
        order = make_sent()
        receive(order, "10")
        line = bought_line(order).id

    def bill(_: int) -> bool:
        with open_scope(company.scope()):
            try:
                note_billed(document_id=new_id(), quantities={line: Decimal(4)}, **acting())
            except OverBilled:
                return False
            finally:
                connections.close_all()
            return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(bill, range(6))) == 2
    with open_scope(company.scope()):
        assert counts(bought_line(order), "billed") == ("8",)


def test_the_match_sees_every_quantity_of_a_line(in_company: Company) -> None:
    order = make_sent(bought("10"), bought("5"))
    receive(order, "8", "2")
    note_billed(document_id=new_id(), quantities={bought_line(order).id: Decimal(6)}, **acting())
    one, two = list_lines_to_match({order.id})[order.id]
    assert [one.quantity, one.received, one.rejected, one.accepted, one.billed] == [10, 8, 2, 6, 6]
    assert [two.quantity, two.received, two.billed] == [5, 0, 0]
    assert find_purchase_order(order.number) == order


def test_a_stale_form_and_a_stranger_change_nothing(company: Company, stranger: Company) -> None:
    with open_scope(company.scope()):
        order = make_purchase()
        change_purchase_order(order_id=order.id, note="Ring", version=1, **acting())
        with pytest.raises(StaleVersion):
            change_purchase_order(order_id=order.id, note="Late", version=1, **acting())
    with open_scope(stranger.scope()):
        assert not PurchaseOrder.objects.exists()
        with pytest.raises(NotFound):
            submit_purchase_order(order_id=order.id, **acting())
    with open_scope(company.scope(customer_id=new_id())):
        assert not PurchaseOrder.objects.exists()
    with open_scope(company.scope()):
        assert (now_of(order).note, now_of(order).state) == ("Ring", "draft")
