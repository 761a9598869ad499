"""Posting and voiding a bill that the caller has locked: what may stop it first, then the books, the number last."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from apps.approvals.access import check_approved
from apps.approvals.operations import void_request
from apps.bills.checking import billed_quantities, match_bills, save_matches, set_payee_flags
from apps.bills.duplicates import Candidate, find_duplicates
from apps.bills.errors import DuplicateBill, InvalidTransition, MatchException
from apps.bills.locks import lock_orders
from apps.bills.models import LINE_MATCHES, Bill, BillLine, LineMatch
from apps.bills.parts import list_adjustments, list_taxes
from apps.bills.posting import ENTRY_KIND, book_total, entry_of, items_of, rate_of, source_kind_of, subject_of
from apps.core.errors import InputError
from apps.core.money import exponent, from_minor
from apps.core.scope import Actor
from apps.documents.numbering import number_text, take_numbers
from apps.ledger.operations import post_entry, reverse_entry
from apps.ledger.periods import check_open
from apps.orders.operations import note_billed, unbill
from apps.settlement.errors import HasAllocations
from apps.settlement.operations import close_source, open_items

POSTED = [
    "state", "number", "sequence", "posted_at", "booked_on", "rate", "book_total_minor", "match_state", "payee_flag",
    "has_duplicates", "override_reason", "version",
]  # fmt: skip


def post_locked(
    connection: Any,
    bill: Bill,
    lines: Sequence[BillLine],
    *,
    reason: str,
    booked_on: date | None,
    actor: Actor,
    now: datetime,
) -> None:
    """Book a locked draft. Everything that can be refused comes before the number, whose counter stays locked."""
    day = _check_day(bill, booked_on)
    check_open(kind=ENTRY_KIND, day=day, actor=actor)
    check_can_book(bill, lines)
    matches = _match_under_lock(bill, lines, now=now)
    problem = _problem(bill, matches)
    if problem is not None and not reason:
        raise problem
    bill.override_reason = reason if problem is not None else ""
    check_approved(subject=subject_of(bill, lines))
    quantities = billed_quantities(bill, lines, matches)
    if quantities:
        note_billed(document_id=bill.id, quantities=quantities, tolerance_percent=None, actor=actor, now=now)
    bill.booked_on, bill.rate, bill.book_total_minor = day, rate_of(bill), book_total(bill)
    adjustments, taxes = list_adjustments(bill), list_taxes(bill)
    save_matches([bill], matches)
    bill.sequence = take_numbers(connection, series=bill.series, year=day.year)
    bill.number = number_text(bill.series, day.year, bill.sequence)
    bill.state, bill.posted_at = "posted", now
    bill.version += 1
    bill.save(update_fields=POSTED)
    post_entry(entry=entry_of(bill, lines, adjustments, taxes, matches), actor=actor, now=now)
    open_items(items=items_of(bill, day), actor=actor, now=now)


def void_locked(bill: Bill, *, reason: str, voided_on: date | None, actor: Actor, now: datetime) -> None:
    """Take a locked bill out of the books. Raises InvalidTransition, PeriodClosed."""
    assert bill.booked_on is not None
    day = voided_on or bill.booked_on
    check_open(kind=ENTRY_KIND, day=day, actor=actor)
    kind = source_kind_of(bill)
    try:
        close_source(source_kind=kind, source_id=bill.id, on=day, reason=reason, actor=actor, now=now)
    except HasAllocations as error:
        raise InvalidTransition(
            error.message, code="is_allocated", cure="Undo its allocations first, or ask for a credit note."
        ) from None
    unbill(document_id=bill.id, actor=actor, now=now)
    reverse_entry(source_kind=kind, source_id=bill.id, kind=ENTRY_KIND, entry_date=day, reason=reason, actor=actor,
                  now=now)  # fmt: skip
    void_request(kind="bill", subject_id=bill.id, reason=reason, actor=actor, now=now)
    bill.state, bill.voided_at = "void", now
    bill.version += 1
    bill.save(update_fields=["state", "voided_at", "version"])


def check_can_book(bill: Bill, lines: Sequence[BillLine]) -> None:
    """Raise InputError for a bill that comes to nothing."""
    if not bill.payable_minor and not any(line.net_minor for line in lines):
        raise InputError(
            "The bill comes to nothing; there is nothing to book.", code="nothing_to_book", field="lines"
        )


def _match_under_lock(bill: Bill, lines: Sequence[BillLine], *, now: datetime) -> list[LineMatch]:
    """Match against the orders while nobody else can bill or receive them (books.md 53)."""
    wanted = {line.purchase_line_id for line in lines if line.purchase_line_id}
    if wanted:
        lock_orders(wanted)
    matches = match_bills([bill], lines, now=now)
    set_payee_flags([bill])
    return matches


def _problem(bill: Bill, matches: Sequence[LineMatch]) -> DuplicateBill | MatchException | None:
    candidates = find_duplicates([bill])[bill.id]
    bill.has_duplicates = bool(candidates)
    if candidates:
        return _duplicate(candidates)
    if bill.match_state == "exception":
        return _exception(matches)
    if bill.has_total_exception:
        said, ours = (_amount(minor, bill) for minor in (bill.total_minor, bill.computed_total_minor))
        return MatchException(f"The document says {said}, its lines come to {ours}.", code="total_exception",
                              detail={"difference": bill.difference_minor})  # fmt: skip
    return None


def _duplicate(candidates: Sequence[Candidate]) -> DuplicateBill:
    first = candidates[0]
    name = first.bill.number or f"the draft {first.bill.supplier_number}"
    return DuplicateBill(
        f"This looks like {name}: {first.words}.",
        detail={"candidates": [{"id": str(x.bill.id), "reasons": list(x.reasons)} for x in candidates[:20]]},
    )


def _exception(matches: Sequence[LineMatch]) -> MatchException:
    wrong = [each for each in matches if each.outcome != "matched"]
    words = "; ".join(
        f"line {each.line.position}: {LINE_MATCHES[each.outcome].lower()}" for each in wrong[:5]
    )
    return MatchException(
        f"The bill does not agree with its orders: {words}.",
        detail={"lines": [{"line": each.line.position, "outcome": each.outcome} for each in wrong[:100]]},
    )


def _check_day(bill: Bill, booked_on: date | None) -> date:
    day = booked_on or bill.issue_date
    if not bill.issue_date <= day or day.year > 2100:
        raise InputError(
            "A bill is not booked before its own date.", code="date_out_of_range", field="booked_on"
        )
    return day


def _amount(minor: int, bill: Bill) -> str:
    return f"{from_minor(minor, bill.currency):,.{exponent(bill.currency)}f} {bill.currency}"
