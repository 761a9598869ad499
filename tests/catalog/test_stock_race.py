"""Many at once on the same stock, each with a connection of its own: available is never negative (books.md 66)."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

from django.db import connections

from apps.catalog import stock
from apps.catalog.models import Movement, Reservation, Stock
from apps.catalog.stock import InsufficientStock, Reference, Reserving, Shipping, Transferring
from apps.catalog.stock_queries import find_differences
from apps.core.ids import new_id
from apps.core.scope import open_scope
from tests.factories.books import make_product
from tests.factories.goods import acting, figures, keep, make_stock, make_warehouse, ref, send, take_in
from tests.factories.tenants import Company


def together(company: Company, works: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run works at once, each as a request of its own; return what each gave, or how it was refused."""

    def run(work: Callable[[], Any]) -> Any:
        with open_scope(company.scope()):
            try:
                return work()
            except InsufficientStock as refused:
                return refused
            finally:
                connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(run, works))


def test_the_last_pieces_are_kept_once(company: Company) -> None:
    with open_scope(company.scope()):
        at = make_stock("10")
    found = together(company, [lambda: keep(at, "3") for _ in range(8)])
    assert sum(isinstance(each, InsufficientStock) for each in found) == 5
    with open_scope(company.scope()):
        assert figures(at) == ("10", "9", "0")
        assert find_differences() == []


def test_orders_that_cross_never_wait_in_a_circle(company: Company) -> None:
    """Each order wants the same products in another order; some are short, and leave no reservation."""
    with open_scope(company.scope()):
        shelves = [make_stock("20") for _ in range(4)]

    def order(number: int) -> Callable[[], Any]:
        turned = [*shelves[number % 4 :], *shelves[: number % 4]]
        document = new_id()
        lines = [
            Reserving(product_id=at.product_id, warehouse_id=at.warehouse_id, quantity=Decimal(1 + line % 3),
                      reference=Reference("order", document, line))
            for line, at in enumerate(turned)
        ]  # fmt: skip
        return lambda: stock.reserve(lines=lines, **acting())

    found = together(company, [order(number) for number in range(16)])
    done = [each for each in found if not isinstance(each, InsufficientStock)]
    with open_scope(company.scope()):
        assert Reservation.objects.count() == 4 * len(done)
        assert all(at.available >= 0 for at in Stock.objects.all())
        assert find_differences() == []
    assert 0 < len(done) < 16


def test_one_line_that_comes_eight_times_at_once_is_booked_once(company: Company) -> None:
    with open_scope(company.scope()):
        at = make_stock("10")
    act, order = ref("shipment"), ref("order")
    together(company, [lambda: keep(at, "4", reference=order) for _ in range(8)])
    found = together(company, [lambda: send(at, "4", reservation=order, reference=act)[0] for _ in range(8)])
    assert sorted(each.is_repeat for each in found) == [False, *[True] * 7]
    with open_scope(company.scope()):
        assert figures(at) == ("6", "0", "0")


def test_first_receipts_of_a_product_meet(company: Company) -> None:
    """Stock, lot and reservation are made by whoever comes first."""
    with open_scope(company.scope()):
        product, warehouse = make_product(), make_warehouse()
    together(company, [lambda: take_in(product.id, warehouse.id, "1", cost="1", lot="A") for _ in range(8)])
    with open_scope(company.scope()):
        at = Stock.objects.get()
        assert (at.on_hand, at.lotted, at.sequence) == (8, 8, 8)
        assert Movement.objects.get(sequence=8).value_after_minor == 800
        assert find_differences() == []


def test_transfers_there_and_back_keep_the_sum(company: Company) -> None:
    with open_scope(company.scope()):
        one = make_stock("10", cost="1.37")
        other = make_stock("10", product=one.product, cost="2.11")

    def move(number: int) -> Callable[[], Any]:
        a, b = (one, other) if number % 2 else (other, one)
        line = Transferring(product_id=one.product_id, from_warehouse_id=a.warehouse_id,
                            to_warehouse_id=b.warehouse_id, quantity=Decimal(3), reference=ref())  # fmt: skip
        return lambda: stock.transfer(lines=[line], reason="Balance", **acting())

    def sell(number: int) -> Callable[[], Any]:
        at = one if number % 2 else other
        line = Shipping(
            product_id=at.product_id, warehouse_id=at.warehouse_id, quantity=Decimal(1), reference=ref()
        )
        return lambda: stock.ship(lines=[line], **acting())

    together(company, [(move if number % 3 else sell)(number) for number in range(18)])
    with open_scope(company.scope()):
        sold = Movement.objects.filter(kind="ship")
        left = sum(at.on_hand for at in Stock.objects.all())
        assert left == 20 - sold.count()
        value = sum(
            Movement.objects.get(stock=at, sequence=at.sequence).value_after_minor
            for at in Stock.objects.all()
        )
        assert value == 1370 + 2110 + sum(each.value_minor for each in sold)
        assert find_differences() == []
