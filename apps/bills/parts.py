"""The rows that belong to a bill, and a bill as the input that would make it."""

from collections.abc import Sequence

from apps.bills.checking import save_matches
from apps.bills.drafting import Draft
from apps.bills.inputs import AdjustmentInput, BillInput, BillLineInput, Stated, TaxInput
from apps.bills.models import Bill, BillAdjustment, BillLine, BillTax, LineMatch

HEADER = [
    "kind", "series", "supplier", "supplier_number", "number_key", "number_loose", "issue_date", "due_date", "currency",
    "net_minor", "tax_minor", "total_minor", "rounding_minor", "prepaid_minor", "computed_net_minor",
    "computed_tax_minor", "computed_total_minor", "is_stated", "has_total_exception", "rate", "rate_day",
    "rate_source", "order_reference", "category", "note", "match_state", "stated_account", "payee_flag", "credits",
    "changed_by", "version",
]  # fmt: skip


def list_lines(bill: Bill) -> list[BillLine]:
    """Return a bill's lines in order, with what they order."""
    return list(BillLine.objects.filter(bill=bill).prefetch_related("purchase_line").order_by("position"))


def list_adjustments(bill: Bill) -> list[BillAdjustment]:
    """Return a bill's allowances and charges in order."""
    return list(BillAdjustment.objects.filter(bill=bill).order_by("position"))


def list_taxes(bill: Bill) -> list[BillTax]:
    """Return a bill's taxes by category and rate."""
    return list(BillTax.objects.filter(bill=bill).order_by("category", "rate"))


def save_parts(drafts: Sequence[Draft]) -> None:
    """Save the lines, adjustments and taxes of new bills."""
    BillLine.objects.bulk_create([line for draft in drafts for line in draft.lines], batch_size=2000)
    BillAdjustment.objects.bulk_create(
        [each for draft in drafts for each in draft.adjustments], batch_size=2000
    )
    BillTax.objects.bulk_create([each for draft in drafts for each in draft.taxes], batch_size=2000)


def replace_parts(draft: Draft, matches: Sequence[LineMatch]) -> None:
    """Save a changed bill with its rows in the place of those before."""
    delete_parts(draft.bill)
    save_parts([draft])
    save_matches([draft.bill], matches)
    draft.bill.save(update_fields=HEADER)


def delete_parts(bill: Bill) -> None:
    """Delete what belongs to a draft."""
    LineMatch.objects.filter(line__bill=bill).delete()
    for model in (BillLine, BillAdjustment, BillTax):
        model.objects.filter(bill=bill).delete()


def input_of(bill: Bill) -> BillInput:
    """Return a bill as the input that would make it; own totals and taxes are made anew."""
    stated = Stated(
        total_minor=bill.total_minor, tax_minor=bill.tax_minor, rounding_minor=bill.rounding_minor,
        prepaid_minor=bill.prepaid_minor,
    )  # fmt: skip
    taxes = [
        TaxInput(category=each.category, rate=each.rate, base_minor=each.base_minor, tax_minor=each.tax_minor)
        for each in list_taxes(bill)
    ]
    return BillInput(
        supplier_id=bill.supplier_id, supplier_number=bill.supplier_number, issue_date=bill.issue_date,
        due_date=bill.due_date, currency=bill.currency, kind=bill.kind, lines=[_line(x) for x in list_lines(bill)],
        adjustments=[_adjustment(each) for each in list_adjustments(bill)],
        taxes=taxes if bill.is_stated else None, stated=stated if bill.is_stated else None,
        order_reference=bill.order_reference, category=bill.category, note=bill.note, source=bill.source,
        content_hash=bill.content_hash, stated_account=bill.stated_account, credits_id=bill.credits_id,
    )  # fmt: skip


def _line(line: BillLine) -> BillLineInput:
    is_own = line.net_minor == line.computed_minor
    return BillLineInput(
        description=line.description, quantity=line.quantity, unit_price=line.unit_price,
        base_quantity=line.base_quantity, adjustment_minor=line.adjustment_minor,
        net_minor=None if is_own else line.net_minor, tax_category=line.tax_category, tax_rate=line.tax_rate,
        account=line.account, supplier_sku=line.supplier_sku, product_id=line.product_id,
        purchase_line_id=line.purchase_line_id,
    )  # fmt: skip


def _adjustment(each: BillAdjustment) -> AdjustmentInput:
    return AdjustmentInput(
        is_charge=each.is_charge, amount_minor=each.amount_minor, tax_category=each.tax_category,
        tax_rate=each.tax_rate, reason=each.reason,
    )  # fmt: skip
