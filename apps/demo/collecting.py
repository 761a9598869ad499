"""Customers of a demo business pay: most on time, some late, some in parts, a few too much, a few not at all."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from random import Random
from uuid import UUID

from apps.core.db import write
from apps.core.scope import Actor
from apps.payments.inputs import PaymentInput, PaymentPart
from apps.payments.models import Payment
from apps.payments.operations import record_payments
from apps.settlement.inputs import AllocationInput
from apps.settlement.models import Allocation, OpenItem
from apps.settlement.operations import allocate_all

SOURCE = "demo"
SET = 400
# Of all invoices: paid in two parts; paid too much; of all customers: how they pay.
IN_PARTS = 0.02
TOO_MUCH = 0.004
HABITS = ((0.58, (-6, 4)), (0.83, (2, 18)), (0.95, (15, 50)), (1.0, (45, 130)))
NEVER = 0.012

Tell = Callable[[int], None]


@dataclass(slots=True)
class Owed:
    """An instalment of an invoice, with what is left of it after its credit notes."""

    id: UUID
    customer_id: UUID
    number: str
    currency: str
    issue_date: date
    due_date: date
    left_minor: int


def apply_credits(*, until: date, actor: Actor, now: datetime, credited: dict[UUID, UUID]) -> int:
    """Settle invoices with their credit notes, on the day of the note; done ones are left. Returns how many.

    `credited` names the invoice of each credit note.
    """
    notes = OpenItem.objects.filter(
        source_kind="credit_note", closed_on=None, issue_date__lte=until, open_minor__gt=0
    )
    rows = [item for item in notes.order_by("issue_date", "id") if item.source_id in credited]
    targets = {credited[item.source_id] for item in rows}
    charges = OpenItem.objects.filter(source_kind="invoice", source_id__in=targets, closed_on=None).order_by(
        "position"
    )
    by_source = {item.source_id: item for item in charges}
    done = 0
    for part in _sets(rows):
        wanted = []
        for note in part:
            charge = by_source.get(credited[note.source_id])
            amount = min(note.open_minor, charge.open_minor) if charge else 0
            if charge and amount:
                charge.open_minor -= amount
                wanted.append(
                    AllocationInput(
                        charge_id=charge.id, credit_id=note.id, amount_minor=amount, on=note.issue_date
                    )
                )
        allocate_all(allocations=wanted, allocated_on=until, actor=actor, now=now)
        done += len(wanted)
    return done


def collect_payments(*, until: date, actor: Actor, now: datetime, progress: Tell = lambda _: None) -> int:
    """Record what customers paid up to a day; what an earlier load recorded is left. Returns the payments in all."""
    planned = sorted(plan(_owed(until), until), key=lambda one: (one.payment_date, one.external_number))
    done = 0
    for part in _sets(planned):
        with write():
            keys = [one.external_number for one in part]
            known = set(
                Payment.objects.filter(source=SOURCE, external_number__in=keys).values_list(
                    "external_number", flat=True
                )
            )
            record_payments(
                payments=[one for one in part if one.external_number not in known], actor=actor, now=now
            )
        done += len(part)
        progress(done)
    return done


def plan(owed: Iterable[Owed], until: date) -> Iterator[PaymentInput]:
    """Yield the payments that settle what is owed, a customer's of one week in one payment."""
    runs: dict[tuple[UUID, date], list[tuple[Owed, int, bool]]] = defaultdict(list)
    for item in owed:
        for day, minor, is_too_much in _days(item):
            friday = day + timedelta(days=(4 - day.weekday()) % 7)
            if friday <= until and minor > 0:
                runs[item.customer_id, friday].append((item, minor, is_too_much))
    for (customer_id, day), members in runs.items():
        amount = sum(minor for _, minor, _ in members)
        extra = amount // 50 if any(is_too_much for _, _, is_too_much in members) else 0
        yield PaymentInput(
            direction="receive", side="receivable", party_id=customer_id, payment_date=day,
            currency=members[0][0].currency, amount_minor=amount + extra, source=SOURCE,
            external_number=f"{customer_id.hex[-12:]}-{day:%Y%m%d}",
            reference=" ".join(item.number for item, _, _ in members[:5]),
            parts=tuple(PaymentPart(item_id=item.id, amount_minor=minor) for item, minor, _ in members),
        )  # fmt: skip


def _days(item: Owed) -> Iterator[tuple[date, int, bool]]:
    """Yield when an instalment is paid, how much, and whether too much."""
    habit = Random(f"{item.customer_id} pays").random()  # noqa: S311 - a demo, repeatable on purpose
    chance = Random(f"{item.number} is paid")  # noqa: S311
    first, last = next(days for share, days in HABITS if habit <= share)
    day = max(
        item.due_date + timedelta(days=chance.randint(first, last)), item.issue_date + timedelta(days=1)
    )
    fate = chance.random()
    if fate < NEVER:
        return
    if fate < NEVER + IN_PARTS:
        yield day, item.left_minor // 2, False
        yield day + timedelta(days=30), item.left_minor - item.left_minor // 2, False
        return
    yield day, item.left_minor, fate > 1 - TOO_MUCH


def _owed(until: date) -> Iterator[Owed]:
    """Yield what invoices charged, less their credit notes; payments do not count: they are what is planned."""
    credited: dict[UUID, int] = defaultdict(int)
    by_notes = Allocation.objects.filter(undone_on=None, credit__source_kind="credit_note")
    for charge_id, minor in by_notes.values_list("charge_id", "amount_minor"):
        credited[charge_id] += minor
    items = OpenItem.objects.filter(source_kind="invoice", closed_on=None, issue_date__lte=until)
    columns = ("id", "customer_id", "number", "currency", "issue_date", "due_date", "amount_minor")
    for key, customer, number, currency, issued, due, minor in items.order_by("id").values_list(*columns):
        yield Owed(key, customer, number, currency, issued, due, minor - credited[key])


def _sets(rows: Iterable[object]) -> Iterator[list]:  # type: ignore[type-arg]
    source = iter(rows)
    while part := list(islice(source, SET)):
        yield part
