"""Which lines of sales orders a document charges, and that the orders know it at every moment (books.md 68).

A document that was made from an order charges its lines in the order's sequence: its quantities and products stay.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from apps.core.scope import Actor
from apps.invoices.inputs import LineInput
from apps.invoices.models import Invoice, Line
from apps.invoices.transitions import InvalidTransition
from apps.orders.models import InvoicedQuantity
from apps.orders.operations import forget_invoiced, note_invoiced


def charged_lines(document_id: UUID) -> list[UUID]:
    """Return the orders' lines that a document charges, in the sequence of its own lines; empty without an order."""
    noted = InvoicedQuantity.objects.filter(document_id=document_id)
    return list(noted.order_by("line__order_id", "line__position").values_list("line_id", flat=True))


def check_lines_stay(invoice: Invoice, lines: Sequence[LineInput]) -> None:
    """Raise InvalidTransition where a change of lines would charge something else of an order than was noted."""
    if not InvoicedQuantity.objects.filter(document_id=invoice.id).exists():
        return
    held = Line.objects.filter(invoice=invoice).order_by("position").values_list("product_id", "quantity")
    if list(held) != [(line.product_id, line.quantity) for line in lines]:
        raise InvalidTransition(
            "This document charges an order: its products and quantities stay.", code="charges_an_order",
            field="lines", cure="Delete the draft and invoice the order again. Words and prices may change.",
        )  # fmt: skip


def note_credit(note: Invoice, *, actor: Actor, now: datetime) -> None:
    """Give an order back what a credit note takes back of a document that charges it; nothing for other documents."""
    if note.credits_id is None:
        return
    charged = charged_lines(note.credits_id)
    if not charged:
        return
    own = Line.objects.filter(invoice_id=note.credits_id).order_by("position").values_list("id", flat=True)
    by_line = dict(zip(own, charged, strict=False))
    taken: dict[UUID, Decimal] = defaultdict(Decimal)
    for key, quantity in Line.objects.filter(invoice=note).values_list("credits_line_id", "quantity"):
        if key in by_line and quantity > 0:
            taken[by_line[key]] -= quantity
    if taken:
        note_invoiced(document_id=note.id, quantities=dict(taken), actor=actor, now=now)


def forget_charges(document_ids: Collection[UUID], *, actor: Actor, now: datetime) -> None:
    """Free what documents charged of orders: they were deleted or voided. Raises OverInvoiced, OverBilled."""
    noted = InvoicedQuantity.objects.filter(document_id__in=document_ids)
    for key in noted.order_by("document_id").values_list("document_id", flat=True).distinct():
        forget_invoiced(document_id=key, actor=actor, now=now)
