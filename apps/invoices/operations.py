"""Writes of invoices and credit notes. Every road (page, API, import, admin) ends here or in `bulk.py`."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from apps.core.db import note_reason, write
from apps.core.errors import InputError
from apps.core.money import exponent
from apps.core.scope import Actor
from apps.core.text import clean_text
from apps.documents.entry import AdjustmentInput
from apps.documents.queries import get_settings
from apps.invoices.booking import apply_items, post_locked, reverse_locked
from apps.invoices.checks import (
    DuplicateDocument,
    check_credit,
    check_dates,
    check_version,
    duplicate_of,
    find_customer,
)
from apps.invoices.crediting import credit_content
from apps.invoices.drafting import drop_content, fill, read_content, save_content
from apps.invoices.due import decide_due
from apps.invoices.inputs import MAX_LINES, Content, InstalmentInput, LineInput
from apps.invoices.locks import lock_invoice
from apps.invoices.models import KINDS, Invoice, Line
from apps.invoices.order_lines import check_lines_stay, forget_charges, note_credit
from apps.invoices.paper.jobs import order_paper
from apps.invoices.transitions import (
    APPLY,
    CREDIT,
    DELETE,
    EDIT,
    POST,
    VOID,
    InvalidTransition,
    check_transition,
)

__all__ = ["MAX_LINES", "SERIES", "DuplicateDocument", "LineInput"]
SERIES = {"invoice": "INV", "credit_note": "CN"}
HEADER = [
    "customer", "country_code", "note", "issue_date", "due_date", "delivery_date", "order_reference", "terms",
    "discount_percent", "discount_until", "allowance_minor", "charge_minor", "net_minor", "tax_minor", "total_minor",
    "rounding_minor", "prepaid_minor", "version",
]  # fmt: skip


def create_draft(
    *,
    customer_id: UUID,
    currency: str,
    issue_date: date,
    lines: Sequence[LineInput],
    actor: Actor,
    now: datetime,
    due_date: date | None = None,
    terms: str | None = None,
    instalments: Sequence[InstalmentInput] | None = None,
    adjustments: Sequence[AdjustmentInput] = (),
    prepaid: Decimal = Decimal(0),
    rounding: Decimal = Decimal(0),
    delivery_date: date | None = None,
    order_reference: str = "",
    kind: str = "invoice",
    external_number: str = "",
    note: str = "",
    source: str = "page",
    credits_id: UUID | None = None,
) -> Invoice:
    """Create a draft with its lines and amounts. Raises InputError, DuplicateDocument.

    Without `due_date` it is due by `terms`, else by the customer's terms; see `due.decide_due`.
    """
    exponent(currency)
    if kind not in KINDS:
        raise InputError(f"“{kind}” is not a kind of document.", code="unknown_kind", field="kind")
    check_dates(issue_date, due_date or issue_date)
    with write():
        customer = find_customer(customer_id)
        due = decide_due(customer=customer, kind=kind, issue_date=issue_date, terms=terms, due_date=due_date,
                         instalments=instalments)  # fmt: skip
        check_dates(issue_date, due.due_date)
        invoice = Invoice(
            kind=kind, series=SERIES[kind], customer=customer, country_code=customer.country_code,
            currency=currency, issue_date=issue_date, due_date=due.due_date, terms=due.terms,
            discount_percent=due.discount_percent, discount_until=due.discount_until, delivery_date=delivery_date,
            tax_rounding=get_settings().tax_rounding, source=source, created_at=now,
            external_number=clean_text(external_number, field="external_number", limit=64, required=False),
            order_reference=clean_text(order_reference, field="order_reference", limit=64, required=False),
            note=clean_text(note, field="note", limit=2000, required=False, lines=True), credits_id=credits_id,
        )  # fmt: skip
        made = fill(invoice, Content(lines, adjustments, due.instalments, prepaid, rounding))
        Invoice.objects.bulk_create([invoice], ignore_conflicts=True)
        if not Invoice.objects.filter(id=invoice.id).exists():
            raise duplicate_of(invoice)
        save_content(made)
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
    terms: str | None = None,
    instalments: Sequence[InstalmentInput] | None = None,
    delivery_date: date | None = None,
    order_reference: str | None = None,
    note: str | None = None,
    lines: Sequence[LineInput] | None = None,
    adjustments: Sequence[AdjustmentInput] | None = None,
    prepaid: Decimal | None = None,
    rounding: Decimal | None = None,
) -> Invoice:
    """Change named fields of a draft; given lines replace all lines. Raises NotFound, StaleVersion, InputError."""
    with write():
        invoice = lock_invoice(invoice_id)
        check_transition(invoice, EDIT)
        check_version(invoice, version)
        _change_header(invoice, customer_id, note, order_reference)
        invoice.issue_date = issue_date or invoice.issue_date
        invoice.delivery_date = delivery_date or invoice.delivery_date
        if lines is not None:
            check_lines_stay(invoice, lines)
        content = read_content(invoice)
        content = Content(
            lines=content.lines if lines is None else lines,
            adjustments=content.adjustments if adjustments is None else adjustments,
            instalments=content.instalments,
            prepaid=content.prepaid if prepaid is None else prepaid,
            rounding=content.rounding if rounding is None else rounding,
        )
        content = _change_due(invoice, content, terms, due_date, instalments)
        check_dates(invoice.issue_date, invoice.due_date)
        made = fill(invoice, content)
        drop_content(invoice)
        save_content(made)
        check_credit(invoice)
        invoice.version += 1
        invoice.save(update_fields=HEADER)
    return invoice


def change_note(
    *, invoice_id: UUID, note: str, actor: Actor, now: datetime, version: int | None = None
) -> Invoice:
    """Change the note of a document in any state: it has no effect on the books (books.md 27). Raises NotFound."""
    text = clean_text(note, field="note", limit=2000, required=False, lines=True)
    with write():
        invoice = lock_invoice(invoice_id)
        check_version(invoice, version)
        if text != invoice.note:
            invoice.note, invoice.version = text, invoice.version + 1
            invoice.save(update_fields=["note", "version"])
    return invoice


def delete_draft(*, invoice_id: UUID, actor: Actor, now: datetime, version: int | None = None) -> None:
    """Delete a draft, which never had a number. Raises NotFound, InvalidTransition, StaleVersion."""
    with write():
        invoice = lock_invoice(invoice_id)
        check_transition(invoice, DELETE)
        check_version(invoice, version)
        forget_charges([invoice.id], actor=actor, now=now)
        drop_content(invoice)
        Invoice.objects.filter(id=invoice.id).delete()


def post_invoice(*, invoice_id: UUID, actor: Actor, now: datetime, version: int | None = None) -> Invoice:
    """Post a draft: number, ledger entry and open items in one transaction. Posting twice changes nothing.

    Numbers are gapless and in posting order per tenant, series and year (books.md 20–23). From then on the document
    never changes (27). Raises NotFound, InvalidTransition, StaleVersion, InputError, PeriodClosed (34), NoRate,
    DateOutOfOrder (22).
    """
    with write() as connection:
        invoice = lock_invoice(invoice_id)
        if invoice.state == "posted":
            return invoice
        check_transition(invoice, POST)
        check_version(invoice, version)
        if not Line.objects.filter(invoice=invoice).exists():
            raise InputError("A document without lines cannot be posted.", code="no_lines", field="lines")
        check_credit(invoice)
        post_locked(connection, invoice, actor=actor, now=now)
        order_paper(invoice, actor=actor, now=now)
    return invoice


def void_invoice(
    *, invoice_id: UUID, reason: str, actor: Actor, now: datetime, version: int | None = None
) -> Invoice:
    """Void a posted document: its entry is reversed on its own date, and it keeps its number. Twice changes nothing.

    Raises NotFound, InvalidTransition (also while credit notes refer to it, or it is allocated), StaleVersion,
    InputError, PeriodClosed: then a credit note takes it back.
    """
    reason = clean_text(reason, field="reason", limit=500)
    with write() as connection:
        invoice = lock_invoice(invoice_id)
        if invoice.state == "void":
            return invoice
        check_transition(invoice, VOID)
        check_version(invoice, version)
        credit = Invoice.objects.filter(credits=invoice).exclude(state="void").first()
        if credit is not None:
            raise InvalidTransition(
                f"Credit note {credit.number or '(draft)'} refers to this invoice.",
                code="has_credit_note", cure="Void or delete the credit note first.",
            )  # fmt: skip
        reverse_locked(invoice, reason=reason, actor=actor, now=now)
        forget_charges([invoice.id], actor=actor, now=now)
        note_reason(connection, reason)
        invoice.state, invoice.voided_at = "void", now
        invoice.version += 1
        invoice.save(update_fields=["state", "voided_at", "version"])
    return invoice


def credit_invoice(
    *,
    invoice_id: UUID,
    issue_date: date,
    actor: Actor,
    now: datetime,
    quantities: Mapping[UUID, Decimal] | None = None,
    source: str = "page",
) -> Invoice:
    """Draft a credit note over chosen quantities of a posted invoice's lines, or over all that is left of it.

    Over all of an untouched invoice it is its mirror to the cent (books.md 14). Raises InvalidTransition, InputError.
    """
    with write():
        invoice = lock_invoice(invoice_id)
        check_transition(invoice, CREDIT)
        draft = Invoice.objects.filter(credits=invoice, state="draft").first()
        content = credit_content(invoice, quantities)
        if draft is not None or not content.lines:
            last = (
                draft or Invoice.objects.filter(credits=invoice, state="posted").order_by("-sequence").first()
            )
            raise InvalidTransition(
                f"Credit note {last.number if last and last.number else '(draft)'} for this invoice exists.",
                code="already_credited", cure="Open that credit note.",
                detail={"credit_note": str(last.id)} if last else {},
            )  # fmt: skip
        note = create_draft(
            customer_id=invoice.customer_id, currency=invoice.currency, issue_date=issue_date, due_date=issue_date,
            lines=content.lines, adjustments=content.adjustments, rounding=content.rounding, actor=actor, now=now,
            kind="credit_note", note=f"Credits {invoice.number}", source=source, credits_id=invoice.id,
        )  # fmt: skip
        check_credit(note)
        note_credit(note, actor=actor, now=now)
    return note


def apply_credit(
    *, invoice_id: UUID, on: date, actor: Actor, now: datetime, version: int | None = None
) -> int:
    """Apply what is left of a posted credit note to its invoice, earliest due first; return the amount (books.md 42).

    Applied on a day, or the later of both documents' days. Raises NotFound, InvalidTransition, PeriodClosed.
    """
    with write():
        note = lock_invoice(invoice_id)
        check_transition(note, APPLY)
        check_version(note, version)
        if note.credits_id is None:
            raise InvalidTransition("This credit note names no invoice.", code="credits_nothing",
                                    cure="Apply it under Receivables.")  # fmt: skip
        invoice = Invoice.objects.get(id=note.credits_id)
        day = max(on, note.issue_date, invoice.issue_date)
        return apply_items(invoice, note, on=day, actor=actor, now=now)


def _change_header(
    invoice: Invoice, customer_id: UUID | None, note: str | None, order_reference: str | None
) -> None:
    if customer_id is not None:
        customer = find_customer(customer_id)
        invoice.customer, invoice.country_code = customer, customer.country_code
    if note is not None:
        invoice.note = clean_text(note, field="note", limit=2000, required=False, lines=True)
    if order_reference is not None:
        invoice.order_reference = clean_text(
            order_reference, field="order_reference", limit=64, required=False
        )


def _change_due(
    invoice: Invoice,
    content: Content,
    terms: str | None,
    due_date: date | None,
    instalments: Sequence[InstalmentInput] | None,
) -> Content:
    """Set when a draft is due, where that is changed, and return its content with the instalments it then has."""
    if terms is None and instalments is None:
        if due_date is not None and not content.instalments:
            invoice.due_date = due_date
        return content
    due = decide_due(
        customer=invoice.customer, kind=invoice.kind, issue_date=invoice.issue_date,
        terms=invoice.terms if terms is None else terms, due_date=due_date, instalments=instalments,
    )  # fmt: skip
    invoice.due_date, invoice.terms = due.due_date, due.terms
    invoice.discount_percent, invoice.discount_until = due.discount_percent, due.discount_until
    return replace(content, instalments=due.instalments)
