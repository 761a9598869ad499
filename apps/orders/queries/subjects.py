"""A purchase order as far as its approval is concerned (books.md 51, 52)."""

from collections.abc import Iterable

from apps.approvals.subjects import Subject
from apps.ledger.queries import book_currency
from apps.ledger.rates import get_rate, to_book
from apps.orders.models import PurchaseLine, PurchaseOrder
from apps.orders.queries.standing import PURCHASE_KIND


def purchase_subject(order: PurchaseOrder, lines: Iterable[PurchaseLine] | None = None) -> Subject:
    """Return an order with its facts: payee, amount, currency, lines, dates. A note is none of them.

    `lines` may be given before they are saved. Raises NoRate for a currency without a rate.
    """
    held = PurchaseLine.objects.filter(order=order).order_by("position") if lines is None else lines
    book, total = book_currency(), order.total_minor
    if order.currency != book:
        total = to_book(
            total, order.currency, get_rate(currency=order.currency, day=order.order_date).rate, book
        )
    return Subject(
        kind=PURCHASE_KIND, id=order.id, label=order.number, amount_minor=order.total_minor,
        currency=order.currency, book_minor=total, party_id=order.supplier_id, category=order.category,
        created_by=order.created_by, changed_by=order.changed_by,
        facts={
            "lines": [
                [line.product_id, line.description, line.quantity, line.unit_price, line.tax_rate, line.due_date]
                for line in held
            ],
            "freight": order.freight_minor, "due_date": order.expected_date, "supplier": order.supplier_id,
            "currency": order.currency, "warehouse": order.warehouse_id,
        },
    )  # fmt: skip
