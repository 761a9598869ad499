"""From an electronic invoice to the input of a bill. Structured terms count; no text of it decides (books.md 64)."""

from collections.abc import Iterable
from decimal import Decimal
from uuid import UUID

from apps.bills.inputs import AdjustmentInput, BillInput, BillLineInput, Stated, TaxInput
from apps.bills.models import Bill
from apps.bills.numbers import number_key
from apps.bills.ordering import OrderLines, order_lines
from apps.core.errors import InputError
from apps.core.money import exponent, to_minor
from apps.exchange.model import AllowanceCharge, Amount, EInvoice, Line, TaxCategory
from apps.orders.models import PurchaseLine
from apps.parties.models import Supplier
from apps.parties.tax_ids import compact

NOTE_LENGTH = 4000
TEXT_LENGTH = 1000


class UnknownSupplier(InputError):
    """The sender is nobody whom the tenant buys from."""

    code = "unknown_supplier"
    cure = "Create the supplier with this tax number, or choose the supplier when you upload the file."


def input_from(invoice: EInvoice, *, supplier_id: UUID | None, source: str, content_hash: str) -> BillInput:
    """Return the bill that an electronic invoice describes. Raises InputError, UnknownSupplier.

    The sender's totals are taken as they are (books.md 17). His bank account is kept to be compared, never used.
    """
    supplier = find_sender(invoice) if supplier_id is None else _chosen(supplier_id)
    currency = invoice.currency
    exponent(currency)
    if invoice.issue_date is None or not invoice.number.strip():
        raise InputError("The document has no number or no date.", code="missing", field="supplier_number")
    orders = order_lines(supplier.id, invoice.references.order)
    due = invoice.due_date
    return BillInput(
        supplier_id=supplier.id, supplier_number=invoice.number.strip()[:64], kind=invoice.kind,
        issue_date=invoice.issue_date, due_date=max(due, invoice.issue_date) if due else None, currency=currency,
        lines=[_line(each, currency, orders) for each in invoice.lines],
        adjustments=[_adjustment(each, currency) for each in invoice.adjustments],
        taxes=_taxes(invoice), stated=_stated(invoice), order_reference=invoice.references.order[:64],
        note="\n".join(_text(note.text, NOTE_LENGTH) for note in invoice.notes)[:NOTE_LENGTH], source=source,
        content_hash=content_hash, stated_account=_account(invoice), credits_id=_credited(invoice, supplier),
    )  # fmt: skip


def find_sender(invoice: EInvoice) -> Supplier:
    """Return the supplier that a document names: by tax number, by register number, by name. Raises UnknownSupplier."""
    seller = invoice.seller
    if seller is not None:
        numbers = [each.number for each in seller.registrations]
        numbers += [seller.legal_id.value] if seller.legal_id else []
        wanted = {compact(number) or number for number in numbers if number} | set(filter(None, numbers))
        found = list(Supplier.objects.filter(tax_id__in=wanted).order_by("id")[:2]) if wanted else []
        if not found:
            names = [name for name in (seller.name, seller.trade_name) if name]
            found = list(Supplier.objects.filter(name__in=names).order_by("id")[:2])
        if len(found) == 1:
            return found[0]
    name = _text(seller.name if seller else "", 100) or "nobody"
    raise UnknownSupplier(f"The document comes from “{name}”, who is not a supplier here.", field="supplier")


def _chosen(supplier_id: UUID) -> Supplier:
    supplier = Supplier.objects.filter(id=supplier_id).first()
    if supplier is None:
        raise InputError("There is no such supplier.", code="unknown_supplier", field="supplier")
    return supplier


def _ordered(line: Line, orders: OrderLines) -> PurchaseLine | None:
    """Return the order's line that the supplier's reference, item number or words name."""
    item = line.item
    return orders.only(
        lambda each: line.order_line and line.order_line in (str(each.position), each.external_number),
        lambda each: item.seller_id and item.seller_id == each.supplier_sku,
        lambda each: item.buyer_id and each.product is not None and item.buyer_id == each.product.sku,
        lambda each: item.name and item.name.casefold() == each.description.casefold(),
    )


def _line(line: Line, currency: str, orders: OrderLines) -> BillLineInput:
    item, price = line.item, line.price
    ordered = _ordered(line, orders)
    category, rate = _category(item.category)
    return BillLineInput(
        description=_text(item.name or item.description or line.note, TEXT_LENGTH) or f"Line {line.number or '?'}",
        quantity=line.quantity.value if line.quantity else Decimal(1),
        unit_price=price.net.value if price and price.net else Decimal(0),
        base_quantity=price.per.value if price and price.per and price.per.value > 0 else Decimal(1),
        adjustment_minor=_sum(line.adjustments, currency), net_minor=_minor(line.net, currency),
        tax_category=category, tax_rate=rate, supplier_sku=_text(item.seller_id, 64),
        purchase_line_id=ordered.id if ordered else None, product_id=ordered.product_id if ordered else None,
    )  # fmt: skip


def _adjustment(each: AllowanceCharge, currency: str) -> AdjustmentInput:
    category, rate = _category(each.category)
    return AdjustmentInput(
        is_charge=each.is_charge, amount_minor=_minor(each.amount, currency) or 0, tax_category=category,
        tax_rate=rate, reason=_text(each.reason, 500),
    )  # fmt: skip


def _taxes(invoice: EInvoice) -> list[TaxInput]:
    """Return the break-down in the document's currency, not the one in the accounting currency."""
    found = []
    for each in invoice.subtotals:
        if each.tax is None or each.tax.currency not in ("", invoice.currency):
            continue
        category, rate = _category(each.category)
        found.append(TaxInput(
            category=category, rate=rate, base_minor=_minor(each.base, invoice.currency) or 0,
            tax_minor=_minor(each.tax, invoice.currency) or 0,
        ))  # fmt: skip
    return found


def _stated(invoice: EInvoice) -> Stated:
    totals, currency = invoice.totals, invoice.currency
    if totals is None or (totals.gross is None and totals.due is None):
        raise InputError("The document says no total.", code="missing", field="lines")
    tax = _minor(invoice.tax_in(currency), currency) or 0
    rounding, prepaid = _minor(totals.rounding, currency) or 0, _minor(totals.prepaid, currency) or 0
    gross = _minor(totals.gross, currency)
    if gross is None:
        gross = (_minor(totals.due, currency) or 0) + prepaid - rounding
    return Stated(total_minor=gross, tax_minor=tax, rounding_minor=rounding, prepaid_minor=prepaid)


def _account(invoice: EInvoice) -> str:
    return next((_text(each.account, 64) for each in invoice.payments if each.account), "")


def _credited(invoice: EInvoice, supplier: Supplier) -> UUID | None:
    """Return the posted bill that a credit note names, where exactly one has that number."""
    if invoice.kind != "credit_note" or not invoice.preceding:
        return None
    keys = {number_key(each.number) for each in invoice.preceding if each.number}
    found = Bill.objects.filter(supplier=supplier, kind="invoice", state="posted", number_key__in=keys)
    ids = list(found.values_list("id", flat=True)[:2])
    return ids[0] if len(ids) == 1 else None


def _category(category: TaxCategory | None) -> tuple[str, Decimal]:
    if category is None:
        return "", Decimal(0)
    return category.code, category.rate or Decimal(0)


def _sum(adjustments: Iterable[AllowanceCharge], currency: str) -> int:
    return sum((1 if each.is_charge else -1) * (_minor(each.amount, currency) or 0) for each in adjustments)


def _minor(amount: Amount | None, currency: str) -> int | None:
    return None if amount is None else to_minor(amount.value, currency)


def _text(text: str, limit: int) -> str:
    """Return a text of a document as one that can be stored: it is shown, and decides nothing."""
    return "".join(each if each.isprintable() else " " for each in text).strip()[:limit]
