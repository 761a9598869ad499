"""Any interleaving of order, ship, invoice, return and cancel against a model kept by hand (books.md 24, 66, 68)."""

from decimal import Decimal
from typing import Any

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from apps.catalog.models import Stock
from apps.catalog.stock_queries import find_differences
from apps.core.errors import DomainError
from apps.core.ids import new_id
from apps.core.scope import open_scope
from apps.orders.models import SalesLine, SalesOrder
from apps.orders.operations import (
    cancel_order,
    cancel_rest,
    confirm_order,
    forget_invoiced,
    hold_order,
    note_invoiced,
    release_order,
    reopen_order,
    reserve_rest,
)
from tests.factories.goods import acting
from tests.factories.orders import add_goods, make_goods, make_sale, ship, sold, take_back
from tests.factories.tenants import make_company

QUANTITIES = st.integers(1, 12).map(lambda halves: Decimal(halves) / 2)
WHICH = st.integers(0, 1)
ZERO = Decimal(0)


class Model:
    """What one order should be."""

    def __init__(self, order: SalesOrder, quantity: Decimal) -> None:
        self.order, self.quantity, self.state, self.before = order, quantity, "pending", ""
        self.reserved = self.shipped = self.returned = self.cancelled = self.invoiced = ZERO
        self.documents: list[tuple[Any, Decimal]] = []

    @property
    def open(self) -> Decimal:
        return self.quantity - self.shipped - self.cancelled


class OrderMachine(RuleBasedStateMachine):
    """One product, two orders; what is refused must be what the model refuses."""

    @initialize()
    def open(self) -> None:
        company = make_company(roles=("admin",))
        self.scope = open_scope(company.scope())
        self.scope.__enter__()
        self.product = make_goods("6")
        self.on_hand = Decimal(6)
        self.models = [
            Model(make_sale(sold(quantity, product=self.product)), Decimal(quantity))
            for quantity in ("4", "5")
        ]

    def teardown(self) -> None:
        if hasattr(self, "scope"):
            self.scope.__exit__(None, None, None)

    @property
    def free(self) -> Decimal:
        return self.on_hand - sum((model.reserved for model in self.models), ZERO)

    def attempt(self, work: Any, *, fits: bool) -> bool:
        try:
            work()
        except DomainError:
            assert not fits
            return False
        assert fits
        return True

    @rule(quantity=QUANTITIES)
    def arrives(self, quantity: Decimal) -> None:
        add_goods(self.product, str(quantity))
        self.on_hand += quantity

    @rule(which=WHICH, backorder=st.booleans())
    def confirm(self, which: int, backorder: bool) -> None:
        model = self.models[which]
        fits = model.state == "confirmed" or (
            model.state == "pending" and (backorder or self.free >= model.quantity)
        )
        if self.attempt(
            lambda: confirm_order(order_id=model.order.id, backorder=backorder, **acting()), fits=fits
        ):
            if model.state == "pending":
                model.reserved = min(model.quantity, self.free)
            model.state = "confirmed"

    @rule(which=WHICH)
    def reserve(self, which: int) -> None:
        model = self.models[which]
        wanted = min(model.open - model.reserved, self.free)
        fits = model.state in ("confirmed", "processing") and wanted > 0
        if self.attempt(lambda: reserve_rest(order_id=model.order.id, **acting()), fits=fits):
            model.reserved += wanted

    @rule(which=WHICH, quantity=QUANTITIES)
    def leaves(self, which: int, quantity: Decimal) -> None:
        model = self.models[which]
        fits = model.state in ("confirmed", "processing") and quantity <= model.reserved
        if self.attempt(lambda: ship(model.order, str(quantity)), fits=fits):
            model.reserved -= quantity
            model.shipped += quantity
            self.on_hand -= quantity
            model.state = "processing" if model.open else "shipped"

    @rule(which=WHICH, quantity=QUANTITIES, restock=st.booleans())
    def comes_back(self, which: int, quantity: Decimal, restock: bool) -> None:
        model = self.models[which]
        fits = model.state in ("processing", "shipped") and quantity <= model.shipped - model.returned
        what = "restock" if restock else "scrap"
        if self.attempt(lambda: take_back(model.order, str(quantity), what), fits=fits):
            model.returned += quantity
            self.on_hand += quantity if restock else ZERO

    @rule(which=WHICH, quantity=QUANTITIES)
    def invoice(self, which: int, quantity: Decimal) -> None:
        model, document = self.models[which], new_id()
        fits = quantity <= model.shipped - model.returned - model.invoiced
        if self.note(model, document, quantity, fits=fits):
            model.documents.append((document, quantity))

    @rule(which=WHICH, quantity=QUANTITIES)
    def credit(self, which: int, quantity: Decimal) -> None:
        model, document = self.models[which], new_id()
        if self.note(model, document, -quantity, fits=quantity <= model.invoiced):
            model.documents.append((document, -quantity))

    def note(self, model: Model, document: Any, quantity: Decimal, *, fits: bool) -> bool:
        line = SalesLine.objects.get(order=model.order).id
        done = self.attempt(
            lambda: note_invoiced(document_id=document, quantities={line: quantity}, **acting()), fits=fits
        )
        model.invoiced += quantity if done else ZERO
        return done

    @rule(which=WHICH)
    def delete_document(self, which: int) -> None:
        model = self.models[which]
        if not model.documents:
            return
        document, quantity = model.documents[-1]
        left = model.invoiced - quantity
        if self.attempt(
            lambda: forget_invoiced(document_id=document, **acting()), fits=ZERO <= left <= model.shipped
        ):
            model.documents.pop()
            model.invoiced = left

    @rule(which=WHICH)
    def reopen(self, which: int) -> None:
        model = self.models[which]
        fits = model.state == "confirmed"
        if self.attempt(lambda: reopen_order(order_id=model.order.id, **acting()), fits=fits):
            model.state, model.reserved = "pending", ZERO

    @rule(which=WHICH)
    def hold(self, which: int) -> None:
        model = self.models[which]
        fits = model.state in ("pending", "confirmed", "processing")
        if self.attempt(lambda: hold_order(order_id=model.order.id, reason="Wait", **acting()), fits=fits):
            model.state, model.before = "on_hold", model.state

    @rule(which=WHICH)
    def release(self, which: int) -> None:
        model = self.models[which]
        if self.attempt(
            lambda: release_order(order_id=model.order.id, **acting()), fits=model.state == "on_hold"
        ):
            model.state = model.before

    @rule(which=WHICH)
    def cancel(self, which: int) -> None:
        model = self.models[which]
        nothing = model.shipped == 0 and model.invoiced == 0
        fits = model.state == "cancelled" or (
            nothing and model.state in ("pending", "confirmed", "processing", "on_hold")
        )
        if self.attempt(lambda: cancel_order(order_id=model.order.id, reason="No", **acting()), fits=fits):
            model.state, model.reserved = "cancelled", ZERO

    @rule(which=WHICH)
    def end(self, which: int) -> None:
        model = self.models[which]
        fits = model.shipped > 0 and model.state in ("processing", "on_hold")
        if self.attempt(lambda: cancel_rest(order_id=model.order.id, reason="No", **acting()), fits=fits):
            model.cancelled, model.reserved, model.state = model.quantity - model.shipped, ZERO, "shipped"

    @invariant()
    def books_and_model_agree(self) -> None:
        if not hasattr(self, "models"):
            return
        stock = Stock.objects.get(product=self.product)
        assert (stock.on_hand, stock.available) == (self.on_hand, self.free)
        assert stock.available >= 0
        for model in self.models:
            line = SalesLine.objects.select_related("order").get(order=model.order)
            assert line.order.state == model.state
            assert (line.reserved, line.shipped, line.returned, line.cancelled, line.invoiced) == (
                model.reserved, model.shipped, model.returned, model.cancelled, model.invoiced,
            )  # fmt: skip
            assert line.invoiced <= line.shipped <= line.quantity
        assert find_differences() == []


OrderMachine.TestCase.settings = settings(
    max_examples=12, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
TestOrders = OrderMachine.TestCase
