"""Writes of payments. Each is posted when it is recorded, opens an item, and is taken back only by voiding."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError
from django.db.models import Q

from apps.core.db import note_reason, write
from apps.core.errors import InputError, StaleVersion
from apps.core.scope import Actor
from apps.core.text import clean_text
from apps.documents.numbering import number_text, take_numbers
from apps.ledger.bulk import bulk_post_entries
from apps.ledger.operations import reverse_entry
from apps.ledger.periods import check_all_open
from apps.payments.errors import DuplicatePayment
from apps.payments.inputs import PaymentInput, PaymentPart
from apps.payments.locks import lock_payment
from apps.payments.making import check_parties, entry_of, in_order, item_of, make_payment
from apps.payments.models import BankLine, Payment
from apps.settlement.inputs import PAYMENT, AllocationInput
from apps.settlement.locks import lock_items
from apps.settlement.models import Allocation, OpenItem
from apps.settlement.operations import allocate_all, close_source, open_items, undo_allocation

PERIOD_KINDS = ("payment", "settlement")


def record_payment(*, payment: PaymentInput, actor: Actor, now: datetime) -> Payment:
    """Record a payment, post it and allocate its parts; the rest stays unapplied (books.md 43).

    Raises InputError, NoRate, NotFound, NotAllocatable, PeriodClosed (34), DuplicatePayment; then nothing is recorded.
    """
    return record_payments(payments=[payment], actor=actor, now=now)[0]


def record_payments(*, payments: Sequence[PaymentInput], actor: Actor, now: datetime) -> list[Payment]:
    """Record payments in the order given, all or none. Raises what `record_payment` raises."""
    if not payments:
        return []
    made = [make_payment(given, actor=actor, now=now) for given in payments]
    with write():
        check_all_open(sorted({(kind, row.payment_date) for row in made for kind in PERIOD_KINDS}))
        check_parties(made)
        # Before the counter: whoever waits for an item holds up nobody's number.
        items = lock_items(part.item_id for given in payments for part in given.parts)
        _write(made, actor, now)
        wanted = [
            each
            for row, given in zip(made, payments, strict=True)
            for each in _allocations(row, given.parts, row.payment_date, items)
        ]
        allocate_all(allocations=wanted, allocated_on=made[0].payment_date, actor=actor, now=now)
    return made


def allocate_payment(
    *, payment_id: UUID, parts: Sequence[PaymentPart], allocated_on: date, actor: Actor, now: datetime
) -> list[Allocation]:
    """Allocate parts of a payment to open items of its party. Raises NotFound, NotAllocatable, PeriodClosed."""
    with write():
        payment = lock_payment(payment_id)
        if not parts:
            raise InputError("Choose what the payment settles.", code="missing", field="parts")
        wanted = _allocations(payment, parts, allocated_on, {})
        return allocate_all(allocations=wanted, allocated_on=allocated_on, actor=actor, now=now)


def void_payment(
    *,
    payment_id: UUID,
    voided_on: date,
    reason: str,
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> Payment:
    """Take a payment back: undo its allocations, then reverse its entry, all on one day and for one reason.

    Voiding twice changes nothing (books.md 26). Raises NotFound, StaleVersion, InputError, PeriodClosed (34).
    """
    reason = clean_text(reason, field="reason", limit=500)
    with write() as connection:
        payment = lock_payment(payment_id)
        if payment.state == "void":
            return payment
        if version is not None and version != payment.version:
            raise StaleVersion("Somebody changed this payment after you opened it.")
        _check_void_day(payment, voided_on)
        note_reason(connection, reason)
        check_all_open([(kind, voided_on) for kind in PERIOD_KINDS])
        _undo_all(payment, voided_on, reason, actor, now)
        reverse_entry(
            source_kind=PAYMENT, source_id=payment.id, kind="payment", entry_date=voided_on, reason=reason,
            actor=actor, now=now,
        )  # fmt: skip
        close_source(
            source_kind=PAYMENT, source_id=payment.id, on=voided_on, reason=reason, actor=actor, now=now
        )
        BankLine.objects.filter(payment=payment).update(state="open", payment=None, is_payment_made=False)
        payment.state, payment.voided_on, payment.voided_at, payment.void_reason = (
            "void",
            voided_on,
            now,
            reason,
        )
        payment.version += 1
        payment.save(update_fields=["state", "voided_on", "voided_at", "void_reason", "version"])
    return payment


def _write(made: Sequence[Payment], actor: Actor, now: datetime) -> None:
    with write() as connection:
        for (series, year), members in in_order(made).items():
            first = take_numbers(connection, series=series, year=year, count=len(members))
            for sequence, payment in enumerate(members, start=first):
                payment.number = number_text(series, year, sequence)
        items = [item_of(payment) for payment in made]
        open_items(items=items, actor=actor, now=now)
        _insert(made)
        entries = [entry_of(payment, item) for payment, item in zip(made, items, strict=True)]
        bulk_post_entries(entries=entries, actor=actor, now=now)


def _insert(made: Sequence[Payment]) -> None:
    names = [payment.external_number for payment in made if payment.external_number]
    known = Payment.objects.filter(source=made[0].source, external_number__in=names) if names else []
    for twin in known:
        raise _duplicate(twin)
    try:
        with write():
            Payment.objects.bulk_create(made, batch_size=2000)
    except IntegrityError as error:
        # Two that come at the same moment: the second meets the first's row.
        if "payments_one_external" in str(error):
            raise DuplicatePayment(
                "This payment is in the books already.", field="external_number"
            ) from error
        raise


def _duplicate(twin: Payment) -> DuplicatePayment:
    return DuplicatePayment(
        f"The payment “{twin.external_number}” is in the books already as {twin.number}.",
        field="external_number", detail={"payment": str(twin.id)},
    )  # fmt: skip


def _allocations(
    payment: Payment, parts: Sequence[PaymentPart], day: date, items: Mapping[UUID, OpenItem]
) -> list[AllocationInput]:
    """Return a payment's parts as allocations: the payment is the credit, but for a refund, which is the charge.

    What was paid ahead is allocated on the day of the document.
    """
    is_credit = (payment.direction == "receive") == (payment.side == "receivable")
    return [
        AllocationInput(
            charge_id=part.item_id if is_credit else payment.item_id,
            credit_id=payment.item_id if is_credit else part.item_id,
            amount_minor=part.amount_minor, discount_minor=part.discount_minor,
            on=max(day, items[part.item_id].issue_date) if part.item_id in items else day,
        )
        for part in parts
    ]  # fmt: skip


def _undo_all(payment: Payment, day: date, reason: str, actor: Actor, now: datetime) -> None:
    own = Q(charge_id=payment.item_id) | Q(credit_id=payment.item_id)
    rows = Allocation.objects.filter(own, undone_on=None).order_by("id")
    # All items at once and in order, or two that void payments of one invoice could wait for each other.
    lock_items({payment.item_id, *(key for row in rows for key in (row.charge_id, row.credit_id))})
    for row in rows.all():
        undo_allocation(allocation_id=row.id, undone_on=day, reason=reason, actor=actor, now=now)


def _check_void_day(payment: Payment, day: date) -> None:
    if day < payment.payment_date:
        raise InputError(
            f"{payment.number} is dated {payment.payment_date}; it is voided on that day or later.",
            code="voided_before", field="voided_on",
        )  # fmt: skip
