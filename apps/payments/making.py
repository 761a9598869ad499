"""A payment before it is written: checked, converted, with its open item and its entry."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from apps.core.errors import InputError
from apps.core.ids import new_id
from apps.core.money import MAX_MINOR, check_decimal, exponent
from apps.core.scope import Actor
from apps.core.text import clean_text
from apps.ledger.entries import EntryInput, EntryLine
from apps.ledger.queries import book_currency
from apps.ledger.rates import get_rate, to_book
from apps.parties.queries import get_customer_names, get_supplier_names
from apps.payments.inputs import PaymentInput
from apps.payments.models import DIRECTIONS, METHODS, Payment
from apps.settlement.inputs import PAYMENT, ItemInput
from apps.settlement.models import SIDES

SERIES = {"receive": "RCT", "pay": "PAY"}


@dataclass(frozen=True)
class Conversion:
    """A payment's worth in the book currency, and where the rate is from."""

    rate: Decimal
    source: str
    book_minor: int


def make_payment(given: PaymentInput, *, actor: Actor, now: datetime) -> Payment:
    """Return a payment to write, without its number. Raises InputError, NoRate."""
    _check(given)
    worth = convert(given)
    is_customer = given.side == "receivable"
    return Payment(
        id=new_id(), direction=given.direction, customer_id=given.party_id if is_customer else None,
        supplier_id=None if is_customer else given.party_id, method=given.method, payment_date=given.payment_date,
        account=given.account, currency=given.currency, amount_minor=given.amount_minor, rate=worth.rate,
        rate_source=worth.source, book_minor=worth.book_minor, source=given.source, item_id=new_id(),
        reference=clean_text(given.reference, field="reference", limit=500, required=False),
        note=clean_text(given.note, field="note", limit=2000, required=False, lines=True),
        external_number=clean_text(given.external_number, field="external_number", limit=200, required=False),
        created_by=actor.id, created_by_label=actor.label, created_at=now,
    )  # fmt: skip


def convert(given: PaymentInput) -> Conversion:
    """Return a payment's worth in the book currency: as the bank booked it, else at a rate. Raises NoRate."""
    book = book_currency()
    if given.currency == book:
        return Conversion(Decimal(1), "book currency", given.amount_minor)
    if given.book_minor is not None:
        amount = Decimal(given.amount_minor).scaleb(-exponent(given.currency))
        rate = (Decimal(given.book_minor).scaleb(-exponent(book)) / amount).quantize(Decimal("1e-12"))
        return Conversion(rate, "bank", given.book_minor)
    if given.rate is not None:
        rate = check_decimal(given.rate, field="rate", minimum=Decimal("1e-10"), places=10)
        return Conversion(rate, "entered", to_book(given.amount_minor, given.currency, rate, book))
    found = get_rate(currency=given.currency, day=given.payment_date)
    worth = to_book(given.amount_minor, given.currency, found.rate, book)
    return Conversion(found.rate, f"{found.source} {found.day}", worth)


def item_of(payment: Payment) -> ItemInput:
    """Return the open item of a payment: unapplied until it is allocated (books.md 43)."""
    # What comes in from a customer settles charges; what goes back to one is a charge that his credits settle.
    is_credit = (payment.direction == "receive") == (payment.side == "receivable")
    return ItemInput(
        id=payment.item_id, side=payment.side, party_id=payment.party_id, source_kind=PAYMENT, source_id=payment.id,
        number=payment.number, direction="credit" if is_credit else "charge", issue_date=payment.payment_date,
        due_date=payment.payment_date, currency=payment.currency, amount_minor=payment.amount_minor,
        book_minor=payment.book_minor, rate=payment.rate,
    )  # fmt: skip


def entry_of(payment: Payment, item: ItemInput) -> EntryInput:
    """Return the entry of a payment: the bank against what is not yet applied."""
    is_in = payment.direction == "receive"
    lines = (
        _line(payment, payment.account, is_debit=is_in),
        _line(payment, item.control, is_debit=not is_in),
    )
    return EntryInput(
        kind="payment", entry_date=payment.payment_date, source_kind=PAYMENT, source_id=payment.id,
        source_number=payment.number, lines=lines, text=payment.reference[:500],
    )  # fmt: skip


def check_parties(payments: Collection[Payment]) -> None:
    """Raise InputError when one of the customers or suppliers is not there."""
    customers: set[UUID] = {payment.customer_id for payment in payments if payment.customer_id}
    if customers - set(get_customer_names(customers)):
        raise InputError("There is no such customer.", code="unknown_customer", field="customer")
    suppliers: set[UUID] = {payment.supplier_id for payment in payments if payment.supplier_id}
    if suppliers - set(get_supplier_names(suppliers)):
        raise InputError("There is no such supplier.", code="unknown_supplier", field="supplier")


def in_order(payments: Sequence[Payment]) -> dict[tuple[str, int], list[Payment]]:
    """Return payments by series and year, in one order for all, so that counters never wait in a circle."""
    found: dict[tuple[str, int], list[Payment]] = {}
    for payment in payments:
        found.setdefault((SERIES[payment.direction], payment.payment_date.year), []).append(payment)
    return dict(sorted(found.items()))


def _line(payment: Payment, account: str, *, is_debit: bool) -> EntryLine:
    book = payment.book_minor
    amount = payment.amount_minor if is_debit or book else -payment.amount_minor
    return EntryLine(
        account, debit_minor=book if is_debit else 0, credit_minor=0 if is_debit else book,
        currency=payment.currency, amount_minor=amount, party_id=payment.party_id,
    )  # fmt: skip


def _check(given: PaymentInput) -> None:
    exponent(given.currency)
    if given.direction not in DIRECTIONS:
        raise InputError("Money is received or paid.", code="unknown_direction", field="direction")
    if given.side not in SIDES:
        raise InputError("A payment is a customer's or a supplier's.", code="unknown_side", field="side")
    if given.method not in METHODS:
        raise InputError(f"“{given.method}” is not a method.", code="unknown_method", field="method")
    if not 0 < given.amount_minor <= MAX_MINOR:
        raise InputError("The amount is above zero.", code="not_positive", field="amount")
    if given.book_minor is not None and not 0 < given.book_minor <= MAX_MINOR:
        raise InputError("The amount is above zero.", code="not_positive", field="book_amount")
    if not 1990 <= given.payment_date.year <= 2100:
        raise InputError(
            "The date lies outside 1990 to 2100.", code="date_out_of_range", field="payment_date"
        )
