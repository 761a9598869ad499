"""Whatever is posted, credited, paid, applied and voided, in any order: the books agree after each step."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from apps.core import clock
from apps.core.errors import DomainError
from apps.core.scope import open_scope
from apps.invoices.inputs import InstalmentInput, LineInput
from apps.invoices.models import Invoice, Line
from apps.invoices.operations import (
    apply_credit,
    create_draft,
    credit_invoice,
    delete_draft,
    post_invoice,
    void_invoice,
)
from apps.invoices.queries import get_document
from apps.settlement.models import Allocation, OpenItem
from apps.settlement.operations import undo_allocation
from tests.factories.books import make_customer
from tests.factories.payments import part, pay
from tests.factories.tenants import Company, make_company
from tests.invoices import books

DAY = date(2026, 3, 14)
EXPECTED = {
    "already_credited", "has_credit_note", "is_allocated", "nothing_open", "invalid_transition", "credits_nothing",
    "not_found", "exceeds_open", "credits_too_much",
}  # fmt: skip
pick = st.integers(0, 99)


class Documents(RuleBasedStateMachine):
    """A tenant with one customer; each rule does something that people do, or is refused for a reason we know."""

    company: Company

    @initialize()
    def begin(self) -> None:
        """Make the tenant and its customer."""
        self.company = make_company(roles=("admin",))
        with self.open():
            self.customer = make_customer().id

    def open(self) -> Any:
        return open_scope(self.company.scope())

    def by(self) -> dict[str, Any]:
        return {"actor": self.company.actor(), "now": clock.now()}

    def chosen(self, number: int, **fields: Any) -> Invoice | None:
        found = list(Invoice.objects.filter(**fields).order_by("id"))
        return found[number % len(found)] if found else None

    def refused_for_a_reason(self, error: DomainError) -> None:
        assert error.code in EXPECTED, (error.code, error.message)

    @rule(
        amounts=st.lists(st.tuples(st.integers(1, 5), st.integers(1, 999)), min_size=1, max_size=3),
        in_parts=st.booleans(),
    )
    def draft(self, amounts: list[tuple[int, int]], in_parts: bool) -> None:
        """Write an invoice."""
        plan = (
            [InstalmentInput(DAY + timedelta(days=30 * n), Decimal(1)) for n in (1, 2)] if in_parts else None
        )
        lines = [LineInput("Thing", Decimal(q), Decimal(p) / 100, Decimal(20)) for q, p in amounts]
        with self.open():
            create_draft(
                customer_id=self.customer, currency="GBP", issue_date=DAY, due_date=DAY, lines=lines, instalments=plan,
                **self.by(),
            )  # fmt: skip

    @rule(number=pick)
    def post(self, number: int) -> None:
        """Post any document, also one that is posted or void."""
        with self.open():
            if one := self.chosen(number):
                self.attempt(post_invoice, invoice_id=one.id)

    @rule(number=pick)
    def delete(self, number: int) -> None:
        """Delete any document that is a draft."""
        with self.open():
            if one := self.chosen(number, state="draft"):
                self.attempt(delete_draft, invoice_id=one.id)

    @rule(number=pick)
    def void(self, number: int) -> None:
        """Void any document."""
        with self.open():
            if one := self.chosen(number):
                self.attempt(void_invoice, invoice_id=one.id, reason="Wrong")

    @rule(number=pick, part=st.integers(1, 5))
    def credit(self, number: int, part: int) -> None:
        """Credit a part of an invoice's first line, or what is left."""
        with self.open():
            one = self.chosen(number, kind="invoice", state="posted")
            if one is None:
                return
            first = Line.objects.filter(invoice=one).order_by("position")[0]
            chosen = {first.id: Decimal(1)} if part > 2 else None
            self.attempt(credit_invoice, invoice_id=one.id, issue_date=DAY, quantities=chosen)

    @rule(number=pick)
    def apply(self, number: int) -> None:
        """Apply a credit note to its invoice."""
        with self.open():
            if one := self.chosen(number, kind="credit_note"):
                self.attempt(apply_credit, invoice_id=one.id, on=DAY)

    @rule(number=pick, share=st.integers(1, 4))
    def pay(self, number: int, share: int) -> None:
        """Pay a part of what is open."""
        with self.open():
            items = list(
                OpenItem.objects.filter(direction="charge", closed_on=None, open_minor__gt=3).order_by("id")
            )
            if items:
                item = items[number % len(items)]
                minor = item.open_minor // share
                pay(self.customer, minor, payment_date=DAY + timedelta(days=6), parts=(part(item, minor),))

    @rule(number=pick)
    def undo(self, number: int) -> None:
        """Undo an allocation."""
        with self.open():
            keys: list[UUID] = list(
                Allocation.objects.filter(undone_on=None).order_by("id").values_list("id", flat=True)
            )
            if keys:
                key, day = keys[number % len(keys)], DAY + timedelta(days=90)
                undo_allocation(allocation_id=key, undone_on=day, reason="Wrong", **self.by())

    def attempt(self, work: Any, **given: Any) -> None:
        try:
            work(**given, **self.by())
        except DomainError as error:
            self.refused_for_a_reason(error)

    @invariant()
    def the_books_agree(self) -> None:
        """books.md 30, 31, 39: trial balance zero, control account = open items, nothing open below zero."""
        if not hasattr(self, "customer"):
            return
        with self.open():
            assert books.trial_balance() == 0
            assert books.by_role().get("receivable", 0) == books.open_items()
            assert not OpenItem.objects.filter(open_minor__lt=0).exists()

    @invariant()
    def numbers_have_no_hole(self) -> None:
        """books.md 20, 21."""
        if not hasattr(self, "customer"):
            return
        with self.open():
            for series in ("INV", "CN"):
                given = (
                    Invoice.objects.filter(series=series)
                    .exclude(number=None)
                    .values_list("sequence", flat=True)
                )
                assert sorted(given) == list(range(1, len(given) + 1))

    @invariant()
    def no_button_fails_after_the_click(self) -> None:
        """books.md 24: what a page offers is what the operation allows."""
        if not hasattr(self, "customer"):
            return
        with self.open():
            for one in Invoice.objects.filter(state="posted"):
                items = OpenItem.objects.filter(source_id=one.id, closed_on=None)
                is_allocated = any(item.open_minor != item.amount_minor for item in items)
                has_note = Invoice.objects.filter(credits=one).exclude(state="void").exists()
                assert ("void" in get_document(one.id).blocked) == (is_allocated or has_note)


Documents.TestCase.settings = settings(
    max_examples=6, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)


class TestDocuments(Documents.TestCase):  # type: ignore[misc, name-defined]
    """Run by pytest."""
