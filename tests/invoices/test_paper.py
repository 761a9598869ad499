"""The PDF of a posted document: made once, kept with its hash, the same for everybody who may see it."""

import hashlib
import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import connections
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from apps.core import clock
from apps.core.scope import current_scope, open_scope
from apps.documents.files import open_file
from apps.documents.issuer import change_issuer
from apps.documents.models import StoredFile
from apps.exchange.model import EInvoice
from apps.exchange.reading import check_file, read_einvoice
from apps.invoices.inputs import AdjustmentInput, LineInput
from apps.invoices.models import Invoice
from apps.invoices.operations import create_draft, credit_invoice, post_invoice, void_invoice
from apps.invoices.paper.jobs import KIND, work
from apps.invoices.paper.store import NotPosted, get_paper, get_ubl
from apps.jobs.models import Job
from apps.jobs.registry import JobContext
from apps.parties.models import Customer
from apps.parties.operations import get_walk_in_customer
from tests.api.calls import api_for, problem
from tests.factories.books import line, make_customer, make_draft, make_posted
from tests.factories.pages import SignIn, entries_of, names_in, settle, state_of
from tests.factories.tenants import Company, make_company

DETAILS = {
    "name": "Harbour Gifts Ltd", "tax_id": "GB980780684", "registration_number": "01234567", "street": "1 Quay",
    "postal_code": "BS1 4ND", "city": "Bristol", "email": "books@example.com", "bank_name": "Harbour Gifts Ltd",
    "bank_account": "GB33 BUKB 2020 1555 5555 55", "bank_code": "BUKBGB22",
}  # fmt: skip


@pytest.fixture
def issuing(in_company: Company) -> Company:
    """A company that has written down who it is."""
    change_issuer(details=DETAILS, actor=current_scope().actor, now=clock.now())
    return in_company


def paper_of(invoice: Invoice) -> StoredFile:
    return get_paper(invoice_id=invoice.id, actor=current_scope().actor, now=clock.now())


def read_paper(invoice: Invoice) -> tuple[EInvoice, list[str]]:
    """Return what the PDF holds, and the rules it breaks."""
    read = read_einvoice(open_file(file_id=paper_of(invoice).id).content)
    return read.invoice, [f"{each.rule} {each.severity}" for each in check_file(read)]


def test_a_posted_invoice_says_on_paper_what_the_books_say(issuing: Company) -> None:
    """books.md 16, 18: stored amounts, exact."""
    customer = make_customer(name="Ann Other Ltd")
    invoice = make_posted(line("3", "2.555", "20"), line("1", "10", "5"), customer=customer)
    found, broken = read_paper(invoice)
    assert broken == []
    assert (found.number, found.issue_date, found.currency) == (invoice.number, invoice.issue_date, "GBP")
    assert found.totals is not None
    assert found.totals.due is not None
    assert found.totals.due.value.scaleb(2) == invoice.due_minor
    assert found.seller is not None
    assert (found.seller.name, found.seller.vat_number) == ("Harbour Gifts Ltd", "GB980780684")
    assert found.buyer is not None
    assert found.buyer.name == "Ann Other Ltd"
    assert [each.account for each in found.payments] == ["GB33BUKB20201555555555"]


lines = st.builds(
    LineInput,
    st.sampled_from(["Lantern", "Đèn lồng", "Lâmpada de latão"]),
    st.decimals("1", "500", places=3),
    st.decimals("1", "999", places=4),
    st.sampled_from([Decimal("20"), Decimal("5.5"), Decimal("0")]),
)
adjusted = st.builds(
    AdjustmentInput,
    is_charge=st.booleans(),
    percent=st.none() | st.decimals("0.5", "20", places=2),
    amount=st.just(None),
    reason=st.sampled_from(["Freight", "Loyalty"]),
).map(lambda each: each if each.percent else replace(each, amount=Decimal("0.01")))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(lines, min_size=1, max_size=5), st.lists(adjusted, max_size=2))
def test_whatever_is_posted_its_paper_has_no_finding(
    issuing: Company, entered: list[LineInput], changes: list[AdjustmentInput]
) -> None:
    """books.md 18: documents that we issue are exact."""
    scope, day = current_scope(), date(2026, 3, 14)
    draft = create_draft(
        customer_id=walk_in().id, currency="GBP", issue_date=day, due_date=day,
        lines=[replace(each, adjustments=tuple(changes)) for each in entered], adjustments=changes,
        prepaid=Decimal(0), actor=scope.actor, now=clock.now(),
    )  # fmt: skip
    assume(draft.total_minor > 0)
    invoice = post_invoice(invoice_id=draft.id, actor=scope.actor, now=clock.now())
    found, broken = read_paper(invoice)
    assert broken == []
    assert found.totals is not None
    assert found.totals.gross is not None
    assert found.totals.gross.value.scaleb(2) == invoice.total_minor


def walk_in() -> Customer:
    return get_walk_in_customer(country_code="GB", actor=current_scope().actor, now=clock.now())


@pytest.mark.parametrize("category", ["Z", "E", "AE", "G", "K"])
def test_each_category_without_tax_says_why_on_paper(issuing: Company, category: str) -> None:
    """books.md 10."""
    customer = make_customer(name="Käufer AG", country_code="DE")
    from apps.parties.operations import change_customer

    change_customer(
        customer_id=customer.id,
        changes={"tax_id": "DE136695976"},
        actor=current_scope().actor,
        now=clock.now(),
    )
    exempt = replace(
        line("1", "10", "0"), tax_category=category, exemption_reason="By law" if category == "E" else ""
    )
    found, broken = read_paper(make_posted(exempt, customer=customer))
    assert broken == (["BR-IC-11 fatal"] if category == "K" else [])
    assert [each.category.code for each in found.subtotals if each.category] == [category]


def test_a_credit_note_names_its_invoice(issuing: Company) -> None:
    invoice = make_posted()
    note = credit_invoice(
        invoice_id=invoice.id, issue_date=invoice.issue_date, actor=current_scope().actor, now=clock.now()
    )
    posted = post_invoice(invoice_id=note.id, actor=current_scope().actor, now=clock.now())
    found, broken = read_paper(posted)
    assert broken == []
    assert (found.kind, found.preceding[0].number) == ("credit_note", invoice.number)
    assert (
        "Credit note"
        in PdfReader(io.BytesIO(open_file(file_id=paper_of(posted).id).content)).pages[0].extract_text()
    )


def test_paper_is_made_once_and_what_changes_later_does_not_change_it(issuing: Company) -> None:
    invoice = make_posted()
    first = paper_of(invoice)
    change_issuer(details={"name": "Another Name Ltd"}, actor=current_scope().actor, now=clock.now())
    void_invoice(invoice_id=invoice.id, reason="Wrong", actor=current_scope().actor, now=clock.now())
    again = paper_of(invoice)
    assert (again.id, again.sha256) == (first.id, first.sha256)
    assert hashlib.sha256(open_file(file_id=first.id).content).hexdigest() == first.sha256
    assert get_ubl(invoice_id=invoice.id, actor=current_scope().actor, now=clock.now())[0].id == first.id


def test_eight_who_ask_at_once_get_one_file(company: Company) -> None:
    with open_scope(company.scope()):
        invoice = make_posted()

    def ask(_: int) -> UUID:
        with open_scope(company.scope(reads="replica")):
            try:
                return paper_of(invoice).id
            finally:
                connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(ask, range(8)))) == 1
    with open_scope(company.scope()):
        assert StoredFile.objects.filter(subject_id=invoice.id, purpose="paper").count() == 1


def test_posting_orders_the_paper_and_the_worker_makes_it(issuing: Company) -> None:
    invoice = make_posted()
    (job,) = Job.objects.filter(kind=KIND)
    assert (job.title, job.arguments) == (f"PDF of {invoice.number}", {"invoice": str(invoice.id)})
    context = JobContext(job.id, job.arguments, current_scope().actor, lambda *_: None)
    assert work(context) == work(context) == {
        "file": str(paper_of(invoice).id), "sha256": paper_of(invoice).sha256,
    }  # fmt: skip


def test_a_posting_that_fails_orders_nothing(company: Company) -> None:
    with open_scope(company.scope()):
        draft = make_draft()
        before = state_of(company)
        with pytest.raises(RuntimeError):
            from django.db import transaction

            with transaction.atomic():
                post_invoice(invoice_id=draft.id, actor=company.actor(), now=clock.now())
                raise RuntimeError
    assert state_of(company) == before


def test_a_draft_has_no_paper(company: Company, sign_in: SignIn) -> None:
    with open_scope(company.scope()):
        draft = make_draft()
        with pytest.raises(NotPosted):
            paper_of(draft)
    settle(company)
    client = sign_in(company)
    assert "/pdf" not in names_in(client.get(f"/invoices/{draft.id}"))
    assert client.get(f"/invoices/{draft.id}/pdf").status_code == 409
    problem(api_for(company, ["invoices.read"]).get(f"invoices/{draft.id}/pdf"), 409, "not_posted")


def test_pages_and_api_give_the_same_bytes_and_record_it(company: Company, sign_in: SignIn) -> None:
    with open_scope(company.scope()):
        invoice = make_posted()
    settle(company)
    client, api = sign_in(company, "support"), api_for(company, ["invoices.read"])
    assert f"/invoices/{invoice.id}/pdf" in names_in(client.get(f"/invoices/{invoice.id}"))
    page, answer = client.get(f"/invoices/{invoice.id}/pdf"), api.get(f"invoices/{invoice.id}/pdf")
    assert page.getvalue() == answer.content
    assert answer.content.startswith(b"%PDF-1.7")
    assert page["Content-Disposition"] == f'attachment; filename="{invoice.number}.pdf"'
    ubl = client.get(f"/invoices/{invoice.id}/ubl")
    assert ubl.content == api.get(f"invoices/{invoice.id}/ubl").content
    assert read_einvoice(ubl.content) == replace(read_einvoice(answer.content), container="")
    assert len(entries_of(company, "file")) == 4


def test_a_key_of_one_customer_gets_its_own_paper_only(company: Company) -> None:
    """books.md 58."""
    with open_scope(company.scope()):
        mine, other = make_customer(), make_customer()
        own, foreign = make_posted(customer=mine), make_posted(customer=other)
    api = api_for(company, ["invoices.read"], customer_id=mine.id)
    assert api.get(f"invoices/{own.id}/pdf").content.startswith(b"%PDF")
    assert api.get(f"invoices/{own.id}/ubl").status_code == 200
    assert api.get(f"invoices/{foreign.id}/pdf").status_code == 404


def test_a_company_that_wrote_nothing_down_issues_under_its_name() -> None:
    company = make_company(country="BR", currency="BRL", database="sao")
    with open_scope(company.scope()):
        customer = make_customer(country_code="BR")
        found, broken = read_paper(make_posted(customer=customer, currency="BRL"))
    assert found.seller is not None
    assert found.seller.name == company.tenant.name
    assert set(broken) == {"BR-CO-26 fatal", "BR-S-02 fatal"}


def test_hostile_words_of_a_customer_stay_words(issuing: Company) -> None:
    """books.md 64."""
    words = '#panic("x") $y$ *b* [c] <script> =HYPERLINK("x")'
    invoice = make_posted(replace(line(), description=words), customer=make_customer(name=words))
    found, broken = read_paper(invoice)
    assert broken == []
    assert found.lines[0].item.name == words


@pytest.mark.parametrize("details,code", [
    ({"bank_account": "GB33BUKB20201555555556"}, "invalid_iban"), ({"tax_id": "GB1"}, "invalid_tax_id"),
    ({"email": "nobody"}, "invalid_email"), ({"name": " "}, "missing"), ({"country_code": "ZZ"}, "unknown_country"),
    ({"secret": "x"}, "unknown_field"),
])  # fmt: skip
def test_wrong_details_of_the_issuer_are_refused(company: Company, details: Any, code: str) -> None:
    from apps.core.errors import InputError

    before = state_of(company)
    with open_scope(company.scope()), pytest.raises(InputError) as refused:
        change_issuer(details=details, actor=company.actor(), now=clock.now())
    assert refused.value.code == code
    assert state_of(company) == before
