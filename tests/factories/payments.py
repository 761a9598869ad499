"""Payments for tests, in the open scope."""

from datetime import date
from typing import Any
from uuid import UUID

from apps.core import clock
from apps.core.ids import new_id
from apps.core.scope import current_scope
from apps.payments.inputs import PaymentInput, PaymentPart
from apps.payments.models import BankLine, BankStatement, OwnAccount, Payment, PaymentRun, PaymentRunRow
from apps.payments.operations import record_payment, void_payment
from apps.settlement.models import OpenItem
from tests.factories.open_items import DAY
from tests.factories.parties import make_supplier


def payment_input(party_id: UUID, minor: int = 10_000, **options: Any) -> PaymentInput:
    """Return a payment to record: by default 100.00 GBP received from a customer."""
    values: dict[str, Any] = {
        "direction": "receive",
        "side": "receivable",
        "payment_date": DAY,
        "currency": "GBP",
    }
    return PaymentInput(party_id=party_id, amount_minor=minor, **{**values, **options})


def pay(party_id: UUID, minor: int = 10_000, **options: Any) -> Payment:
    """Record a payment."""
    return record_payment(
        payment=payment_input(party_id, minor, **options), actor=current_scope().actor, now=clock.now()
    )


def part(item: OpenItem, minor: int, discount: int = 0) -> PaymentPart:
    """Return a part of a payment for an item."""
    return PaymentPart(item_id=item.id, amount_minor=minor, discount_minor=discount)


def take_back(
    payment: Payment, *, on: date = DAY, reason: str = "Bounced", version: int | None = None
) -> Payment:
    """Void a payment."""
    return void_payment(
        payment_id=payment.id, voided_on=on, reason=reason, version=version, actor=current_scope().actor,
        now=clock.now(),
    )  # fmt: skip


def one_of_each(party_id: UUID) -> dict[str, UUID]:
    """Make one row of each table of payments; return the keys by model."""
    actor, now, mark = current_scope().actor, clock.now(), new_id().hex[-8:]
    # Today: other rooms lock days of the past.
    made = pay(party_id, payment_date=now.date())
    account = OwnAccount.objects.create(
        name=f"Main {mark}", currency="GBP", holder="We", iban="GB33BUKB20201555555555", created_at=now
    )
    run = PaymentRun.objects.create(
        number=f"RUN-{mark}", pay_date=DAY, due_through=DAY, own_account=account, currency="GBP", created_by=actor.id,
        changed_by=actor.id, created_at=now,
    )  # fmt: skip
    row = PaymentRunRow.objects.create(
        run=run, item_id=made.item_id, supplier_id=make_supplier().id, supplier_name=f"Supplier {mark}", number="B-1",
        due_date=DAY, open_minor=1,
    )  # fmt: skip
    statement = BankStatement.objects.create(
        own_account=account, name=f"{mark}.csv", format="csv", file_sha256=mark, currency="GBP",
        imported_by=actor.id, imported_at=now,
    )  # fmt: skip
    line = BankLine.objects.create(
        statement=statement, own_account=account, position=1, booking_date=DAY, amount_minor=1, currency="GBP",
        digest=mark,
    )  # fmt: skip
    return {
        "Payment": made.id, "OwnAccount": account.id, "PaymentRun": run.id, "PaymentRunRow": row.id,
        "BankStatement": statement.id, "BankLine": line.id,
    }  # fmt: skip
