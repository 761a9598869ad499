"""Writes of invoices and credit notes. Every road (page, API, import, admin) ends here or in `bulk.py`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from apps.catalog.queries import list_known_products
from apps.core.db import note_reason, write
from apps.core.errors import InputError, StaleVersion
from apps.core.money import check_decimal, exponent
from apps.core.scope import Actor
from apps.core.text import clean_text
from apps.documents.arithmetic import document_totals, line_net
from apps.documents.numbering import number_text, take_numbers
from apps.invoices.locks import lock_invoice
from apps.invoices.models import KINDS, Invoice, Line
from apps.invoices.transitions import CREDIT, DELETE, EDIT, POST, VOID, InvalidTransition, check_transition
from apps.parties.models import Customer

SERIES = {"invoice": "INV", "credit_note": "CN"}
MAX_LINES = 5000


@dataclass(frozen=True)
class LineInput:
    """A line as it is entered; the net amount is made from it."""

    description: str
    quantity: Decimal
    unit_price: Decimal
    tax_rate: Decimal = Decimal(0)
    product_id: UUID | None = None


class DuplicateDocument(InvalidTransition):
    """A document with the same outside number from the same source is in the books."""

    code = "duplicate_document"
    cure = "Open the document that is there; nothing was created."


def create_draft(
    *,
    customer_id: UUID,
    currency: str,
    issue_date: date,
    due_date: date,
    lines: Sequence[LineInput],
    actor: Actor,
    now: datetime,
    kind: str = "invoice",
    external_number: str = "",
    note: str = "",
    source: str = "page",
    credits_id: UUID | None = None,
) -> Invoice:
    """Create a draft with its lines. Raises InputError, DuplicateDocument."""
    exponent(currency)
    if kind not in KINDS:
        raise InputError(f"“{kind}” is not a kind of document.", code="unknown_kind", field="kind")
    _check_dates(issue_date, due_date)
    with write():
        customer = _find_customer(customer_id)
        invoice = Invoice(
            kind=kind, series=SERIES[kind], customer=customer, country_code=customer.country_code,
            currency=currency, issue_date=issue_date, due_date=due_date, source=source, created_at=now,
            external_number=clean_text(external_number, field="external_number", limit=64, required=False),
            note=clean_text(note, field="note", limit=2000, required=False, lines=True), credits_id=credits_id,
        )  # fmt: skip
        made = _make_lines(invoice, lines)
        Invoice.objects.bulk_create([invoice], ignore_conflicts=True)
        if not Invoice.objects.filter(id=invoice.id).exists():
            raise _duplicate_of(invoice)
        Line.objects.bulk_create(made)
    return invoice


def change_draft(
    *,
    invoice_id: UUID,
    actor: Actor,
    now: datetime,
    version: int | None = None,
    customer_id: UUID | None = None,
    issue_date: date | None = None,
    due_date: date | None = None,
    note: str | None = None,
    lines: Sequence[LineInput] | None = None,
) -> Invoice:
    """Change named fields of a draft; given lines replace all lines. Raises NotFound, StaleVersion, InputError."""
    with write():
        invoice = lock_invoice(invoice_id)
        check_transition(invoice, EDIT)
        _check_version(invoice, version)
        if customer_id is not None:
            customer = _find_customer(customer_id)
            invoice.customer, invoice.country_code = customer, customer.country_code
        if note is not None:
            invoice.note = clean_text(note, field="note", limit=2000, required=False, lines=True)
        invoice.issue_date = issue_date or invoice.issue_date
        invoice.due_date = due_date or invoice.due_date
        _check_dates(invoice.issue_date, invoice.due_date)
        if lines is not None:
            made = _make_lines(invoice, lines)
            Line.objects.filter(invoice=invoice).delete()
            Line.objects.bulk_create(made)
        _check_credit(invoice)
        invoice.version += 1
        invoice.save(update_fields=["customer", "country_code", "note", "issue_date", "due_date", "net_minor",
                                    "tax_minor", "total_minor", "version"])  # fmt: skip
    return invoice


def delete_draft(*, invoice_id: UUID, actor: Actor, now: datetime, version: int | None = None) -> None:
    """Delete a draft, which never had a number. Raises NotFound, InvalidTransition, StaleVersion."""
    with write():
        invoice = lock_invoice(invoice_id)
        check_transition(invoice, DELETE)
        _check_version(invoice, version)
        Line.objects.filter(invoice=invoice).delete()
        Invoice.objects.filter(id=invoice.id).delete()


def post_invoice(*, invoice_id: UUID, actor: Actor, now: datetime, version: int | None = None) -> Invoice:
    """Post a draft: it gets its legal number and never changes again. Posting twice changes nothing.

    Numbers are gapless and in posting order per tenant, series and year (books.md 20–23).
    Raises NotFound, InvalidTransition, StaleVersion, InputError when it has no lines.
    """
    with write() as connection:
        invoice = lock_invoice(invoice_id)
        if invoice.state == "posted":
            return invoice
        check_transition(invoice, POST)
        _check_version(invoice, version)
        if not Line.objects.filter(invoice=invoice).exists():
            raise InputError("A document without lines cannot be posted.", code="no_lines", field="lines")
        year = invoice.issue_date.year
        invoice.sequence = take_numbers(connection, series=invoice.series, year=year)
        invoice.number = number_text(invoice.series, year, invoice.sequence)
        invoice.state, invoice.posted_at = "posted", now
        invoice.version += 1
        invoice.save(update_fields=["sequence", "number", "state", "posted_at", "version"])
    return invoice


def void_invoice(
    *, invoice_id: UUID, reason: str, actor: Actor, now: datetime, version: int | None = None
) -> Invoice:
    """Void a posted document; it keeps its number and no longer counts. Voiding twice changes nothing.

    Raises NotFound, InvalidTransition (also while credit notes refer to it), StaleVersion, InputError.
    """
    reason = clean_text(reason, field="reason", limit=500)
    with write() as connection:
        invoice = lock_invoice(invoice_id)
        if invoice.state == "void":
            return invoice
        check_transition(invoice, VOID)
        _check_version(invoice, version)
        credit = Invoice.objects.filter(credits=invoice).exclude(state="void").first()
        if credit is not None:
            raise InvalidTransition(
                f"Credit note {credit.number or '(draft)'} refers to this invoice.",
                code="has_credit_note", cure="Void or delete the credit note first.",
            )  # fmt: skip
        note_reason(connection, reason)
        invoice.state, invoice.voided_at = "void", now
        invoice.version += 1
        invoice.save(update_fields=["state", "voided_at", "version"])
    return invoice


def credit_invoice(
    *, invoice_id: UUID, issue_date: date, actor: Actor, now: datetime, source: str = "page"
) -> Invoice:
    """Draft a credit note that mirrors a posted invoice to the cent (books.md 14). Raises InvalidTransition."""
    with write():
        invoice = lock_invoice(invoice_id)
        check_transition(invoice, CREDIT)
        existing = Invoice.objects.filter(credits=invoice).exclude(state="void").first()
        if existing is not None:
            raise InvalidTransition(
                f"Credit note {existing.number or '(draft)'} for this invoice exists.",
                code="already_credited", cure="Open that credit note.", detail={"credit_note": str(existing.id)},
            )  # fmt: skip
        lines = [
            LineInput(line.description, line.quantity, line.unit_price, line.tax_rate, line.product_id)
            for line in Line.objects.filter(invoice=invoice).order_by("position")
        ]
        return create_draft(
            customer_id=invoice.customer_id, currency=invoice.currency, issue_date=issue_date, due_date=issue_date,
            lines=lines, actor=actor, now=now, kind="credit_note", note=f"Credits {invoice.number}",
            source=source, credits_id=invoice.id,
        )  # fmt: skip


def _make_lines(invoice: Invoice, inputs: Sequence[LineInput]) -> list[Line]:
    """Build the lines and set the document's totals; nothing is saved."""
    if len(inputs) > MAX_LINES:
        raise InputError(f"A document has at most {MAX_LINES} lines.", code="too_many_lines", field="lines")
    wanted = {line.product_id for line in inputs if line.product_id}
    if wanted - list_known_products(wanted):
        raise InputError("There is no such product.", code="unknown_product", field="lines")
    lines = [_make_line(invoice, position, line) for position, line in enumerate(inputs, start=1)]
    totals = document_totals(lines)
    if totals.net_minor < 0 or totals.tax_minor < 0:
        raise InputError("The total is below zero.", code="negative_total", field="lines",
                         cure="Enter a credit note instead: its amounts are positive.")  # fmt: skip
    invoice.net_minor, invoice.tax_minor = totals.net_minor, totals.tax_minor
    invoice.total_minor = totals.total_minor
    return lines


def _make_line(invoice: Invoice, position: int, entered: LineInput) -> Line:
    place = f"lines[{position - 1}]."
    return Line(
        invoice=invoice,
        position=position,
        product_id=entered.product_id,
        description=clean_text(entered.description, field=place + "description", limit=1000),
        quantity=check_decimal(entered.quantity, field=place + "quantity"),
        unit_price=check_decimal(entered.unit_price, field=place + "unit_price", minimum=Decimal(0)),
        tax_rate=check_decimal(
            entered.tax_rate, field=place + "tax_rate", minimum=Decimal(0), maximum=Decimal(100), places=4
        ),
        net_minor=line_net(entered.quantity, entered.unit_price, invoice.currency),
    )


def _find_customer(customer_id: UUID) -> Customer:
    customer = Customer.objects.filter(id=customer_id).first()
    if customer is None:
        raise InputError("There is no such customer.", code="unknown_customer", field="customer")
    return customer


def _check_dates(issue_date: date, due_date: date) -> None:
    if not 1990 <= issue_date.year <= 2100:
        raise InputError("The date lies outside 1990 to 2100.", code="date_out_of_range", field="issue_date")
    if due_date < issue_date:
        raise InputError(
            "The due date lies before the document's date.", code="due_before_issue", field="due_date"
        )


def _check_credit(note: Invoice) -> None:
    """Raise InputError when a credit note takes back more than its invoice charged, or from somebody else."""
    credited = Invoice.objects.filter(id=note.credits_id).first() if note.credits_id else None
    if credited is None:
        return
    if note.customer_id != credited.customer_id:
        raise InputError(f"{credited.number} was charged to another customer.", code="credits_another",
                         field="customer", cure="Keep the customer, or enter a credit note of its own.")  # fmt: skip
    if note.net_minor > credited.net_minor or note.tax_minor > credited.tax_minor:
        raise InputError(f"{credited.number} charged less than this takes back.", code="credits_too_much",
                         field="lines", cure="Lower the amounts to what the invoice charged.")  # fmt: skip


def _check_version(invoice: Invoice, version: int | None) -> None:
    if version is not None and version != invoice.version:
        raise StaleVersion(
            "Somebody changed this document after you opened it.", detail={"version": invoice.version}
        )


def _duplicate_of(invoice: Invoice) -> DuplicateDocument:
    twin = Invoice.objects.filter(source=invoice.source, external_number=invoice.external_number).first()
    return DuplicateDocument(
        f"The document “{invoice.external_number}” is in the books already"
        + (f" as {twin.number}." if twin and twin.number else "."),
        field="external_number", detail={"document": str(twin.id)} if twin else {},
    )  # fmt: skip
