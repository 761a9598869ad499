"""Payment runs: suppliers' items chosen, looked at by somebody else, released once, each row with its outcome."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from apps.approvals.access import check_approved
from apps.approvals.operations import request_approval, void_request
from apps.approvals.subjects import Subject
from apps.core.db import note_reason, write
from apps.core.errors import DomainError, Forbidden, InputError, NotFound, StaleVersion
from apps.core.scope import Actor
from apps.core.text import clean_text
from apps.documents.numbering import number_text, take_numbers
from apps.ledger.periods import check_all_open
from apps.ledger.queries import book_currency
from apps.ledger.rates import get_rate, to_book
from apps.parties.banking import approved_account, approved_accounts
from apps.parties.queries import get_supplier_names
from apps.payments.accounts import get_own_account
from apps.payments.errors import RunRefused
from apps.payments.inputs import PaymentInput, PaymentPart
from apps.payments.locks import lock_run
from apps.payments.models import OwnAccount, PaymentRun, PaymentRunRow
from apps.payments.operations import record_payment
from apps.settlement.discounts import discount_on
from apps.settlement.locks import lock_items
from apps.settlement.models import HOLDS, OpenItem

KIND = "payment_run"
SERIES = "RUN"
MOST_ROWS = 2000
NO_ACCOUNT = "No bank account of the supplier is confirmed."


def create_run(
    *,
    pay_date: date,
    due_through: date,
    own_account_id: UUID,
    actor: Actor,
    now: datetime,
    supplier_ids: Collection[UUID] | None = None,
    note: str = "",
) -> PaymentRun:
    """Choose what is due to suppliers, or gives a discount that day; nothing is paid yet. Raises NotFound, InputError.

    What is disputed, blocked, without a confirmed bank account or in another open run is left out, with its reason.
    """
    if due_through < pay_date:
        raise InputError(
            "Choose what is due up to the day of payment, or later.", code="due_before", field="due_through"
        )
    with write() as connection:
        account = get_own_account(own_account_id)
        run = PaymentRun(
            pay_date=pay_date, due_through=due_through, own_account=account, currency=account.currency,
            note=clean_text(note, field="note", limit=500, required=False), created_by=actor.id,
            created_by_label=actor.label, changed_by=actor.id, created_at=now,
        )  # fmt: skip
        rows = _choose(run, supplier_ids)
        if not rows:
            raise InputError("Nothing is due to suppliers by then in this currency.", code="nothing_due",
                             field="due_through")  # fmt: skip
        sequence = take_numbers(connection, series=SERIES, year=now.year)
        run.number = number_text(SERIES, now.year, sequence)
        run.save(force_insert=True)
        PaymentRunRow.objects.bulk_create(rows)
        ask_for_approval(run=run, actor=actor, now=now)
    return run


def ask_for_approval(*, run: PaymentRun, actor: Actor, now: datetime) -> None:
    """Ask for what the policies want for a run as it is; the caller holds its lock or has just made it."""
    request_approval(subject=subject_of(run), actor=actor, now=now)


def leave_out_row(*, run_id: UUID, row_id: UUID, reason: str, actor: Actor, now: datetime) -> PaymentRun:
    """Leave an item out of a draft run; what was approved is void. Raises NotFound, RunRefused."""
    reason = clean_text(reason, field="reason", limit=500)
    with write() as connection:
        run = _lock_draft(run_id)
        row = PaymentRunRow.objects.filter(id=row_id, run=run, state="proposed").first()
        if row is None:
            raise NotFound("There is no such row to be paid.")
        note_reason(connection, reason)
        row.state, row.reason = "excluded", reason
        row.save(update_fields=["state", "reason"])
        run.changed_by, run.version = actor.id, run.version + 1
        run.save(update_fields=["changed_by", "version"])
        ask_for_approval(run=run, actor=actor, now=now)
    return run


def cancel_run(*, run_id: UUID, reason: str, actor: Actor, now: datetime) -> PaymentRun:
    """Give up a draft run. Cancelling twice changes nothing. Raises NotFound, RunRefused."""
    reason = clean_text(reason, field="reason", limit=500)
    with write() as connection:
        run = lock_run(run_id)
        if run.state == "cancelled":
            return run
        _check_draft(run)
        note_reason(connection, reason)
        void_request(kind=KIND, subject_id=run.id, reason=reason, actor=actor, now=now)
        run.state, run.version = "cancelled", run.version + 1
        run.save(update_fields=["state", "version"])
    return run


def release_run(*, run_id: UUID, actor: Actor, now: datetime, version: int | None = None) -> PaymentRun:
    """Pay what a run proposes, row by row; what cannot be paid keeps its reason (books.md 44). Idempotent.

    Under the lock of the run and of each item, the bank account must be the one that was looked at and still be
    confirmed, and the amount what is open. Nobody releases a run that he made or changed last; a policy may want
    more. Raises NotFound, StaleVersion, RunRefused, Forbidden, NotApproved, ApprovalVoid, PeriodClosed.
    """
    with write():
        run = lock_run(run_id)
        if run.state == "released":
            return run
        _check_draft(run)
        if version is not None and version != run.version:
            raise StaleVersion("Somebody changed this run after you opened it.")
        if actor.id in {run.created_by, run.changed_by} or actor.principal_id in {
            run.created_by,
            run.changed_by,
        }:
            raise Forbidden("You made or changed this run, so somebody else releases it.", code="self_release",
                            cure="Ask a colleague with the right to release payment runs.")  # fmt: skip
        check_approved(subject=subject_of(run))
        check_all_open([("payment", run.pay_date), ("settlement", run.pay_date)])
        rows = list(PaymentRunRow.objects.filter(run=run, state="proposed").order_by("item_id"))
        lock_items(row.item_id for row in rows)
        for row in rows:
            _pay_row(run, row, actor, now)
        run.state, run.released_by, run.released_by_label, run.released_at = (
            "released",
            actor.id,
            actor.label,
            now,
        )
        run.version += 1
        run.save(update_fields=["state", "released_by", "released_by_label", "released_at", "version"])
    return run


def subject_of(run: PaymentRun) -> Subject:
    """Return a run as approvals see it: each item, amount and bank account is a fact of it (books.md 51)."""
    rows = list(PaymentRunRow.objects.filter(run=run, state="proposed").order_by("item_id"))
    total = sum(row.amount_minor for row in rows)
    book = book_currency()
    rate = get_rate(currency=run.currency, day=run.pay_date).rate
    lines = [
        [str(row.item_id), row.amount_minor, row.discount_minor, str(row.bank_account_id)] for row in rows
    ]
    return Subject(
        kind=KIND, id=run.id, label=run.number, amount_minor=total, currency=run.currency,
        book_minor=to_book(total, run.currency, rate, book), party_id=None, category="", created_by=run.created_by,
        changed_by=run.changed_by,
        facts={"lines": lines, "account": str(run.own_account_id), "due_date": run.pay_date.isoformat()},
    )  # fmt: skip


def _choose(run: PaymentRun, supplier_ids: Collection[UUID] | None) -> list[PaymentRunRow]:
    wanted = Q(due_date__lte=run.due_through) | Q(discount_until__gte=run.pay_date, discount_minor__gt=0)
    found = OpenItem.objects.filter(
        wanted, side="payable", direction="charge", currency=run.currency, open_minor__gt=0, closed_on=None,
        issue_date__lte=run.pay_date,
    )  # fmt: skip
    if supplier_ids is not None:
        found = found.filter(supplier_id__in=supplier_ids)
    items = list(found.exclude(source_kind="payment").order_by("due_date", "id")[: MOST_ROWS + 1])
    if len(items) > MOST_ROWS:
        raise InputError(f"More than {MOST_ROWS} items are due; one run holds so many.", code="too_many_rows",
                         field="due_through", cure="Choose an earlier day, or some suppliers.")  # fmt: skip
    return _rows(run, items)


def _rows(run: PaymentRun, items: list[OpenItem]) -> list[PaymentRunRow]:
    suppliers: set[UUID] = {item.party_id for item in items}
    names, accounts = get_supplier_names(suppliers), approved_accounts(sorted(suppliers))
    taken = _taken([item.id for item in items])
    rows = []
    for item in items:
        account = accounts.get(item.party_id)
        reason = _obstacle(item, taken) or ("" if account else NO_ACCOUNT)
        rows.append(
            PaymentRunRow(
                run=run, item_id=item.id, supplier_id=item.party_id, supplier_name=names.get(item.party_id, ""),
                number=item.number, due_date=item.due_date, open_minor=item.open_minor,
                discount_minor=min(discount_on(item, run.pay_date), item.open_minor - 1),
                bank_account_id=account.id if account else None,
                state="excluded" if reason else "proposed", reason=reason,
            )
        )  # fmt: skip
    return rows


def _taken(item_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the open runs that propose some items already."""
    rows = PaymentRunRow.objects.filter(item_id__in=item_ids, state="proposed", run__state="draft")
    return dict(rows.values_list("item_id", "run__number"))


def _obstacle(item: OpenItem, taken: Mapping[UUID, str]) -> str:
    if item.hold in {"disputed", "blocked"}:
        return f"{HOLDS[item.hold]}: {item.hold_reason}"
    return f"It is in run {taken[item.id]}." if item.id in taken else ""


def _pay_row(run: PaymentRun, row: PaymentRunRow, actor: Actor, now: datetime) -> None:
    try:
        with write():
            _check_row(row)
            account: OwnAccount = run.own_account
            payment = record_payment(
                payment=PaymentInput(
                    direction="pay", side="payable", party_id=row.supplier_id, payment_date=run.pay_date,
                    currency=run.currency, amount_minor=row.amount_minor, account=account.ledger_account,
                    reference=row.number, source="run", external_number=f"{run.number} {row.item_id}",
                    parts=(
                        PaymentPart(
                            item_id=row.item_id, amount_minor=row.amount_minor, discount_minor=row.discount_minor
                        ),
                    ),
                ),
                actor=actor, now=now,
            )  # fmt: skip
    except DomainError as refusal:
        row.state, row.reason = "failed", refusal.message
        row.save(update_fields=["state", "reason"])
        return
    row.state, row.payment = "paid", payment
    row.save(update_fields=["state", "payment"])


def _check_row(row: PaymentRunRow) -> None:
    """Raise RunRefused unless the item and the bank account are what the run was looked at with (books.md 44)."""
    item = lock_items([row.item_id])[row.item_id]
    if item.closed_on is not None or item.open_minor != row.open_minor:
        raise RunRefused(f"{item.number} is open with another amount than when the run was made.")
    if item.hold in {"disputed", "blocked"}:
        raise RunRefused(f"{HOLDS[item.hold]}: {item.hold_reason}")
    account = approved_account(row.supplier_id)
    if account is None:
        raise RunRefused(NO_ACCOUNT)
    if account.id != row.bank_account_id:
        raise RunRefused("The supplier's bank account changed after the run was made.")


def _lock_draft(run_id: UUID) -> PaymentRun:
    run = lock_run(run_id)
    _check_draft(run)
    return run


def _check_draft(run: PaymentRun) -> None:
    if run.state != "draft":
        raise RunRefused(f"{run.number} is {run.get_state_display().lower()}.", code="run_ended",
                         cure="Make another run.")  # fmt: skip
