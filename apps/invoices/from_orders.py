"""Invoices made from sales orders: what was shipped and kept, or ordered, by the order's basis (books.md 68)."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from apps.core.db import write
from apps.core.errors import NotFound
from apps.core.scope import Actor
from apps.documents.taxes import CATEGORIES
from apps.invoices.crediting import list_creditable
from apps.invoices.inputs import LineInput
from apps.invoices.models import Invoice, Line
from apps.invoices.operations import create_draft, credit_invoice
from apps.invoices.order_lines import charged_lines
from apps.invoices.transitions import InvalidTransition
from apps.orders.models import InvoicedQuantity, SalesLine, SalesOrder
from apps.orders.operations import note_invoiced

OPEN_STATES = ("confirmed", "processing", "shipped", "delivered")


class NothingToInvoice(InvalidTransition):
    """Everything of the order that may be charged is charged."""

    code = "nothing_to_invoice"
    cure = "Ship more of it first, or open the invoice that is there."


def invoice_order(
    *,
    order_id: UUID,
    issue_date: date,
    actor: Actor,
    now: datetime,
    quantities: Mapping[UUID, Decimal] | None = None,
    source: str = "page",
) -> Invoice:
    """Draft an invoice over all that may be charged of an order, or over chosen quantities by line.

    The draft counts as invoiced at once, so no second one charges it; deleting it frees it (books.md 68). Raises
    NotFound, NothingToInvoice, OverInvoiced, InputError.
    """
    with write():
        order = _lock(order_id)
        lines = SalesLine.objects.filter(order=order).order_by("position")
        wanted = {
            line.id: line.invoiceable if quantities is None else quantities.get(line.id, Decimal(0))
            for line in lines
        }
        charged = [line for line in lines if wanted[line.id] > 0]
        if not charged:
            raise NothingToInvoice(f"Nothing of {order.number} is left to invoice.")
        draft = create_draft(
            customer_id=order.customer_id, currency=order.currency, issue_date=issue_date,
            lines=[_line(line, wanted[line.id]) for line in charged], order_reference=order.number,
            source=source, actor=actor, now=now,
        )  # fmt: skip
        note_invoiced(
            document_id=draft.id,
            quantities={line.id: wanted[line.id] for line in charged},
            actor=actor,
            now=now,
        )
    return draft


def credit_returns(*, order_id: UUID, issue_date: date, actor: Actor, now: datetime) -> list[Invoice]:
    """Draft credit notes over what came back after it was invoiced, one for each posted invoice, newest first.

    Raises NotFound, InvalidTransition where nothing is to be credited or only a draft charges it.
    """
    with write():
        order = _lock(order_id)
        lines = SalesLine.objects.filter(order=order)
        owed = {line.id: -line.invoiceable for line in lines if line.invoiceable < 0}
        if not owed:
            raise InvalidTransition("Nothing of this order is to be credited.", code="nothing_to_credit")
        made = []
        for invoice in _posted_invoices(owed):
            chosen = _take(invoice, owed)
            if chosen:
                made.append(credit_invoice(
                    invoice_id=invoice.id, issue_date=max(issue_date, invoice.issue_date), quantities=chosen,
                    actor=actor, now=now,
                ))  # fmt: skip
        if any(owed.values()):
            raise InvalidTransition(
                "A draft charges what came back.", code="charged_by_draft",
                cure="Delete the draft, then invoice the order again.",
            )  # fmt: skip
    return made


def _lock(order_id: UUID) -> SalesOrder:
    order = SalesOrder.objects.select_for_update().filter(id=order_id).first()
    if order is None:
        raise NotFound("There is no such order.")
    if order.state not in OPEN_STATES:
        raise InvalidTransition(
            f"This order is {order.get_state_display().lower()}; it is not invoiced now.",
            cure="Confirm or release it first.",
        )
    return order


def _line(line: SalesLine, quantity: Decimal) -> LineInput:
    # An exemption must say why (BR-E-10); the order knows only that its product is exempt.
    reason = CATEGORIES["E"].label if line.tax_category == "E" else ""
    return LineInput(
        description=line.description, quantity=quantity, unit_price=line.unit_price, tax_rate=line.tax_rate,
        product_id=line.product_id, tax_category=line.tax_category, exemption_reason=reason,
    )  # fmt: skip


def _posted_invoices(lines: Mapping[UUID, Decimal]) -> list[Invoice]:
    noted = InvoicedQuantity.objects.filter(line_id__in=lines, quantity__gt=0).values("document_id")
    found = Invoice.objects.filter(id__in=noted, kind="invoice", state="posted")
    return list(found.order_by("-issue_date", "-id"))


def _take(invoice: Invoice, owed: dict[UUID, Decimal]) -> dict[UUID, Decimal]:
    """Return how much of each of an invoice's lines pays for what is owed, and lower what is owed by it."""
    left = list_creditable(invoice)
    own = Line.objects.filter(invoice=invoice).order_by("position").values_list("id", flat=True)
    chosen: dict[UUID, Decimal] = {}
    for line_id, order_line_id in zip(own, charged_lines(invoice.id), strict=False):
        quantity = min(owed.get(order_line_id, Decimal(0)), left[line_id])
        if quantity > 0:
            chosen[line_id] = quantity
            owed[order_line_id] -= quantity
    return chosen
