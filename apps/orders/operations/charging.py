"""What documents charge of orders: invoiced and billed quantities, noted under the order's lock.

The rooms above call this inside their own transaction. A document notes each line once; taking it back frees all.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Literal, TypeVar
from uuid import UUID

from apps.core.db import write
from apps.core.errors import DomainError, InputError
from apps.core.scope import Actor
from apps.orders.models import (
    BilledQuantity,
    InvoicedQuantity,
    PurchaseLine,
    PurchaseOrder,
    SalesLine,
    SalesOrder,
)

Basis = Literal["accepted", "received", "ordered"]
Held = TypeVar("Held", SalesLine, PurchaseLine)


class OverInvoiced(DomainError):
    """More would be invoiced than was shipped and kept, or more credited than was invoiced (books.md 68)."""

    code = "over_invoiced"
    cure = "Lower the quantity to what may still be invoiced."


class OverBilled(DomainError):
    """More would be billed than came, with the caller's tolerance (books.md 53)."""

    code = "over_billed"
    cure = "Lower the matched quantity, or wait for the receipt."


def note_invoiced(
    *, document_id: UUID, quantities: Mapping[UUID, Decimal], actor: Actor, now: datetime
) -> None:
    """Note what a document invoices of sales orders' lines, by line; a credit note's quantities are below zero.

    Invoiced ≤ shipped − returned ≤ ordered, by the basis that the order was made with (books.md 68). Locks the
    orders. Noting the same again changes nothing. Raises OverInvoiced, InputError.
    """
    with write():
        lines = _lock_lines(SalesOrder, SalesLine, quantities)
        known = dict(
            InvoicedQuantity.objects.filter(document_id=document_id).values_list("line_id", "quantity")
        )
        new = {key: quantity for key, quantity in quantities.items() if known.get(key) != quantity}
        _refuse_other(known, new)
        for key, quantity in new.items():
            _check_invoiceable(lines[key], quantity)
            lines[key].invoiced += quantity
        SalesLine.objects.bulk_update([lines[key] for key in new], ["invoiced"])
        InvoicedQuantity.objects.bulk_create(
            InvoicedQuantity(line_id=key, document_id=document_id, quantity=quantity, created_at=now)
            for key, quantity in new.items()
        )


def forget_invoiced(*, document_id: UUID, actor: Actor, now: datetime) -> None:
    """Free what a document invoiced: its draft was deleted, or it was voided. Twice changes nothing."""
    with write():
        noted = InvoicedQuantity.objects.filter(document_id=document_id)
        lines = _lock_lines(SalesOrder, SalesLine, noted.values_list("line_id", flat=True))
        facts = list(noted)
        for fact in facts:
            lines[fact.line_id].invoiced -= fact.quantity
        _refuse_below_zero(line.invoiced for line in lines.values())
        _refuse_beyond(lines.values())
        SalesLine.objects.bulk_update(lines.values(), ["invoiced"])
        noted.filter(id__in=[fact.id for fact in facts]).delete()


def note_billed(
    *,
    document_id: UUID,
    quantities: Mapping[UUID, Decimal],
    actor: Actor,
    now: datetime,
    basis: Basis = "accepted",
    tolerance_percent: Decimal | None = Decimal(0),
) -> None:
    """Note what a supplier's document bills of purchase orders' lines, by line; a credit note's are below zero.

    Over all documents billed ≤ basis × (1 + tolerance) (books.md 53); `accepted` = received − rejected; a tolerance
    of None lets all pass, for a caller that shows the variance instead. Locks the orders. Noting the same again
    changes nothing. Raises OverBilled, InputError.
    """
    with write():
        lines = _lock_lines(PurchaseOrder, PurchaseLine, quantities)
        known = dict(
            BilledQuantity.objects.filter(document_id=document_id).values_list("line_id", "quantity")
        )
        new = {key: quantity for key, quantity in quantities.items() if known.get(key) != quantity}
        _refuse_other(known, new)
        for key, quantity in new.items():
            _check_billable(lines[key], quantity, basis, tolerance_percent)
            lines[key].billed += quantity
        PurchaseLine.objects.bulk_update([lines[key] for key in new], ["billed"])
        BilledQuantity.objects.bulk_create(
            BilledQuantity(line_id=key, document_id=document_id, quantity=quantity, created_at=now)
            for key, quantity in new.items()
        )


def unbill(*, document_id: UUID, actor: Actor, now: datetime) -> None:
    """Free what a supplier's document billed: it was deleted or voided. Twice changes nothing. Raises OverBilled."""
    with write():
        noted = BilledQuantity.objects.filter(document_id=document_id)
        lines = _lock_lines(PurchaseOrder, PurchaseLine, noted.values_list("line_id", flat=True))
        facts = list(noted)
        for fact in facts:
            lines[fact.line_id].billed -= fact.quantity
        _refuse_below_zero(line.billed for line in lines.values())
        PurchaseLine.objects.bulk_update(lines.values(), ["billed"])
        noted.filter(id__in=[fact.id for fact in facts]).delete()


def limit_of(line: PurchaseLine, basis: Basis, tolerance_percent: Decimal) -> Decimal:
    """Return how much of a line may be billed in all (books.md 53)."""
    bases: dict[str, Decimal] = {
        "accepted": line.accepted, "received": line.received, "ordered": line.quantity
    }  # fmt: skip
    return bases[basis] * (1 + tolerance_percent / 100)


def _lock_lines(
    parent: type[SalesOrder] | type[PurchaseOrder], model: type[Held], keys: Iterable[UUID]
) -> dict[UUID, Held]:
    """Lock the orders of some lines, in the order of their ids, and return the lines as they are then."""
    wanted = set(keys)
    orders = set(model.objects.filter(id__in=wanted).values_list("order_id", flat=True))
    list(parent.objects.select_for_update().filter(id__in=orders).order_by("id").values_list("id"))
    found = model.objects.in_bulk(wanted)
    if len(found) != len(wanted):
        raise InputError("There is no such line of an order.", code="unknown_line", field="lines")
    return found


def _check_invoiceable(line: SalesLine, quantity: Decimal) -> None:
    if quantity == 0:
        raise InputError("A quantity of zero invoices nothing.", code="zero_quantity", field="lines")
    room = line.invoiceable if quantity > 0 else line.invoiced
    if abs(quantity) > room:
        raise OverInvoiced(
            f"Line {line.position}: {max(room, Decimal(0)).normalize():f} may still be "
            f"{'invoiced' if quantity > 0 else 'credited'}, not {abs(quantity).normalize():f}.",
            detail={"line": str(line.id), "room": f"{room.normalize():f}"},
        )


def _check_billable(
    line: PurchaseLine, quantity: Decimal, basis: Basis, tolerance_percent: Decimal | None
) -> None:
    if quantity == 0:
        raise InputError("A quantity of zero bills nothing.", code="zero_quantity", field="lines")
    if quantity < 0 and -quantity > line.billed:
        raise OverBilled(
            f"Line {line.position}: {line.billed.normalize():f} was billed; more cannot be credited.",
            detail={"line": str(line.id), "room": f"{line.billed.normalize():f}"},
        )
    if quantity < 0 or tolerance_percent is None:
        return
    room = limit_of(line, basis, tolerance_percent) - line.billed
    if quantity > room:
        raise OverBilled(
            f"Line {line.position}: {max(room, Decimal(0)).normalize():f} may still be billed, "
            f"not {quantity.normalize():f}.",
            detail={"line": str(line.id), "room": f"{room.normalize():f}", "basis": basis},
        )


def _refuse_other(known: Mapping[UUID, Decimal], new: Mapping[UUID, Decimal]) -> None:
    if known.keys() & new.keys():
        raise InputError("The document has noted another quantity of this line.", code="already_noted",
                         field="lines", cure="Free what it noted first.")  # fmt: skip


def _refuse_beyond(lines: Iterable[SalesLine]) -> None:
    if any(line.invoiced > (line.quantity if line.invoices_ahead else line.shipped) for line in lines):
        raise OverInvoiced("What this credit note gave back was invoiced again.", code="invoiced_again",
                           cure="Take that invoice back first.")  # fmt: skip


def _refuse_below_zero(counts: Iterable[Decimal]) -> None:
    if any(count < 0 for count in counts):
        raise OverBilled("A credit note takes back what this document charges.", code="is_credited",
                         cure="Take the credit note back first.")  # fmt: skip
