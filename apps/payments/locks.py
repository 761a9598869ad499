"""Row locks, always in this order: the payment (or run, or bank line), then settlement's, then the counter."""

from uuid import UUID

from apps.core.errors import NotFound
from apps.payments.models import BankLine, Payment, PaymentRun


def lock_payment(payment_id: UUID) -> Payment:
    """Lock a payment against every other writer. Raises NotFound."""
    found = Payment.objects.select_for_update(no_key=True).filter(id=payment_id).first()
    if found is None:
        raise NotFound("There is no such payment.")
    return found


def lock_run(run_id: UUID) -> PaymentRun:
    """Lock a payment run against every other writer. Raises NotFound."""
    found = PaymentRun.objects.select_for_update(no_key=True).filter(id=run_id).first()
    if found is None:
        raise NotFound("There is no such payment run.")
    return found


def lock_line(line_id: UUID) -> BankLine:
    """Lock a line of the bank against every other writer. Raises NotFound."""
    found = BankLine.objects.select_for_update(no_key=True).filter(id=line_id).first()
    if found is None:
        raise NotFound("There is no such line.")
    return found
