"""Sales orders: what is entered, what is confirmed, what is held, and what is refused without a trace."""

from datetime import date
from decimal import Decimal

import pytest

from apps.catalog.models import Reservation, Stock
from apps.catalog.stock import InsufficientStock
from apps.core import clock
from apps.core.errors import DomainError, Forbidden, InputError, NotFound, StaleVersion
from apps.core.ids import new_id
from apps.core.scope import open_scope
from apps.orders.models import SalesLine, SalesOrder
from apps.orders.operations import (
    cancel_order,
    cancel_rest,
    change_sales_order,
    clear_credit,
    confirm_order,
    create_sales_order,
    hold_order,
    release_order,
    reopen_order,
    reserve_rest,
    start_picking,
)
from apps.orders.queries import get_sales_order
from apps.orders.transitions import InvalidTransition
from apps.parties.operations import change_customer
from apps.settlement.inputs import ItemInput
from apps.settlement.operations import open_items
from tests.factories.books import make_customer, make_product
from tests.factories.goods import acting, make_price_list
from tests.factories.orders import (
    DAY,
    add_goods,
    counts,
    line_of,
    make_confirmed,
    make_goods,
    make_sale,
    ship,
    sold,
)
from tests.factories.tenants import Company


def test_an_order_is_entered_with_exact_totals_and_a_number(in_company: Company) -> None:
    order = make_sale(sold("3", "0.335"), sold("7", "1.115", rate="5"))
    assert (order.number, order.state) == ("SO-2026-000001", "pending")
    # 1.005 → 1.01 and 7.805 → 7.81; tax 20 % of 1.01 = 0.20, 5 % of 7.81 = 0.39.
    assert (order.net_minor, order.tax_minor, order.total_minor) == (882, 59, 941)
    assert make_sale().number == "SO-2026-000002"


def test_a_line_without_a_price_takes_the_one_of_the_lists(in_company: Company) -> None:
    """books.md 67: the customer's list, then its tier's, then everybody's, then the product's own."""
    product = make_product(unit_price="9")
    make_price_list(product, ("1", "8"), ("10", "7"), code="ALL")
    one, other = make_customer(), make_customer()
    make_price_list(product, ("1", "6"), code="OURS", customer_id=one.id)
    order = make_sale(sold("10", None, product), customer=one)
    assert (line_of(order).unit_price, line_of(order).price_source) == (
        Decimal(6),
        "the customer's list OURS",
    )
    order = make_sale(sold("10", None, product), customer=other)
    assert (line_of(order).unit_price, line_of(order).price_source) == (Decimal(7), "the list ALL")
    assert line_of(make_sale(sold("1", "4.4", product))).price_source == "given"


def test_without_any_price_the_line_is_named(in_company: Company) -> None:
    product = make_product(currency="EUR")
    with pytest.raises(DomainError) as refused:
        make_sale(sold(), sold("1", None, product))
    assert (refused.value.code, refused.value.field) == ("no_price", "lines[1].unit_price")
    assert not SalesOrder.objects.exists()


@pytest.mark.parametrize(
    "lines,code",
    [
        ((), "no_lines"),
        ((sold("0"),), "out_of_range"),
        ((sold("-1"),), "out_of_range"),
        ((sold("0.0000001"),), "too_many_decimals"),
        ((sold("1", "-2"),), "out_of_range"),
        ((sold("1", "2", rate="101"),), "out_of_range"),
    ],
)
def test_bad_lines_are_refused_and_take_no_number(
    in_company: Company, lines: tuple[object, ...], code: str
) -> None:
    with pytest.raises(InputError) as refused:
        create_sales_order(
            customer_id=make_customer().id,
            order_date=DAY,
            currency="GBP",
            lines=lines,
            **acting(),  # type: ignore[arg-type]
        )
    assert refused.value.code == code
    assert make_sale().number == "SO-2026-000001"


def test_the_same_outside_number_makes_no_second_order(in_company: Company) -> None:
    first = make_sale(external_number="SHOP-1", source="api")
    with pytest.raises(DomainError) as refused:
        make_sale(external_number="SHOP-1", source="api")
    assert (refused.value.code, refused.value.detail) == ("duplicate_order", {"order": str(first.id)})
    assert SalesOrder.objects.count() == 1
    assert make_sale(external_number="SHOP-1", source="page").number == "SO-2026-000002"


def test_confirming_reserves_every_line_or_none(in_company: Company) -> None:
    """books.md 66: a failed order leaves no reservation."""
    enough, short = make_goods("10"), make_goods("3")
    order = make_sale(sold("4", product=enough), sold("5", product=short))
    with pytest.raises(InsufficientStock):
        confirm_order(order_id=order.id, **acting())
    assert not Reservation.objects.filter(quantity__gt=0).exists()
    assert SalesOrder.objects.get(id=order.id).state == "pending"
    assert line_of(order).reserved == 0

    add_goods(short, "2")
    confirmed = confirm_order(order_id=order.id, **acting())
    assert (confirmed.state, confirmed.warehouse_id is not None) == ("confirmed", True)
    assert [counts(line_of(order, n), "reserved") for n in (1, 2)] == [("4",), ("5",)]
    assert confirm_order(order_id=order.id, **acting()).version == confirmed.version


def test_a_backorder_reserves_what_is_there_and_later_the_rest(in_company: Company) -> None:
    product = make_goods("3")
    order = make_confirmed(sold("5", product=product), sold("2", product=product), backorder=True)
    assert [counts(line_of(order, n), "reserved") for n in (1, 2)] == [("3",), ("0",)]
    assert get_sales_order(order.id).lines[0].backordered == 2
    with pytest.raises(InsufficientStock):
        reserve_rest(order_id=order.id, **acting())
    add_goods(product, "3")
    reserve_rest(order_id=order.id, **acting())
    assert [counts(line_of(order, n), "reserved") for n in (1, 2)] == [("5",), ("1",)]
    assert Stock.objects.get(product=product).available == 0


def test_a_pending_order_changes_and_no_other(in_company: Company) -> None:
    order = make_sale()
    changed = change_sales_order(
        order_id=order.id,
        lines=[sold("1", "3")],
        wanted_date=date(2026, 4, 1),
        note="Ring",
        version=1,
        **acting(),
    )
    assert (changed.net_minor, changed.version, SalesLine.objects.filter(order=order).count()) == (300, 2, 1)
    assert change_sales_order(order_id=order.id, wanted_date=None, **acting()).wanted_date is None
    with pytest.raises(StaleVersion):
        change_sales_order(order_id=order.id, note="Late", version=1, **acting())
    confirm_order(order_id=order.id, **acting())
    with pytest.raises(InvalidTransition):
        change_sales_order(order_id=order.id, note="Late", **acting())
    assert SalesOrder.objects.get(id=order.id).note == "Ring"


def test_reopening_ends_reservations_and_lets_the_order_change(in_company: Company) -> None:
    product = make_goods("5")
    order = make_confirmed(sold("5", product=product))
    reopen_order(order_id=order.id, **acting())
    assert Stock.objects.get(product=product).available == 5
    change_sales_order(order_id=order.id, lines=[sold("4", product=product)], **acting())
    assert confirm_order(order_id=order.id, **acting()).state == "confirmed"


def test_cancelling_frees_stock_and_says_why(in_company: Company) -> None:
    product = make_goods("5")
    order = make_confirmed(sold("5", product=product))
    with pytest.raises(InputError):
        cancel_order(order_id=order.id, reason=" ", **acting())
    done = cancel_order(order_id=order.id, reason="Changed their mind", **acting())
    assert (done.state, Stock.objects.get(product=product).available) == ("cancelled", 5)
    assert cancel_order(order_id=order.id, reason="Again", **acting()).version == done.version


def test_what_was_shipped_is_not_cancelled_but_the_rest_is(in_company: Company) -> None:
    product = make_goods("5")
    order = make_confirmed(sold("5", product=product))
    ship(order, "2")
    with pytest.raises(InvalidTransition):
        cancel_order(order_id=order.id, reason="Too late", **acting())
    done = cancel_rest(order_id=order.id, reason="Sold out", **acting())
    assert (done.state, counts(line_of(order), "shipped", "cancelled", "reserved")) == (
        "shipped",
        ("2", "3", "0"),
    )
    assert Stock.objects.get(product=product).available == 3


def test_a_hold_ends_where_it_began_and_keeps_what_is_reserved(in_company: Company) -> None:
    product = make_goods("5")
    order = make_confirmed(sold("5", product=product))
    start_picking(order_id=order.id, **acting())
    held = hold_order(order_id=order.id, reason="Address unclear", **acting())
    assert (held.state, held.hold_reason, counts(line_of(order), "reserved")) == (
        "on_hold",
        "Address unclear",
        ("5",),
    )
    with pytest.raises(InvalidTransition):
        ship(order, "1")
    assert release_order(order_id=order.id, **acting()).state == "processing"


def owe(customer_id: object, minor: int, direction: str = "charge") -> None:
    item = ItemInput(
        id=new_id(), side="receivable", party_id=customer_id, source_kind="invoice", source_id=new_id(),  # type: ignore[arg-type]
        number="INV-1", direction=direction, issue_date=DAY, due_date=DAY, currency="GBP", amount_minor=minor,
        book_minor=minor, rate=Decimal(1),
    )  # fmt: skip
    open_items(items=[item], **acting())


def limited(minor: int) -> object:
    customer = make_customer()
    change_customer(
        customer_id=customer.id, changes={"credit_limit_minor": minor, "credit_currency": "GBP"}, **acting()
    )
    return customer


def test_an_order_over_the_credit_limit_is_held_and_reserves_nothing(in_company: Company) -> None:
    customer = limited(10_000)
    owe(customer.id, 6_000)  # type: ignore[attr-defined]
    product = make_goods("100")
    within = make_confirmed(sold("10", "2.50", product), customer=customer)  # 30.00 with tax
    assert within.state == "confirmed"
    over = make_confirmed(sold("4", "2.50", product), customer=customer)  # 12.00 with tax
    assert (over.state, over.hold) == ("on_hold", "credit")
    assert over.hold_reason == (
        "Over the credit limit of 100.00 GBP: 60.00 is open, 30.00 is ordered, this order adds 12.00."
    )
    assert counts(line_of(over), "reserved") == ("0",)

    release_order(order_id=over.id, **acting())
    assert confirm_order(order_id=over.id, **acting()).state == "on_hold"
    clear_credit(order_id=over.id, reason="Paid by wire today", **acting())
    assert confirm_order(order_id=over.id, **acting()).state == "confirmed"


def test_unused_credit_counts_against_what_is_owed_and_a_larger_order_needs_a_new_release(
    in_company: Company,
) -> None:
    customer = limited(5_000)
    owe(customer.id, 6_000)  # type: ignore[attr-defined]
    owe(customer.id, 4_000, "credit")  # type: ignore[attr-defined]
    order = make_sale(sold("10", "2.50"), customer=customer)  # 30.00
    assert confirm_order(order_id=order.id, **acting()).state == "confirmed"
    later = make_confirmed(sold("10", "2.50"), customer=customer)
    clear_credit(order_id=later.id, reason="Known for years", **acting())
    change_sales_order(order_id=later.id, lines=[sold("11", "2.50")], **acting())
    assert confirm_order(order_id=later.id, **acting()).state == "on_hold"


def test_a_stranger_finds_nothing(company: Company, stranger: Company) -> None:
    with open_scope(company.scope()):
        order = make_sale()
    with open_scope(stranger.scope()):
        assert not SalesOrder.objects.exists()
        with pytest.raises(NotFound):
            confirm_order(order_id=order.id, **acting())
    with open_scope(company.scope()):
        assert SalesOrder.objects.get(id=order.id).state == "pending"


def test_a_customers_own_key_makes_orders_at_listed_prices_for_itself_alone(company: Company) -> None:
    with open_scope(company.scope()):
        mine, other = make_customer(), make_customer()
        product = make_product(unit_price="9")
        foreign = make_sale(customer=other)
    with open_scope(company.scope(customer_id=mine.id)):
        actor, now = company.actor(), clock.now()
        with pytest.raises(Forbidden):
            make_sale(sold("1", "0.01", product), customer=mine)
        order = make_sale(sold("2", None, product), customer=mine)
        assert order.net_minor == 1800
        assert list(SalesOrder.objects.all()) == [order]
        with pytest.raises(NotFound):
            cancel_order(order_id=foreign.id, reason="Mine?", actor=actor, now=now)
        assert cancel_order(order_id=order.id, reason="No", actor=actor, now=now).state == "cancelled"
