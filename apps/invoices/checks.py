"""What an operation asks before it writes a document."""

from datetime import date
from uuid import UUID

from django.db.models import Count, Sum

from apps.core.errors import Forbidden, InputError, StaleVersion
from apps.core.scope import current_scope
from apps.documents.taxes import CATEGORIES
from apps.invoices.locks import lock_invoice
from apps.invoices.models import Invoice, TaxSubtotal
from apps.invoices.transitions import InvalidTransition
from apps.parties.models import Customer


class DuplicateDocument(InvalidTransition):
    """A document with the same outside number from the same source is in the books."""

    code = "duplicate_document"
    cure = "Open the document that is there; nothing was created."


def find_customer(customer_id: UUID) -> Customer:
    """Return a customer of the open tenant. Raises InputError."""
    customer = Customer.objects.filter(id=customer_id).first()
    if customer is None:
        raise InputError("There is no such customer.", code="unknown_customer", field="customer")
    return customer


def check_dates(issue_date: date, due_date: date) -> None:
    """Raise InputError for dates that no document has."""
    if not 1990 <= issue_date.year <= 2100:
        raise InputError("The date lies outside 1990 to 2100.", code="date_out_of_range", field="issue_date")
    if due_date < issue_date:
        raise InputError(
            "The due date lies before the document's date.", code="due_before_issue", field="due_date"
        )


def check_version(invoice: Invoice, version: int | None) -> None:
    """Raise StaleVersion unless the document is as it was when the asker saw it."""
    if version is not None and version != invoice.version:
        raise StaleVersion(
            "Somebody changed this document after you opened it.", detail={"version": invoice.version}
        )


def check_credit(note: Invoice) -> None:
    """Raise InputError when credit notes take back more than their invoice charged, or from somebody else.

    Locks the invoice, so that two notes at once are counted together. Each note's tax is rounded on its own
    (BR-CO-17), so several partial notes may take back a cent of tax more than was charged.
    """
    if note.credits_id is None:
        return
    credited = lock_invoice(note.credits_id)
    if (note.customer_id, note.currency) != (credited.customer_id, credited.currency):
        raise InputError(f"{credited.number} was charged to another customer.", code="credits_another",
                         field="customer", cure="Keep the customer, or enter a credit note of its own.")  # fmt: skip
    others = Invoice.objects.filter(credits=credited).exclude(state="void").exclude(id=note.id)
    sums = others.aggregate(net=Sum("net_minor"), tax=Sum("tax_minor"), notes=Count("id"))
    net, tax = note.net_minor + int(sums["net"] or 0), note.tax_minor + int(sums["tax"] or 0)
    slack = sums["notes"] * TaxSubtotal.objects.filter(invoice=credited).count() if sums["notes"] else 0
    if net > credited.net_minor or tax > credited.tax_minor + slack:
        raise InputError(f"{credited.number} charged less than this takes back.", code="credits_too_much",
                         field="lines", cure="Lower the amounts to what the invoice charged.")  # fmt: skip


def check_bookkeeper() -> None:
    """Raise Forbidden for a key that is bound to one customer: the ledger is the company's, and hidden from it."""
    if current_scope().customer_id is not None:
        raise Forbidden("A key bound to one customer does not write to the ledger.",
                        cure="Use a key of the company, or let somebody of the company do it.")  # fmt: skip


def check_buyer(invoice: Invoice) -> None:
    """Raise InputError when a tax category asks for the buyer's tax id and there is none (BR-AE-02, BR-IC-02)."""
    naming = [code for code, each in CATEGORIES.items() if each.names_buyer]
    found = TaxSubtotal.objects.filter(invoice=invoice, category__in=naming).first()
    if found is not None and not invoice.customer.tax_id:
        raise InputError(
            f"{CATEGORIES[found.category].label} needs the customer's tax id.", code="tax_id_missing",
            field="customer", cure="Enter the tax id on the customer's page first.",
        )  # fmt: skip


def duplicate_of(invoice: Invoice) -> DuplicateDocument:
    """Return the refusal of a document whose outside number is taken."""
    twin = Invoice.objects.filter(source=invoice.source, external_number=invoice.external_number).first()
    return DuplicateDocument(
        f"The document “{invoice.external_number}” is in the books already"
        + (f" as {twin.number}." if twin and twin.number else "."),
        field="external_number", detail={"document": str(twin.id)} if twin else {},
    )  # fmt: skip
