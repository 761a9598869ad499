"""Reads of payments, runs and lines of the bank."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum

from apps.core.errors import NotFound
from apps.parties.queries import get_customer_names, get_supplier_names
from apps.payments.models import BankLine, BankStatement, Payment, PaymentRun, PaymentRunRow
from apps.settlement.models import OpenItem


@dataclass(frozen=True)
class PaymentFilter:
    """What narrows a list of payments; empty fields narrow nothing."""

    text: str = ""
    direction: str = ""
    state: str = ""
    method: str = ""
    currency: str = ""
    first: date | None = None
    last: date | None = None
    party_id: UUID | None = None


@dataclass(frozen=True)
class ShownPayment:
    """A payment with the name of its party and what of it is not yet applied."""

    payment: Payment
    name: str
    open_minor: int


@dataclass(frozen=True)
class RunTotals:
    """How many rows of a run are in each state, and what they come to."""

    counts: dict[str, int] = field(default_factory=dict)
    minors: dict[str, int] = field(default_factory=dict)


def list_payments(wanted: PaymentFilter) -> QuerySet[Payment]:
    """Return the payments that fit a filter."""
    found = Payment.objects.all()
    if wanted.text:
        found = found.filter(
            Q(number__icontains=wanted.text)
            | Q(reference__icontains=wanted.text)
            | Q(external_number__icontains=wanted.text)
        )
    for name in ("direction", "state", "method", "currency"):
        if value := getattr(wanted, name):
            found = found.filter(**{name: value})
    if wanted.first:
        found = found.filter(payment_date__gte=wanted.first)
    if wanted.last:
        found = found.filter(payment_date__lte=wanted.last)
    if wanted.party_id:
        found = found.filter(Q(customer_id=wanted.party_id) | Q(supplier_id=wanted.party_id))
    return found


def with_details(payments: Iterable[Payment]) -> list[ShownPayment]:
    """Return payments with names and unapplied amounts, in one query for each kind."""
    rows = list(payments)
    names = names_of(rows)
    left = dict(OpenItem.objects.filter(id__in=[row.item_id for row in rows]).values_list("id", "open_minor"))
    return [
        ShownPayment(row, names.get(row.party_id, ""), 0 if row.state == "void" else left.get(row.item_id, 0))
        for row in rows
    ]


def names_of(payments: Iterable[Payment]) -> dict[UUID, str]:
    """Return the names of the parties of payments by id."""
    rows = list(payments)
    return {
        **get_customer_names({row.customer_id for row in rows if row.customer_id}),
        **get_supplier_names({row.supplier_id for row in rows if row.supplier_id}),
    }


def get_payment(payment_id: UUID) -> Payment:
    """Return a payment of the open tenant. Raises NotFound."""
    found = Payment.objects.filter(id=payment_id).first()
    if found is None:
        raise NotFound("There is no such payment.")
    return found


def get_run(run_id: UUID) -> PaymentRun:
    """Return a payment run with its own account. Raises NotFound."""
    found = PaymentRun.objects.prefetch_related("own_account").filter(id=run_id).first()
    if found is None:
        raise NotFound("There is no such payment run.")
    return found


def get_run_row(row_id: UUID) -> PaymentRunRow:
    """Return a row of a run. Raises NotFound."""
    found = PaymentRunRow.objects.filter(id=row_id).first()
    if found is None:
        raise NotFound("There is no such row.")
    return found


def list_run_rows(run_id: UUID) -> list[PaymentRunRow]:
    """Return the rows of a run with their payments: what is paid or to pay first, by due date."""
    rows = PaymentRunRow.objects.filter(run_id=run_id).prefetch_related("payment")
    return sorted(rows, key=lambda row: (row.state in {"excluded", "failed"}, row.due_date, row.id))


def sum_runs(run_ids: Iterable[UUID]) -> dict[UUID, RunTotals]:
    """Return the totals of runs in one query."""
    rows = PaymentRunRow.objects.filter(run_id__in=list(run_ids)).values("run_id", "state")
    found: dict[UUID, RunTotals] = {}
    for row in rows.annotate(rows=Count("id"), minor=Sum("open_minor") - Sum("discount_minor")):
        totals = found.setdefault(row["run_id"], RunTotals())
        totals.counts[row["state"]] = row["rows"]
        totals.minors[row["state"]] = int(row["minor"])
    return found


def get_line(line_id: UUID) -> BankLine:
    """Return a line of the bank with its account and payment. Raises NotFound."""
    found = (
        BankLine.objects.prefetch_related("own_account", "payment", "statement").filter(id=line_id).first()
    )
    if found is None:
        raise NotFound("There is no such line.")
    return found


def get_statement(statement_id: UUID) -> BankStatement:
    """Return a bank statement. Raises NotFound."""
    found = BankStatement.objects.prefetch_related("own_account").filter(id=statement_id).first()
    if found is None:
        raise NotFound("There is no such statement.")
    return found


def list_lines(*, state: str = "", statement_id: UUID | None = None, text: str = "") -> QuerySet[BankLine]:
    """Return lines of the bank."""
    found = BankLine.objects.all()
    if state:
        found = found.filter(state=state)
    if statement_id:
        found = found.filter(statement_id=statement_id)
    if text:
        found = found.filter(Q(reference__icontains=text) | Q(counterparty__icontains=text))
    return found
