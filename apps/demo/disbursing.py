"""A demo business pays its suppliers each Friday, whatever is due; what falls due next waits for a payment run."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from uuid import UUID

from apps.core.db import write
from apps.core.scope import Actor
from apps.payments.inputs import PaymentInput, PaymentPart
from apps.payments.models import Payment
from apps.payments.operations import record_payments
from apps.settlement.models import OpenItem

SOURCE = "demo"
SET = 200
# What fell due lately is left for somebody to pay.
LEFT = timedelta(days=10)


def pay_suppliers(*, until: date, actor: Actor, now: datetime) -> int:
    """Record what was paid to suppliers up to a day; what is recorded is left. Returns the payments in all."""
    planned = _planned(until)
    for start in range(0, len(planned), SET):
        part = planned[start : start + SET]
        with write():
            keys = [one.external_number for one in part]
            there = Payment.objects.filter(source=SOURCE, external_number__in=keys)
            known = set(there.values_list("external_number", flat=True))
            record_payments(
                payments=[one for one in part if one.external_number not in known], actor=actor, now=now
            )
    return len(planned)


def _planned(until: date) -> list[PaymentInput]:
    due = OpenItem.objects.filter(
        side="payable", direction="charge", closed_on=None, due_date__lte=until - LEFT
    )
    runs: dict[tuple[UUID, date], list[OpenItem]] = defaultdict(list)
    for item in due.exclude(source_kind="payment").order_by("due_date", "id"):
        friday = item.due_date + timedelta(days=(4 - item.due_date.weekday()) % 7)
        if item.supplier_id is not None:
            runs[item.supplier_id, max(friday, item.issue_date)].append(item)
    return [
        PaymentInput(
            direction="pay", side="payable", party_id=supplier_id, payment_date=day, currency=items[0].currency,
            amount_minor=sum(item.amount_minor for item in items), source=SOURCE,
            external_number=f"{supplier_id.hex[-12:]}-{day:%Y%m%d}",
            reference=" ".join(item.number for item in items[:5]),
            parts=tuple(PaymentPart(item_id=item.id, amount_minor=item.amount_minor) for item in items),
        )
        for (supplier_id, day), items in sorted(runs.items(), key=lambda run: (run[0][1], str(run[0][0])))
    ]  # fmt: skip
