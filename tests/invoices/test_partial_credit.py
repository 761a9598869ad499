"""Credit notes over parts of an invoice: to the cent in all, never more than there was, applied to the invoice."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.core import clock
from apps.core.errors import DomainError
from apps.documents.entry import AdjustmentInput
from apps.invoices.inputs import LineInput
from apps.invoices.models import Invoice, Line
from apps.invoices.operations import apply_credit, create_draft, credit_invoice, post_invoice, void_invoice
from apps.invoices.queries import get_document
from tests.factories.books import line, make_customer, make_posted, make_rate
from tests.factories.pages import state_of
from tests.factories.tenants import Company
from tests.invoices import books

DAY = date(2026, 3, 14)
quick = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def by(company: Company) -> dict[str, Any]:
    return {"actor": company.actor(), "now": clock.now()}


def credit(company: Company, invoice: Invoice, *quantities: str) -> Invoice:
    """Post a credit note over quantities of the lines, in their order; over all that is left where none are named."""
    ids = Line.objects.filter(invoice=invoice).order_by("position").values_list("id", flat=True)
    chosen = {key: Decimal(q) for key, q in zip(ids, quantities, strict=True)} if quantities else None
    note = credit_invoice(invoice_id=invoice.id, issue_date=DAY, quantities=chosen, **by(company))
    return post_invoice(invoice_id=note.id, **by(company))


def code_of(work: Any, **given: Any) -> str:
    with pytest.raises(DomainError) as refused:
        work(**given)
    return refused.value.code


lines = st.lists(
    st.tuples(st.integers(1, 9), st.integers(1, 9999), st.sampled_from(["0", "5", "20"]), st.integers(0, 30)),
    min_size=1, max_size=3,
)  # fmt: skip


@quick
@given(lines, st.integers(0, 20), st.data())
def test_books_14_19_parts_of_an_invoice_are_credited_to_the_cent(
    in_company: Company, rows: list[tuple[int, int, str, int]], percent: int, data: st.DataObject
) -> None:
    entered = [
        LineInput(
            "Thing", Decimal(quantity), Decimal(price) / 1000, Decimal(rate),
            adjustments=(AdjustmentInput(percent=Decimal(off)),) if off else (),
        )
        for quantity, price, rate, off in rows
    ]  # fmt: skip
    extras = (AdjustmentInput(percent=Decimal(percent)),) if percent else ()
    draft = create_draft(
        customer_id=make_customer().id, currency="EUR", issue_date=DAY, due_date=DAY, lines=entered,
        adjustments=extras, **by(in_company),
    )  # fmt: skip
    make_rate(draft.currency, DAY)
    invoice = post_invoice(invoice_id=draft.id, **by(in_company))
    first = [data.draw(st.integers(0, quantity)) for quantity, *_ in rows]
    notes = []
    if any(first):
        notes.append(credit(in_company, invoice, *map(str, first)))
    if first != [quantity for quantity, *_ in rows]:
        notes.append(credit(in_company, invoice))
    assert sum(note.net_minor for note in notes) == invoice.net_minor
    assert sum(note.allowance_minor for note in notes) == invoice.allowance_minor
    slack = (len(notes) - 1) * len(get_document(invoice.id).taxes)
    assert abs(sum(note.tax_minor for note in notes) - invoice.tax_minor) <= slack
    assert (
        code_of(credit_invoice, invoice_id=invoice.id, issue_date=DAY, **by(in_company)) == "already_credited"
    )
    assert books.trial_balance() == 0


def test_no_more_of_a_line_is_credited_than_is_left(in_company: Company) -> None:
    invoice, other = make_posted(line("3"), line("1")), make_posted()
    credit(in_company, invoice, "2", "0")
    first = Line.objects.get(invoice=invoice, position=1)
    before = state_of(in_company)
    for chosen, code in (
        ({first.id: Decimal(2)}, "credits_too_much"),
        ({first.id: Decimal(-1)}, "credits_too_much"),
        ({other.lines.get().id: Decimal(1)}, "unknown_line"),
        ({first.id: Decimal(0)}, "already_credited"),
    ):
        given = {"invoice_id": invoice.id, "issue_date": DAY, "quantities": chosen}
        assert code_of(credit_invoice, **given, **by(in_company)) == code
    assert state_of(in_company) == before
    rest = credit(in_company, invoice)
    assert [x.quantity for x in rest.lines.order_by("position")] == [1, 1]


def test_books_42_a_credit_note_is_applied_to_its_invoice(in_company: Company) -> None:
    invoice = make_posted(line("2", "50", "0"))
    note = credit(in_company, invoice, "1")
    assert (get_document(note.id).open_minor, get_document(note.id).payment_state) == (5000, "open")
    assert apply_credit(invoice_id=note.id, on=DAY, **by(in_company)) == 5000
    assert (get_document(note.id).payment_state, get_document(invoice.id).open_minor) == ("paid", 5000)
    assert "apply" in get_document(note.id).blocked
    assert code_of(apply_credit, invoice_id=note.id, on=DAY, **by(in_company)) == "nothing_open"
    assert code_of(void_invoice, invoice_id=note.id, reason="No", **by(in_company)) == "is_allocated"
    rest = credit(in_company, invoice)
    apply_credit(invoice_id=rest.id, on=DAY, **by(in_company))
    assert get_document(invoice.id).payment_state == "paid"
    assert books.by_role() == {}
    assert books.open_items() == 0
