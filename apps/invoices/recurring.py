"""Invoices that come again: what they say, and making those that are due, each period once."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import F, Q

from apps.core.db import note_reason, write
from apps.core.errors import DomainError, InputError, NotFound, StaleVersion
from apps.core.ids import new_id
from apps.core.scope import Actor
from apps.core.text import clean_text
from apps.documents.entry import AdjustmentInput
from apps.documents.queries import get_settings, get_terms
from apps.invoices.checks import check_dates, find_customer
from apps.invoices.drafting import compute
from apps.invoices.inputs import Content, LineInput
from apps.invoices.models import INTERVALS, Invoice, RecurringInvoice, RecurringRun
from apps.invoices.operations import create_draft, post_invoice
from apps.invoices.schedule import next_date

SOURCE = "recurring"
FIELDS = [
    "name", "customer", "currency", "every", "first_date", "next_date", "end_date", "posts_itself", "terms", "note",
    "content", "version",
]  # fmt: skip
_NUMBERS = frozenset({
    "quantity", "unit_price", "tax_rate", "base_quantity", "gross_price", "price_discount", "amount", "percent", "base",
})  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class RecurringInput:
    """What somebody says of an invoice that comes again."""

    name: str
    customer_id: UUID
    currency: str
    every: str
    first_date: date
    lines: Sequence[LineInput]
    end_date: date | None = None
    posts_itself: bool = False
    terms: str = ""
    note: str = ""
    adjustments: Sequence[AdjustmentInput] = field(default=())


@dataclass(frozen=True)
class Made:
    """An invoice that was made for a period; `problem` says why it is still a draft."""

    recurring_id: UUID
    period_date: date
    invoice_id: UUID
    problem: str = ""


def create_recurring(*, recurring: RecurringInput, actor: Actor, now: datetime) -> RecurringInvoice:
    """Create an invoice that comes again; the first one is made on its first date. Raises InputError."""
    with write():
        row = RecurringInvoice(created_at=now)
        _fill(row, recurring)
        row.next_date = recurring.first_date
        row.save(force_insert=True)
    return row


def change_recurring(
    *,
    recurring_id: UUID,
    recurring: RecurringInput,
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> RecurringInvoice:
    """Change what comes; periods that had their invoice have no second one. Raises NotFound, StaleVersion."""
    with write():
        row = _lock(recurring_id, version)
        _fill(row, recurring)
        last = row.runs.order_by("-period_date").values_list("period_date", flat=True).first()
        row.next_date = next_date(row.first_date, row.every, last) if last else row.first_date
        row.version += 1
        row.save(update_fields=FIELDS)
    return row


def pause_recurring(
    *, recurring_id: UUID, is_paused: bool, actor: Actor, now: datetime, version: int | None = None
) -> RecurringInvoice:
    """Pause what comes again, or let it go on; then the periods in between are made. Raises NotFound."""
    with write():
        row = _lock(recurring_id, version)
        if row.is_paused != is_paused:
            row.is_paused, row.problem, row.version = is_paused, "", row.version + 1
            row.save(update_fields=["is_paused", "problem", "version"])
    return row


def make_due(*, today: date, actor: Actor, now: datetime) -> list[Made]:
    """Make the invoices whose day has come, each in a transaction of its own; two runs at once make none twice.

    What cannot be made pauses its template and says why; what cannot be posted stays a draft.
    """
    made: list[Made] = []
    passed: set[UUID] = set()
    while True:
        waiting = _waiting(today).exclude(id__in=passed).order_by("next_date", "id")
        key = waiting.values_list("id", flat=True).first()
        if key is None:
            return made
        one = _make_one(key, today, actor, now)
        if one is None:
            passed.add(key)
        else:
            made.append(one)


def inputs_of(content: Mapping[str, Any]) -> tuple[list[LineInput], list[AdjustmentInput]]:
    """Return lines and adjustments as they were entered."""
    lines = [
        LineInput(**_read(each) | {"adjustments": tuple(AdjustmentInput(**_read(x)) for x in each["adjustments"])})
        for each in content.get("lines", [])
    ]  # fmt: skip
    return lines, [AdjustmentInput(**_read(each)) for each in content.get("adjustments", [])]


def _waiting(today: date) -> Any:
    is_running = Q(end_date=None) | Q(next_date__lte=F("end_date"))
    return RecurringInvoice.objects.filter(is_running, is_paused=False, next_date__lte=today)


def _make_one(key: UUID, today: date, actor: Actor, now: datetime) -> Made | None:
    """Make the next invoice of one template; None when another run has it or had it."""
    with write():
        row = _waiting(today).select_for_update(skip_locked=True).filter(id=key).first()
        if row is None:
            return None
        period, invoice_id = row.next_date, new_id()
        is_new = not RecurringRun.objects.filter(recurring=row, period_date=period).exists()
        made = None
        if is_new:
            try:
                with write():
                    made = _make(row, actor, now)
            except DomainError as error:
                _stop(row, error)
                return None
            invoice_id = made.invoice_id
            RecurringRun.objects.create(
                recurring=row, period_date=period, invoice_id=invoice_id, problem=made.problem, created_at=now
            )
        row.next_date = next_date(row.first_date, row.every, period)
        row.save(update_fields=["next_date"])
    return made


def _make(row: RecurringInvoice, actor: Actor, now: datetime) -> Made:
    lines, adjustments = inputs_of(row.content)
    draft = create_draft(
        customer_id=row.customer_id, currency=row.currency, issue_date=row.next_date, lines=lines,
        adjustments=adjustments, terms=row.terms or None, note=row.note, source=SOURCE, actor=actor, now=now,
    )  # fmt: skip
    problem = _post(draft, actor, now) if row.posts_itself else ""
    return Made(row.id, row.next_date, draft.id, problem)


def _post(draft: Invoice, actor: Actor, now: datetime) -> str:
    try:
        with write():
            post_invoice(invoice_id=draft.id, actor=actor, now=now)
    except DomainError as error:
        return f"{error.message} {error.cure}".strip()
    return ""


def _stop(row: RecurringInvoice, error: DomainError) -> None:
    with write() as connection:
        note_reason(connection, error.message)
        row.is_paused, row.problem, row.version = True, error.message, row.version + 1
        row.save(update_fields=["is_paused", "problem", "version"])


def _fill(row: RecurringInvoice, given: RecurringInput) -> None:
    if given.every not in INTERVALS:
        raise InputError(f"“{given.every}” is not an interval.", code="unknown_interval", field="every")
    check_dates(given.first_date, given.first_date)
    if given.end_date is not None and given.end_date < given.first_date:
        raise InputError("It ends before it begins.", code="end_before_start", field="end_date")
    if not given.lines:
        raise InputError("An invoice has at least one line.", code="no_lines", field="lines")
    content = Content(given.lines, given.adjustments)
    compute(content, currency=given.currency, tax_rounding=get_settings().tax_rounding)
    row.name = clean_text(given.name, field="name", limit=100)
    row.customer = find_customer(given.customer_id)
    row.currency, row.every, row.first_date = given.currency, given.every, given.first_date
    row.end_date, row.posts_itself = given.end_date, given.posts_itself
    row.terms = get_terms(given.terms).code if given.terms else ""
    row.note = clean_text(given.note, field="note", limit=2000, required=False, lines=True)
    row.content = {
        "lines": [_plain(asdict(each)) for each in given.lines],
        "adjustments": [_plain(asdict(each)) for each in given.adjustments],
    }


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return str(value) if isinstance(value, Decimal | UUID) else value


def _read(stored: Mapping[str, Any]) -> dict[str, Any]:
    values = dict(stored)
    for name, value in stored.items():
        if value is not None and name in _NUMBERS:
            values[name] = Decimal(value)
        elif value is not None and name in {"product_id", "credits_line_id"}:
            values[name] = UUID(value)
    return values


def _lock(recurring_id: UUID, version: int | None) -> RecurringInvoice:
    row = RecurringInvoice.objects.select_for_update().filter(id=recurring_id).first()
    if row is None:
        raise NotFound("There is no such recurring invoice.")
    if version is not None and version != row.version:
        raise StaleVersion("Somebody changed this after you opened it.", detail={"version": row.version})
    return row
