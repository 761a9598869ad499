"""What a draft comes to, and that what is stored makes the same again."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.core import clock
from apps.core.errors import InputError
from apps.documents.arithmetic import PER_LINE, TaxAmount, document_totals
from apps.documents.entry import AdjustmentInput, price_line
from apps.documents.entry import LineInput as EnteredLine
from apps.documents.operations import change_settings, create_terms
from apps.documents.terms import Step, Terms
from apps.invoices.inputs import InstalmentInput, LineInput
from apps.invoices.models import Adjustment, Instalment, Invoice, Line, TaxSubtotal
from apps.invoices.operations import change_draft, create_draft
from apps.invoices.queries import get_document
from tests.factories.books import make_customer
from tests.factories.tenants import Company

DAY = date(2026, 3, 14)


def draft(company: Company, *lines: LineInput, **given: Any) -> Invoice:
    given.setdefault("due_date", DAY)
    return create_draft(
        customer_id=make_customer().id, currency=given.pop("currency", "EUR"), issue_date=DAY, lines=lines,
        actor=company.actor(), now=clock.now(), **given,
    )  # fmt: skip


def line(quantity: str = "2", price: str = "5.00", rate: str = "20", **given: Any) -> LineInput:
    return LineInput("Lantern", Decimal(quantity), Decimal(price), Decimal(rate), **given)


def test_everything_on_a_document_is_stored_as_it_was_computed(in_company: Company) -> None:
    """books.md 1–9: one line with base quantity and its own discount, freight, a discount on the whole."""
    lines = (
        line("1000", "2.50", base_quantity=Decimal(100), adjustments=(AdjustmentInput(percent=Decimal(10)),)),
        line("3", "12.00", "0", tax_category="E", exemption_reason="Article 132"),
    )
    extras = (
        AdjustmentInput(percent=Decimal(5)),
        AdjustmentInput(True, Decimal("4.90"), reason="Freight", tax_rate=Decimal(20)),
    )
    made = draft(in_company, *lines, adjustments=extras, rounding=Decimal("0.01"))
    found = get_document(made.id)
    # Lines 22.50 + 36.00; 5 % of each category: 1.13 + 1.80; freight 4.90; tax 20 % of 26.27 = 5.25.
    assert (found.lines_minor, found.allowance_minor, found.charge_minor) == (5850, 293, 490)
    assert (found.net_minor, found.tax_minor, found.total_minor, found.due_minor) == (6047, 525, 6572, 6573)
    assert [(x.category, x.rate, x.base_minor, x.tax_minor, x.exemption_reason) for x in found.taxes] == [
        ("E", 0, 3420, 0, "Article 132"),
        ("S", 20, 2627, 525, ""),
    ]
    assert [x.amount_minor for x in found.lines[0].adjustments] == [250]
    assert [(x.is_charge, x.amount_minor, x.tax_category) for x in found.adjustments] == [
        (False, 180, "E"),
        (False, 113, "S"),
        (True, 490, "S"),
    ]
    shared = Line.objects.filter(invoice=made).values_list("net_minor", "shared_minor")
    assert sum(net + part for net, part in shared) == found.net_minor


def test_books_10_reasons_are_one_for_a_category_and_only_where_they_belong(in_company: Company) -> None:
    """BR-E-10, BT-120."""
    exempt = line(rate="0", tax_category="E", exemption_reason="Article 132")
    for other, code in (
        (replace(exempt, exemption_reason="Article 135"), "reasons_differ"),
        (replace(exempt, exemption_reason=""), "reason_missing"),
        (line(rate="0", tax_category="O"), "category_alone"),
    ):
        with pytest.raises(InputError) as refused:
            draft(in_company, exempt, other)
        assert refused.value.code == code
    assert not Invoice.objects.exists()


def test_the_rounding_policy_of_the_tenant_is_stored_on_the_document(in_company: Company) -> None:
    """books.md 16: a later change of the policy changes no document that is there."""
    three = [line("1", "0.03"), line("1", "0.03"), line("1", "0.03")]
    by_category = draft(in_company, *three)
    change_settings(tax_rounding=PER_LINE, actor=in_company.actor(), now=clock.now())
    by_line = draft(in_company, *three)
    again = change_draft(
        invoice_id=by_category.id, note="Looked at", actor=in_company.actor(), now=clock.now()
    )
    assert [each.tax_minor for each in (by_category, by_line, again)] == [2, 3, 2]
    assert [each.tax_rounding for each in (by_category, by_line, again)] == ["category", "line", "category"]


def test_instalments_sum_to_what_is_asked_for(in_company: Company) -> None:
    """books.md 19."""
    plan = [InstalmentInput(date(2026, month, 1), Decimal(1)) for month in (4, 5, 6)]
    made = draft(in_company, line("1", "100.00", "0"), instalments=plan, rounding=Decimal("0.01"))
    rows = Instalment.objects.filter(invoice=made).order_by("position")
    assert [(x.due_date.month, x.amount_minor) for x in rows] == [(4, 3334), (5, 3334), (6, 3333)]
    assert made.due_date == date(2026, 6, 1)
    change_draft(
        invoice_id=made.id, lines=[line("1", "50.00", "0")], actor=in_company.actor(), now=clock.now()
    )
    assert [x.amount_minor for x in rows.all()] == [1667, 1667, 1667]


def test_terms_give_due_date_discount_and_instalments(in_company: Company) -> None:
    by = {"actor": in_company.actor(), "now": clock.now()}
    create_terms(terms=Terms("N60", "60 days", 60, discount_percent=Decimal(2), discount_days=10), **by)
    create_terms(terms=Terms("HALF", "Halves", steps=(Step(30, Decimal(1)), Step(60, Decimal(1)))), **by)
    made = draft(in_company, line(), due_date=None, terms="N60")
    assert (made.due_date, made.discount_until, made.terms) == (date(2026, 5, 13), date(2026, 3, 24), "N60")
    halves = draft(in_company, line(), due_date=None, terms="HALF")
    assert (halves.due_date, halves.discount_until) == (date(2026, 5, 13), None)
    assert [x.amount_minor for x in halves.instalments.order_by("position")] == [600, 600]
    change_settings(default_terms="N60", **by)
    assert draft(in_company, line(), due_date=None).terms == "N60"
    changed = change_draft(invoice_id=halves.id, terms="", due_date=date(2026, 4, 1), **by)
    assert (changed.due_date, changed.terms, changed.instalments.count()) == (date(2026, 4, 1), "", 0)
    with pytest.raises(InputError) as refused:
        draft(in_company, line(), due_date=None, terms="N90")
    assert (refused.value.code, refused.value.field) == ("unknown_terms", "terms")


@pytest.mark.parametrize(
    "given,told",
    [
        ({"prepaid": Decimal("12.01")}, "prepaid prepaid_too_large"),
        ({"prepaid": Decimal(-1)}, "prepaid out_of_range"),
        ({"prepaid": Decimal("0.001")}, "prepaid too_many_decimals"),
        ({"rounding": Decimal("-12.01")}, "rounding rounding_too_large"),
        ({"adjustments": (AdjustmentInput(amount=Decimal(11)),)}, "lines negative_total"),
        ({"adjustments": (AdjustmentInput(amount=Decimal(1)),) * 201}, "adjustments too_many"),
        ({"instalments": [InstalmentInput(date(2026, 3, 1), Decimal(1))]}, "instalments due_before_issue"),
    ],
)  # fmt: skip
def test_amounts_that_cannot_be_are_refused_and_leave_nothing(
    in_company: Company, given: dict[str, Any], told: str
) -> None:
    with pytest.raises(InputError) as refused:
        draft(in_company, line(), **given)
    assert f"{refused.value.field} {refused.value.code}" == told
    assert not Invoice.objects.exists()
    assert not Line.objects.exists()


entered = st.builds(
    lambda quantity, price, rate, percent: line(
        str(quantity), str(price), rate, adjustments=(AdjustmentInput(percent=percent),) if percent else ()
    ),
    st.integers(1, 90),
    st.decimals(min_value=0, max_value=999, places=3),
    st.sampled_from(["0", "5", "20"]),
    st.sampled_from([Decimal(0), Decimal("2.5"), Decimal(10)]),
)
extra = st.builds(
    AdjustmentInput, st.just(True), st.decimals(min_value=0, max_value=99, places=2),
    reason=st.just("Freight"),
)  # fmt: skip
quick = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@quick
@given(st.lists(entered, min_size=1, max_size=6), st.lists(extra, max_size=2), st.booleans())
def test_books_16_recomputing_from_stored_rows_gives_the_stored_totals(
    in_company: Company, lines: list[LineInput], extras: list[AdjustmentInput], by_line: bool
) -> None:
    policy = PER_LINE if by_line else "category"
    change_settings(tax_rounding=policy, actor=in_company.actor(), now=clock.now())
    made = draft(in_company, *lines, adjustments=extras)
    rows = list(Line.objects.filter(invoice=made).order_by("position"))
    whole = list(Adjustment.objects.filter(invoice=made, line=None))
    totals = document_totals(rows, whole, policy=made.tax_rounding)
    stored = Invoice.objects.get(id=made.id)
    assert (totals.net_minor, totals.tax_minor) == (stored.net_minor, stored.tax_minor)
    assert totals.lines_minor == stored.lines_minor
    taxes = TaxSubtotal.objects.filter(invoice=made).order_by("position")
    assert totals.taxes == tuple(
        TaxAmount(x.category, x.rate.normalize(), x.base_minor, x.tax_minor) for x in taxes
    )
    assert sum(row.shared_minor for row in rows) == stored.charge_minor - stored.allowance_minor
    for row in rows:
        of_line = [
            AdjustmentInput(x.is_charge, Decimal(x.amount_minor) / 100, reason=x.reason)
            for x in Adjustment.objects.filter(line=row).order_by("position")
        ]
        again = EnteredLine(
            row.description, row.quantity, row.unit_price, row.tax_rate, base_quantity=row.base_quantity,
            adjustments=of_line,
        )  # fmt: skip
        assert price_line(again, "EUR").net_minor == row.net_minor


def test_a_change_of_nothing_keeps_every_amount(in_company: Company) -> None:
    lines = (line("3", "0.335", adjustments=(AdjustmentInput(percent=Decimal(10)),)), line(rate="0"))
    made = draft(in_company, *lines, adjustments=(AdjustmentInput(amount=Decimal("0.77")),))
    before = get_document(made.id)
    change_draft(invoice_id=made.id, note="Same", actor=in_company.actor(), now=clock.now())
    after = get_document(made.id)
    same = ("adjustments", "taxes", "instalments", "net_minor", "tax_minor", "due_date", "terms")
    assert [getattr(before, name) for name in same] == [getattr(after, name) for name in same]
    assert [replace(x, id=after.id) for x in before.lines] == [replace(x, id=after.id) for x in after.lines]
