"""Whether a customer may buy so much: what is open, what is ordered and not invoiced, and this order."""

from datetime import date, datetime

from django.db.models import Case, F, Sum, When

from apps.core.money import exponent, from_minor
from apps.documents.arithmetic import line_net
from apps.ledger.queries import book_currency
from apps.ledger.rates import get_rate, to_book
from apps.orders.locks import lock_credit_of
from apps.orders.models import SalesLine, SalesOrder
from apps.orders.queries.policy import get_order_policy
from apps.settlement.models import OpenItem

OPEN_STATES = ("confirmed", "processing", "shipped", "delivered")


def find_credit_obstacle(order: SalesOrder, now: datetime) -> str:
    """Return why an order goes over its customer's credit limit, or nothing. Locks the customer.

    Counted are open items (credits count against), what other orders have confirmed and not invoiced, and this
    order with its tax. An order that was let pass passes up to the total that it had then. Raises NoRate.
    """
    if not get_order_policy().checks_credit or order.total_minor <= order.credit_cleared_minor:
        return ""
    customer = lock_credit_of(order.customer_id)
    if customer.credit_limit_minor is None:
        return ""
    limit = _in_book(customer.credit_limit_minor, customer.credit_currency, order.order_date)
    owed, ordered = open_balance_of(order), uninvoiced_of(order)
    own = _in_book(order.total_minor, order.currency, order.order_date)
    if owed + ordered + own <= limit:
        return ""
    book = book_currency()
    owes, waits, asks, may = (
        f"{from_minor(each, book):,.{exponent(book)}f}" for each in (owed, ordered, own, limit)
    )
    return (
        f"Over the credit limit of {may} {book}: {owes} is open, {waits} is ordered, this order adds {asks}."
    )


def open_balance_of(order: SalesOrder) -> int:
    """Return what the order's customer owes, in minor units of the book currency; unused credit counts against it."""
    items = OpenItem.objects.filter(customer_id=order.customer_id, side="receivable", closed_on=None)
    signed = Case(When(direction="charge", then=F("open_book_minor")), default=-F("open_book_minor"))
    return int(items.aggregate(total=Sum(signed))["total"] or 0)


def uninvoiced_of(order: SalesOrder) -> int:
    """Return what the customer's other orders have confirmed and not yet invoiced, with tax, in the book currency."""
    others = SalesOrder.objects.filter(customer_id=order.customer_id, state__in=OPEN_STATES).exclude(
        id=order.id
    )
    by_id = {other.id: other for other in others}
    total = 0
    for line in SalesLine.objects.filter(order_id__in=by_id, invoiced__lt=F("quantity") - F("cancelled")):
        other = by_id[line.order_id]
        left = line.quantity - line.cancelled - max(line.returned, line.invoiced)
        gross = line.unit_price * (1 + line.tax_rate / 100)
        total += _in_book(line_net(left, gross, other.currency), other.currency, other.order_date)
    return total


def _in_book(minor: int, currency: str, day: date) -> int:
    book = book_currency()
    if currency == book:
        return minor
    return to_book(minor, currency, get_rate(currency=currency, day=day).rate, book)
