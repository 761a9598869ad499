"""Any sequence of invoices, payments, allocations, undoings, write-offs and voids keeps the books (books.md 31, 38–43).

A plain model in Python says what is open on every item; after each step the database, the ageing and the ledger
must say the same.
"""

from datetime import timedelta
from typing import Any

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from apps.core import clock
from apps.core.errors import DomainError
from apps.core.scope import current_scope, open_scope
from apps.payments.operations import allocate_payment
from apps.settlement.ageing import ageing
from apps.settlement.models import Allocation, OpenItem
from apps.settlement.operations import undo_allocation, write_off
from tests.factories.books import make_customer
from tests.factories.open_items import DAY, item_input
from tests.factories.payments import part, pay, take_back
from tests.factories.posted_items import agree, post_these
from tests.factories.tenants import make_company

AMOUNTS = st.integers(1, 500)
PICK = st.integers(0, 99)


class Payments(RuleBasedStateMachine):
    """One customer's account; `open` is what the model says is open by item, `links` what holds."""

    def __init__(self) -> None:
        super().__init__()
        self.scope = open_scope(make_company(roles=("admin",)).scope())
        self.scope.__enter__()
        self.party = make_customer().id
        self.charges: list[OpenItem] = []
        self.payments: list[Any] = []
        self.open: dict[Any, int] = {}
        self.links: dict[Any, tuple[Any, Any, int]] = {}
        self.day = DAY

    def teardown(self) -> None:
        self.scope.__exit__(None, None, None)

    @rule(minor=AMOUNTS)
    def invoice(self, minor: int) -> None:
        (item,) = post_these(item_input(party_id=self.party, amount_minor=minor, issue_date=self.day))
        self.charges.append(item)
        self.open[item.id] = minor

    @rule(days=st.integers(0, 20))
    def wait(self, days: int) -> None:
        self.day += timedelta(days)

    @precondition(lambda self: self.charges)
    @rule(minor=AMOUNTS, share=AMOUNTS, pick=PICK)
    def receive(self, minor: int, share: int, pick: int) -> None:
        charge = self.charges[pick % len(self.charges)]
        fits = share <= minor and share <= self.open[charge.id]
        made = self.attempt(
            lambda: pay(self.party, minor, payment_date=self.day, parts=(part(charge, share),)), fits
        )
        if made is not None:
            self.payments.append(made)
            self.open[made.item_id] = minor
            self.learn(made.item_id)

    @precondition(lambda self: self.charges and self.payments)
    @rule(share=AMOUNTS, pick=PICK, other=PICK)
    def allocate(self, share: int, pick: int, other: int) -> None:
        charge, payment = self.charges[pick % len(self.charges)], self.payments[other % len(self.payments)]
        fits = share <= self.open[charge.id] and share <= self.open.get(payment.item_id, 0)
        self.attempt(
            lambda: allocate_payment(
                payment_id=payment.id, parts=[part(charge, share)], allocated_on=self.day,
                actor=current_scope().actor, now=clock.now(),
            ),
            fits,
        )  # fmt: skip
        self.learn(payment.item_id)

    @precondition(lambda self: self.charges)
    @rule(share=AMOUNTS, pick=PICK)
    def give_up(self, share: int, pick: int) -> None:
        charge = self.charges[pick % len(self.charges)]
        made = self.attempt(
            lambda: write_off(
                item_id=charge.id, amount_minor=share, written_off_on=self.day, reason="Bad",
                actor=current_scope().actor, now=clock.now(),
            ),
            share <= self.open[charge.id],
        )  # fmt: skip
        if made is not None:
            self.open[charge.id] -= share
            self.links[made.id] = (charge.id, None, share)

    @precondition(lambda self: self.links)
    @rule(pick=PICK)
    def undo(self, pick: int) -> None:
        key = list(self.links)[pick % len(self.links)]
        undo_allocation(
            allocation_id=key,
            undone_on=self.day,
            reason="Wrong",
            actor=current_scope().actor,
            now=clock.now(),
        )
        self.forget(key)

    @precondition(lambda self: self.payments)
    @rule(pick=PICK)
    def void(self, pick: int) -> None:
        payment = self.payments.pop(pick % len(self.payments))
        take_back(payment, on=self.day)
        for key in [key for key, (_, credit, _) in self.links.items() if credit == payment.item_id]:
            self.forget(key)
        del self.open[payment.item_id]

    @invariant()
    def open_amounts_are_what_the_model_says(self) -> None:
        found = dict(OpenItem.objects.filter(id__in=self.open).values_list("id", "open_minor"))
        assert found == self.open

    @invariant()
    def every_day_adds_up(self) -> None:
        for day in (DAY, self.day):
            agree(day)
        owed = {item.id for item in self.charges}
        rows = [row for row in ageing(side="receivable", as_of=self.day).rows if row.party_id == self.party]
        expected = sum(minor if key in owed else -minor for key, minor in self.open.items())
        assert sum(row.total for row in rows) == expected

    def attempt(self, work: Any, fits: bool) -> Any:
        """Do what fits, and see the rest refused."""
        try:
            made = work()
        except DomainError:
            assert not fits
            return None
        assert fits
        return made

    def learn(self, credit: Any) -> None:
        """Take new allocations of a credit into the model."""
        for row in Allocation.objects.filter(credit_id=credit, undone_on=None).exclude(id__in=self.links):
            self.links[row.id] = (row.charge_id, credit, row.amount_minor)
            self.open[row.charge_id] -= row.amount_minor
            self.open[credit] -= row.amount_minor

    def forget(self, key: Any) -> None:
        charge, credit, minor = self.links.pop(key)
        self.open[charge] += minor
        if credit is not None:
            self.open[credit] += minor


TestPayments = Payments.TestCase
TestPayments.settings = settings(
    max_examples=12,
    stateful_step_count=15,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
