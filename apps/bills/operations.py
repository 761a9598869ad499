"""Writes of bills. Every road (page, API, import, admin) ends here or in `bulk.py`."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from apps.approvals.models import Request
from apps.approvals.operations import request_approval, void_changed, void_request
from apps.bills.checking import match_bills, save_matches, set_payee_flags
from apps.bills.drafting import fill, new_draft
from apps.bills.duplicates import find_duplicates, refresh_flags
from apps.bills.errors import InvalidTransition
from apps.bills.inputs import BillInput
from apps.bills.known import load_known
from apps.bills.locks import lock_bill, lock_suppliers
from apps.bills.models import Bill, BillLine, BillSettings, LineMatch
from apps.bills.parts import delete_parts, input_of, list_lines, replace_parts, save_parts
from apps.bills.posting import facts_of, subject_of
from apps.bills.releasing import post_locked, void_locked
from apps.bills.transitions import DELETE, EDIT, MATCH, POST, SUBMIT, VOID, check_transition
from apps.core.db import note_reason, write
from apps.core.errors import InputError, StaleVersion
from apps.core.scope import Actor
from apps.core.text import clean_text
from apps.ledger.rates import NoRate

CHANGEABLE = frozenset({
    "supplier_id", "supplier_number", "issue_date", "due_date", "currency", "lines", "adjustments", "taxes", "stated",
    "order_reference", "category", "note", "credits_id", "stated_account",
})  # fmt: skip
SETTINGS = frozenset({
    "match_basis", "price_percent", "price_minor", "quantity_percent", "quantity_units", "total_minor",
    "duplicate_days",
})  # fmt: skip


def create_bill(*, bill: BillInput, actor: Actor, now: datetime) -> Bill:
    """Enter a bill as a draft: matched, compared with what is there, its payee looked at. Raises InputError."""
    return create_bills(bills=[bill], actor=actor, now=now)[0]


def create_bills(*, bills: Sequence[BillInput], actor: Actor, now: datetime) -> list[Bill]:
    """Enter bills as drafts in a few statements, all or none. Raises InputError."""
    known = load_known(bills)
    drafts = [new_draft(each, known, actor=actor, now=now) for each in bills]
    with write() as connection:
        lock_suppliers(connection, [draft.bill.supplier_id for draft in drafts])
        made = [draft.bill for draft in drafts]
        lines = [line for draft in drafts for line in draft.lines]
        matches = match_bills(made, lines, now=now)
        set_payee_flags(made)
        Bill.objects.bulk_create(made, batch_size=1000)
        save_parts(drafts)
        LineMatch.objects.bulk_create(matches, batch_size=2000)
        refresh_flags(made)
    return made


def change_bill(
    *, bill_id: UUID, changes: Mapping[str, Any], actor: Actor, now: datetime, version: int | None = None
) -> Bill:
    """Change named fields of a draft, named as in BillInput; given lines replace all lines.

    What was approved is void when a fact changed, not when a comment did (books.md 51). Duplicates are looked for
    again (54). Raises NotFound, InvalidTransition, StaleVersion, InputError.
    """
    unknown = sorted(set(changes) - CHANGEABLE)
    if unknown:
        raise InputError(f"“{unknown[0]}” cannot be changed.", code="not_changeable", field=unknown[0])
    with write() as connection:
        others = [changes["supplier_id"]] if changes.get("supplier_id") else []
        bill = lock_bill(connection, bill_id, others=others)
        check_transition(bill, EDIT)
        _check_version(bill, version)
        before = [each.bill.id for each in find_duplicates([bill])[bill.id]]
        given = replace(input_of(bill), **changes)
        was = facts_of(bill, list_lines(bill))
        draft = fill(bill, given, load_known([given]))
        if was != facts_of(bill, draft.lines):
            bill.changed_by = actor.id
        matches = match_bills([bill], draft.lines, now=now)
        set_payee_flags([bill])
        bill.version += 1
        replace_parts(draft, matches)
        refresh_flags([bill], touched=before)
        _void_if_changed(bill, draft.lines, actor=actor, now=now)
    return bill


def delete_bill(*, bill_id: UUID, actor: Actor, now: datetime, version: int | None = None) -> None:
    """Delete a draft, which never had a number. Raises NotFound, InvalidTransition, StaleVersion."""
    with write() as connection:
        bill = lock_bill(connection, bill_id)
        check_transition(bill, DELETE)
        _check_version(bill, version)
        before = [each.bill.id for each in find_duplicates([bill])[bill.id]]
        void_request(kind="bill", subject_id=bill.id, reason="The draft was deleted.", actor=actor, now=now)
        delete_parts(bill)
        Bill.objects.filter(id=bill.id).delete()
        refresh_flags([], touched=before)


def submit_bill(*, bill_id: UUID, actor: Actor, now: datetime, version: int | None = None) -> Request | None:
    """Ask for the approval that the policies want for a draft; None where none wants any.

    Raises NotFound, InvalidTransition, StaleVersion, NobodyCanApprove, NoRate.
    """
    with write() as connection:
        bill = lock_bill(connection, bill_id)
        check_transition(bill, SUBMIT)
        _check_version(bill, version)
        return request_approval(subject=subject_of(bill, list_lines(bill)), actor=actor, now=now)


def match_bill(*, bill_id: UUID, actor: Actor, now: datetime) -> Bill:
    """Match a draft again, as its orders and receipts are now. Raises NotFound, InvalidTransition."""
    with write() as connection:
        bill = lock_bill(connection, bill_id)
        check_transition(bill, MATCH)
        lines = list_lines(bill)
        save_matches([bill], match_bills([bill], lines, now=now))
        set_payee_flags([bill])
        bill.save(update_fields=["match_state", "payee_flag"])
        refresh_flags([bill])
    return bill


def post_bill(
    *,
    bill_id: UUID,
    actor: Actor,
    now: datetime,
    reason: str = "",
    booked_on: date | None = None,
    version: int | None = None,
) -> Bill:
    """Post a draft: it gets our number, is booked as received, and never changes again. Twice changes nothing.

    `booked_on` is the day in the books, the document's date unless given. A duplicate, a match exception or totals
    that do not add up need a `reason` (books.md 17, 53, 54). Raises NotFound, InvalidTransition, StaleVersion,
    DuplicateBill, MatchException, NotApproved, ApprovalVoid (52), PeriodClosed (34), NoRate, InputError.
    """
    reason = clean_text(reason, field="reason", limit=500, required=False)
    with write() as connection:
        bill = lock_bill(connection, bill_id)
        if bill.state == "posted":
            return bill
        check_transition(bill, POST)
        _check_version(bill, version)
        if reason:
            note_reason(connection, reason)
        post_locked(
            connection, bill, list_lines(bill), reason=reason, booked_on=booked_on, actor=actor, now=now
        )
    return bill


def void_bill(
    *,
    bill_id: UUID,
    reason: str,
    actor: Actor,
    now: datetime,
    voided_on: date | None = None,
    version: int | None = None,
) -> Bill:
    """Void a posted bill by reversal; it keeps its number and no longer counts. Twice changes nothing.

    The reversal is dated `voided_on`, the day of booking unless given. Raises NotFound, StaleVersion, PeriodClosed,
    InvalidTransition (also while it is paid or credited).
    """
    reason = clean_text(reason, field="reason", limit=500)
    with write() as connection:
        bill = lock_bill(connection, bill_id)
        if bill.state == "void":
            return bill
        check_transition(bill, VOID)
        _check_version(bill, version)
        credit = Bill.objects.filter(credits=bill).exclude(state="void").first()
        if credit is not None:
            raise InvalidTransition(
                f"Credit note {credit.number or credit.supplier_number} refers to this bill.",
                code="has_credit_note", cure="Void or delete the credit note first.",
            )  # fmt: skip
        before = [each.bill.id for each in find_duplicates([bill])[bill.id]]
        note_reason(connection, reason)
        void_locked(bill, reason=reason, voided_on=voided_on, actor=actor, now=now)
        refresh_flags([], touched=before)
    return bill


def change_settings(
    *, changes: Mapping[str, Any], actor: Actor, now: datetime, version: int | None = None
) -> BillSettings:
    """Change the tenant's rules for bills; drafts are judged by them when they are next matched or posted.

    Raises StaleVersion, InputError.
    """
    unknown = sorted(set(changes) - SETTINGS)
    if unknown:
        raise InputError(f"“{unknown[0]}” cannot be changed.", code="not_changeable", field=unknown[0])
    with write():
        BillSettings.objects.bulk_create([BillSettings(version=0)], ignore_conflicts=True)
        settings = BillSettings.objects.select_for_update().get()
        if version is not None and version != settings.version:
            raise StaleVersion("Somebody changed these rules after you opened them.")
        for name, value in changes.items():
            setattr(settings, name, value)
        settings.version += 1
        settings.save(update_fields=[*changes, "version"])
    return settings


def _void_if_changed(bill: Bill, lines: Sequence[BillLine], *, actor: Actor, now: datetime) -> None:
    try:
        void_changed(subject=subject_of(bill, lines), actor=actor, now=now)
    except NoRate as error:
        void_request(kind="bill", subject_id=bill.id, reason=error.message, actor=actor, now=now)


def _check_version(bill: Bill, version: int | None) -> None:
    if version is not None and version != bill.version:
        raise StaleVersion(
            "Somebody changed this bill after you opened it.", detail={"version": bill.version}
        )
