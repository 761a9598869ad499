"""What posting does to the ledger and to open items, and what voiding takes back."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connections

from apps.core import clock
from apps.core.db import write
from apps.core.errors import DomainError, InputError
from apps.core.ids import new_id
from apps.documents.entry import AdjustmentInput
from apps.documents.numbering import DateOutOfOrder
from apps.documents.operations import change_settings
from apps.invoices.inputs import InstalmentInput, LineInput
from apps.invoices.models import Invoice
from apps.invoices.operations import change_note, create_draft, credit_invoice, post_invoice, void_invoice
from apps.invoices.queries import get_document
from apps.invoices.transitions import InvalidTransition
from apps.ledger.models import Entry, LockDate
from apps.ledger.posting import PeriodClosed
from apps.ledger.rates import NoRate
from apps.parties.models import Customer
from apps.settlement.inputs import ItemInput
from apps.settlement.models import OpenItem
from apps.settlement.operations import allocate, open_items
from tests.factories.books import line, make_customer, make_posted, make_rate
from tests.factories.pages import state_of
from tests.factories.tenants import Company
from tests.invoices import books

DAY = date(2026, 3, 14)


def by(company: Company) -> dict[str, Any]:
    return {"actor": company.actor(), "now": clock.now()}


def posted(company: Company, *lines: LineInput, customer: Customer | None = None, **given: Any) -> Invoice:
    given = {"currency": "GBP", "issue_date": DAY, "due_date": DAY} | given
    made = create_draft(
        customer_id=(customer or make_customer()).id, lines=lines or (line(),), **given, **by(company)
    )
    return post_invoice(invoice_id=made.id, **by(company))


def receipt(company: Company, customer: Customer, minor: int) -> OpenItem:
    """Write down a payment that waits to be applied."""
    key = new_id()
    item = ItemInput(
        id=key, side="receivable", party_id=customer.id, source_kind="payment", source_id=new_id(), number="PAY-1",
        direction="credit", issue_date=DAY, due_date=DAY, currency="GBP", amount_minor=minor, book_minor=minor,
        rate=Decimal(1),
    )  # fmt: skip
    open_items(items=[item], **by(company))
    return OpenItem.objects.get(id=key)


def test_books_32_an_invoice_is_booked_by_tax_code_and_opens_an_item(in_company: Company) -> None:
    made = posted(in_company, line("1", "100"), line("2", "10", "5"), line("1", "7", "0"))
    assert books.lines_of(made.id) == [
        ("receivable", 14800, "GBP", 14800, ""),
        ("revenue", -700, "GBP", -700, "Z-0"),
        ("revenue", -2000, "GBP", -2000, "S-5"),
        ("tax_output", -100, "GBP", -100, "S-5"),
        ("revenue", -10000, "GBP", -10000, "S-20"),
        ("tax_output", -2000, "GBP", -2000, "S-20"),
    ]
    assert books.items_of(made.id) == [("charge", 14800, 14800, "2026-03-14")]
    post_invoice(invoice_id=made.id, **by(in_company))
    assert Entry.objects.filter(source_id=made.id).count() == 1
    assert (made.book_currency, made.rate, made.book_total_minor) == ("GBP", 1, 14800)


def test_books_37_a_foreign_invoice_carries_its_rounding_in_the_entry(in_company: Company) -> None:
    """Tax in the accounting currency has the sign of the tax (books.md 12, BR-53)."""
    make_rate("EUR", DAY - timedelta(days=1), "0.86")
    plan = [InstalmentInput(DAY + timedelta(days=days), Decimal(1)) for days in (10, 20, 30)]
    lines = (line("1", "33.33"), line("1", "11.11", "5"), line("1", "0.07", "0"))
    made = posted(in_company, *lines, currency="EUR", instalments=plan)
    rows = books.lines_of(made.id)
    assert sum(row[1] for row in rows) == 0
    assert sum(row[3] for row in rows if row[2] == "EUR") == 0
    assert rows[-1] == ("rounding", -1, "GBP", -1, "")
    assert (made.rate, made.rate_day, made.rate_source) == (
        Decimal("0.86"),
        DAY - timedelta(days=1),
        "test",
    )
    assert (made.book_net_minor, made.book_tax_minor) == (3828, 622)
    items = books.items_of(made.id)
    assert sum(item[1] for item in items) == made.total_minor
    assert sum(item[2] for item in items) == rows[0][1]
    assert books.trial_balance() == 0


def test_a_rounding_amount_is_booked_and_owed(in_company: Company) -> None:
    """books.md 9 (BR-CO-16)."""
    made = posted(in_company, line("1", "9.98", "0"), rounding=Decimal("0.02"))
    assert books.lines_of(made.id) == [
        ("receivable", 1000, "GBP", 1000, ""),
        ("revenue", -998, "GBP", -998, "Z-0"),
        ("rounding", -2, "GBP", -2, ""),
    ]
    assert books.items_of(made.id)[0][1] == 1000


def test_a_credit_note_is_booked_at_the_rate_of_its_invoice(in_company: Company) -> None:
    """books.md 14: the full credit note is the exact mirror, in both currencies."""
    make_rate("EUR", DAY, "0.85")
    invoice = posted(in_company, line("3", "0.335"), line("7", "1.115", "5"), currency="EUR",
                     adjustments=(AdjustmentInput(percent=Decimal(3)),))  # fmt: skip
    later = DAY + timedelta(days=40)
    make_rate("EUR", later, "0.91")
    note = credit_invoice(invoice_id=invoice.id, issue_date=later, **by(in_company))
    note = post_invoice(invoice_id=note.id, **by(in_company))
    assert books.lines_of(note.id) == [
        (role, -minor, currency, -amount, code)
        for role, minor, currency, amount, code in books.lines_of(invoice.id)
    ]
    assert (note.total_minor, note.book_total_minor) == (invoice.total_minor, invoice.book_total_minor)
    assert books.by_role() == {}
    assert books.open_items() == 0


def test_what_was_paid_before_is_applied_at_posting(in_company: Company) -> None:
    customer = make_customer()
    with pytest.raises(InputError) as refused:
        posted(in_company, customer=customer, prepaid=Decimal(5))
    assert refused.value.code == "prepaid_not_received"
    receipt(in_company, customer, 300)
    receipt(in_company, customer, 400)
    plan = [InstalmentInput(DAY + timedelta(days=days), Decimal(1)) for days in (10, 20)]
    made = posted(in_company, line("1", "10", "0"), customer=customer, prepaid=Decimal(6), instalments=plan)
    items = OpenItem.objects.filter(source_id=made.id).order_by("position")
    assert [item.open_minor for item in items] == [0, 400]
    assert (get_document(made.id).due_minor, get_document(made.id).open_minor) == (400, 400)
    assert Invoice.objects.filter(state="draft").count() == 1


def test_posting_without_a_rate_or_tax_id_is_refused_and_takes_no_number(in_company: Company) -> None:
    """BR-AE-02: a reverse charge names the buyer's tax id."""
    with pytest.raises(NoRate):
        posted(in_company, currency="VND")
    with pytest.raises(InputError) as refused:
        posted(in_company, LineInput("Work", Decimal(1), Decimal(5), tax_category="AE"))
    assert refused.value.code == "tax_id_missing"
    assert posted(in_company).number == "INV-2026-000001"


def test_books_34_a_closed_period_takes_neither_posting_nor_void(in_company: Company) -> None:
    made = make_posted()
    LockDate.objects.create(kind="sales", through=DAY, changed_at=clock.now())
    before = state_of(in_company)
    with pytest.raises(PeriodClosed):
        void_invoice(invoice_id=made.id, reason="Wrong", **by(in_company))
    assert state_of(in_company) == before
    with pytest.raises(PeriodClosed):
        make_posted()
    assert "credit note" in _cure(lambda: void_invoice(invoice_id=made.id, reason="Wrong", **by(in_company)))
    assert make_posted(issue_date=DAY + timedelta(days=1)).number == "INV-2026-000002"


def test_books_33_voiding_reverses_everything_and_closes_the_items(in_company: Company) -> None:
    made = posted(in_company, line("1", "100"), line("2", "10", "5"))
    void_invoice(invoice_id=made.id, reason="Twice", **by(in_company))
    void_invoice(invoice_id=made.id, reason="Twice", **by(in_company))
    assert (books.by_role(), books.open_items(), books.trial_balance()) == ({}, 0, 0)
    reversal = Entry.objects.get(source_id=made.id, kind="reversal")
    assert reversal.entry_date == DAY
    assert get_document(made.id).payment_state == "none"


def test_an_allocated_invoice_is_not_voided(in_company: Company) -> None:
    customer = make_customer()
    made = posted(in_company, customer=customer)
    charge = OpenItem.objects.get(source_id=made.id)
    allocate(
        charge_id=charge.id, credit_id=receipt(in_company, customer, 100).id, amount_minor=100, allocated_on=DAY,
        **by(in_company),
    )  # fmt: skip
    before = state_of(in_company)
    with pytest.raises(InvalidTransition) as refused:
        void_invoice(invoice_id=made.id, reason="Wrong", **by(in_company))
    assert refused.value.code == "is_allocated"
    assert state_of(in_company) == before
    assert "void" in get_document(made.id).blocked


def test_books_22_the_order_of_dates_is_kept_where_the_tenant_wants_it(in_company: Company) -> None:
    make_posted(issue_date=DAY)
    make_posted(issue_date=DAY - timedelta(days=1))
    change_settings(is_date_order_kept=True, **by(in_company))
    with pytest.raises(DateOutOfOrder):
        make_posted(issue_date=DAY - timedelta(days=1))
    assert make_posted(issue_date=DAY).number == "INV-2026-000003"
    assert make_posted(issue_date=DAY - timedelta(days=30), kind="credit_note").number == "CN-2026-000001"


@pytest.mark.parametrize(
    "statement",
    [
        "update invoices_adjustment set amount_minor = 1 where invoice_id = %s",
        "delete from invoices_adjustment where invoice_id = %s",
        "update invoices_taxsubtotal set tax_minor = 0 where invoice_id = %s",
        "delete from invoices_taxsubtotal where invoice_id = %s",
        "update invoices_instalment set due_date = '2030-01-01' where invoice_id = %s",
        "delete from invoices_instalment where invoice_id = %s",
        "update invoices_invoice set rate = 2 where id = %s",
        "update invoices_invoice set book_total_minor = book_total_minor, prepaid_minor = 1 where id = %s",
        "update invoices_line set shared_minor = 5 where invoice_id = %s",
        "insert into invoices_taxsubtotal (tenant_id, id, invoice_id, position, category, rate, base_minor, tax_minor,"
        " exemption_reason, exemption_code)"
        " select tenant_id, gen_random_uuid(), id, 9, 'S', 9, 1, 1, '', '' from invoices_invoice where id = %s",
    ],
)
def test_books_27_sql_changes_nothing_that_belongs_to_a_posted_document(
    in_company: Company, statement: str
) -> None:
    plan = [InstalmentInput(DAY + timedelta(days=days), Decimal(1)) for days in (10, 20)]
    made = posted(in_company, instalments=plan, adjustments=(AdjustmentInput(amount=Decimal(1)),))
    before = get_document(made.id)
    with write() as connection, connection.cursor() as cursor, pytest.raises(DatabaseError) as refused:
        cursor.execute(statement, [made.id])
    assert refused.value.__cause__.sqlstate == "BH001"  # type: ignore[union-attr]
    connections["default"].close()
    assert get_document(made.id) == before


def test_books_27_the_note_of_a_posted_document_may_change(in_company: Company) -> None:
    made = make_posted()
    assert change_note(invoice_id=made.id, note="Called them", version=2, **by(in_company)).version == 3
    with pytest.raises(DomainError) as refused:
        change_note(invoice_id=made.id, note="Late", version=2, **by(in_company))
    assert refused.value.code == "stale_version"
    assert get_document(made.id).note == "Called them"


def _cure(work: Any) -> str:
    with pytest.raises(DomainError) as refused:
        work()
    return refused.value.cure
