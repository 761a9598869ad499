"""Posting gives a gapless number, once, and nothing posted changes by any road."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from django.db import DatabaseError, connections, transaction

from apps.core import clock
from apps.core.errors import DomainError, NotFound
from apps.core.scope import open_scope
from apps.invoices.models import Invoice, Line
from apps.invoices.operations import change_draft, credit_invoice, delete_draft, post_invoice, void_invoice
from apps.invoices.transitions import InvalidTransition
from tests.factories.books import line, make_customer, make_draft, make_posted
from tests.factories.tenants import Company


def post(invoice: Invoice, company: Company) -> Invoice:
    return post_invoice(invoice_id=invoice.id, actor=company.actor(), now=clock.now())


def test_numbers_follow_posting_order_without_a_hole(in_company: Company) -> None:
    drafts = [make_draft() for _ in range(3)]
    numbers = [post(draft, in_company).number for draft in reversed(drafts)]
    assert numbers == ["INV-2026-000001", "INV-2026-000002", "INV-2026-000003"]


def test_posting_twice_changes_nothing(in_company: Company) -> None:
    draft = make_draft()
    first, second = post(draft, in_company), post(draft, in_company)
    assert (first.number, first.version) == (second.number, second.version)


def test_a_failed_posting_gives_its_number_back(in_company: Company) -> None:
    draft = make_draft()
    with pytest.raises(RuntimeError), transaction.atomic():
        post(draft, in_company)
        raise RuntimeError
    assert post(make_draft(), in_company).number == "INV-2026-000001"


def test_parallel_posters_get_consecutive_numbers(company: Company) -> None:
    with open_scope(company.scope()):
        customer = make_customer()
        drafts = [make_draft(customer=customer) for _ in range(40)]

    def post_one(draft: Invoice) -> str:
        with open_scope(company.scope()):
            try:
                if int(draft.id.hex[-1], 16) % 4 == 0:  # some fail after they took a number
                    with pytest.raises(RuntimeError), transaction.atomic():
                        post(draft, company)
                        raise RuntimeError
                return post(draft, company).number or ""
            finally:
                connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        numbers = sorted(pool.map(post_one, drafts))
    assert numbers == [f"INV-2026-{n:06d}" for n in range(1, 41)]


def test_a_stranger_cannot_post_and_the_draft_stays(company: Company, stranger: Company) -> None:
    with open_scope(company.scope()):
        draft = make_draft()
    with open_scope(stranger.scope()), pytest.raises(NotFound):
        post(draft, stranger)
    with open_scope(company.scope()):
        assert Invoice.objects.get(id=draft.id).state == "draft"


@pytest.mark.parametrize(
    "statement",
    [
        "update invoices_invoice set total_minor = 1, net_minor = 1, tax_minor = 0 where id = %s",
        "update invoices_invoice set number = 'INV-2026-000099' where id = %s",
        "update invoices_invoice set state = 'draft' where id = %s",
        "update invoices_invoice set issue_date = '2026-01-01' where id = %s",
        "delete from invoices_invoice where id = %s",
        "update invoices_line set quantity = 9 where invoice_id = %s",
        "delete from invoices_line where invoice_id = %s",
        "insert into invoices_line"
        " (tenant_id, id, invoice_id, position, description, quantity, unit_price, tax_rate, net_minor)"
        " select tenant_id, gen_random_uuid(), id, 9, 'x', 1, 1, 0, 1 from invoices_invoice where id = %s",
    ],
)
def test_sql_cannot_change_a_posted_document(in_company: Company, statement: str) -> None:
    invoice = make_posted()
    with connections["default"].cursor() as cursor, pytest.raises(DatabaseError):
        cursor.execute(statement, [invoice.id])
    stored = Invoice.objects.get(id=invoice.id)
    assert (stored.state, stored.total_minor, stored.number) == ("posted", 1200, invoice.number)
    assert Line.objects.get(invoice=invoice).net_minor == 1000


def test_a_document_cannot_be_born_posted(in_company: Company) -> None:
    draft = make_draft()
    draft.id, draft.state, draft.number = UUID(int=7), "posted", "INV-2026-000077"
    with pytest.raises(DatabaseError):
        draft.save(force_insert=True)
    assert not Invoice.objects.filter(number="INV-2026-000077").exists()


def test_void_keeps_the_number_and_asks_for_a_reason(in_company: Company) -> None:
    invoice = make_posted()
    with pytest.raises(DomainError) as refused:
        void_invoice(invoice_id=invoice.id, reason=" ", actor=in_company.actor(), now=clock.now())
    assert refused.value.code == "missing"
    voided = void_invoice(
        invoice_id=invoice.id, reason="Entered twice", actor=in_company.actor(), now=clock.now()
    )
    assert (voided.state, voided.number) == ("void", invoice.number)
    assert post(make_draft(), in_company).number == "INV-2026-000002"


def test_a_credit_note_mirrors_its_invoice_to_the_cent(in_company: Company) -> None:
    invoice = make_posted(line("3", "0.335", "20"), line("7", "1.115", "5"))
    note = credit_invoice(
        invoice_id=invoice.id, issue_date=invoice.issue_date, actor=in_company.actor(), now=clock.now()
    )
    assert (note.kind, note.net_minor, note.tax_minor) == (
        "credit_note",
        invoice.net_minor,
        invoice.tax_minor,
    )
    with pytest.raises(InvalidTransition) as refused:
        void_invoice(invoice_id=invoice.id, reason="No", actor=in_company.actor(), now=clock.now())
    assert refused.value.code == "has_credit_note"


def test_a_posted_document_is_neither_edited_nor_deleted(in_company: Company) -> None:
    invoice = make_posted()
    for attempt in (change_draft, delete_draft):
        with pytest.raises(InvalidTransition):
            attempt(invoice_id=invoice.id, actor=in_company.actor(), now=clock.now())  # type: ignore[operator]
