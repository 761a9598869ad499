"""Any interleaving of operations against a model that is kept by hand (books.md 66)."""

from decimal import Decimal
from typing import Any

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from apps.catalog import stock
from apps.catalog.models import Movement, Reservation, Stock
from apps.catalog.stock import (
    Adjusting,
    Counting,
    Expecting,
    InsufficientStock,
    Reference,
    Releasing,
    Transferring,
)
from apps.catalog.stock_queries import find_differences
from apps.core.errors import InputError
from apps.core.ids import new_id
from apps.core.scope import open_scope
from tests.factories.books import make_product
from tests.factories.goods import acting, keep, make_stock, make_warehouse, ref, send, take_in
from tests.factories.tenants import make_company

QUANTITIES = st.integers(1, 40).map(lambda tenths: Decimal(tenths) / 10)
SIDES = st.sampled_from((0, 1))
ORDERS = st.integers(0, 3)


class StockMachine(RuleBasedStateMachine):
    """Two warehouses, four orders; what is refused must be what the model refuses."""

    @initialize()
    def open(self) -> None:
        company = make_company(roles=("admin",))
        self.scope = open_scope(company.scope())
        self.scope.__enter__()
        product = make_product()
        self.shelves = [make_stock("1", product=product, warehouse=make_warehouse()) for _ in range(2)]
        self.on_hand = [Decimal(1), Decimal(1)]
        self.incoming = [Decimal(0), Decimal(0)]
        self.orders = [Reference("order", new_id(), 1) for _ in range(4)]
        self.kept: dict[tuple[int, int], Decimal] = {}
        self.sent: list[tuple[int, int, Decimal, Reference]] = []

    def teardown(self) -> None:
        if hasattr(self, "scope"):
            self.scope.__exit__(None, None, None)

    def reserved(self, side: int) -> Decimal:
        return sum((kept for (at, _), kept in self.kept.items() if at == side), Decimal(0))

    def free(self, side: int) -> Decimal:
        return self.on_hand[side] - self.reserved(side)

    def place(self, side: int) -> dict[str, Any]:
        at = self.shelves[side]
        return {"product_id": at.product_id, "warehouse_id": at.warehouse_id, "reference": ref()}

    def attempt(self, work: Any, *, fits: bool) -> bool:
        try:
            work()
        except (InsufficientStock, InputError):
            assert not fits
            return False
        assert fits
        return True

    @rule(side=SIDES, order=ORDERS, quantity=QUANTITIES)
    def reserve(self, side: int, order: int, quantity: Decimal) -> None:
        at, kept = self.shelves[side], self.orders[order]
        if self.attempt(lambda: keep(at, str(quantity), reservation=kept), fits=quantity <= self.free(side)):
            self.kept[side, order] = self.kept.get((side, order), Decimal(0)) + quantity

    @rule(side=SIDES, order=ORDERS, quantity=st.none() | QUANTITIES)
    def release(self, side: int, order: int, quantity: Decimal | None) -> None:
        kept = self.kept.get((side, order), Decimal(0))
        line = Releasing(**self.place(side), reservation=self.orders[order], quantity=quantity)
        fits = quantity is None or quantity <= kept
        if self.attempt(lambda: stock.release(lines=[line], **acting()), fits=fits):
            self.kept[side, order] = kept - (kept if quantity is None else quantity)

    @rule(side=SIDES, order=ORDERS, quantity=QUANTITIES)
    def ship(self, side: int, order: int, quantity: Decimal) -> None:
        kept, act = self.kept.get((side, order), Decimal(0)), ref()
        fits = quantity - min(kept, quantity) <= self.free(side)
        at, line = self.shelves[side], self.orders[order]
        if self.attempt(lambda: send(at, str(quantity), reservation=line, reference=act), fits=fits):
            self.on_hand[side] -= quantity
            self.kept[side, order] = kept - min(kept, quantity)
            self.sent.append((side, order, quantity, act))

    @rule()
    def ship_again(self) -> None:
        for side, order, quantity, act in self.sent[-1:]:
            (told,) = send(self.shelves[side], str(quantity), reservation=self.orders[order], reference=act)
            assert told.is_repeat

    @rule(side=SIDES, quantity=QUANTITIES, cost=st.integers(0, 999), expected=st.booleans())
    def receive(self, side: int, quantity: Decimal, cost: int, expected: bool) -> None:
        at = self.shelves[side]
        told = min(quantity, self.incoming[side]) if expected else Decimal(0)
        lot = f"L{cost % 3}" if cost % 4 else ""
        take_in(at.product_id, at.warehouse_id, str(quantity), cost=f"{cost}e-2", expected=str(told), lot=lot)
        self.on_hand[side] += quantity
        self.incoming[side] -= told

    @rule(side=SIDES, quantity=QUANTITIES)
    def expect(self, side: int, quantity: Decimal) -> None:
        stock.expect(lines=[Expecting(**self.place(side), quantity=quantity)], **acting())
        self.incoming[side] += quantity

    @rule(side=SIDES, quantity=QUANTITIES, adds=st.booleans())
    def adjust(self, side: int, quantity: Decimal, adds: bool) -> None:
        change = quantity if adds else -quantity
        line = Adjusting(**self.place(side), quantity=change)
        work = lambda: stock.adjust(lines=[line], reason="Machine", **acting())  # noqa: E731
        if self.attempt(work, fits=adds or quantity <= self.free(side)):
            self.on_hand[side] += change

    @rule(side=SIDES, found=st.integers(0, 60).map(lambda tenths: Decimal(tenths) / 10))
    def count(self, side: int, found: Decimal) -> None:
        line = Counting(**self.place(side), quantity=found)
        work = lambda: stock.count(lines=[line], reason="Machine", **acting())  # noqa: E731
        if self.attempt(work, fits=found >= self.reserved(side)):
            self.on_hand[side] = found

    @rule(side=SIDES, quantity=QUANTITIES)
    def transfer(self, side: int, quantity: Decimal) -> None:
        here, there = self.shelves[side], self.shelves[1 - side]
        line = Transferring(product_id=here.product_id, from_warehouse_id=here.warehouse_id,
                            to_warehouse_id=there.warehouse_id, quantity=quantity, reference=ref())  # fmt: skip
        work = lambda: stock.transfer(lines=[line], reason="Machine", **acting())  # noqa: E731
        if self.attempt(work, fits=quantity <= self.free(side)):
            self.on_hand[side] -= quantity
            self.on_hand[1 - side] += quantity

    @invariant()
    def agrees(self) -> None:
        if not hasattr(self, "shelves"):
            return
        now = {each.id: each for each in Stock.objects.all()}
        for side, at in enumerate(self.shelves):
            found = now[at.id]
            said = (self.on_hand[side], self.reserved(side), self.incoming[side])
            assert (found.on_hand, found.reserved, found.incoming) == said
            assert found.available >= 0
        assert {r.quantity for r in Reservation.objects.filter(quantity__gt=0)} == {
            q for q in self.kept.values() if q
        }
        value = sum(Movement.objects.values_list("value_minor", flat=True))
        last = [Movement.objects.get(stock=each, sequence=each.sequence) for each in now.values()]
        assert value == sum(each.value_after_minor for each in last)
        assert find_differences() == []


StockMachine.TestCase.settings = settings(
    max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)
test_any_interleaving_agrees_with_the_model = StockMachine.TestCase
