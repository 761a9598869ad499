"""Many bills posted at once, for imports and generators, under the rules of `operations.py`."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from apps.approvals.access import check_approved
from apps.bills.checking import billed_quantities, match_bills, save_matches, set_payee_flags
from apps.bills.duplicates import find_duplicates
from apps.bills.errors import DuplicateBill, InvalidTransition, MatchException
from apps.bills.locks import lock_orders, lock_suppliers
from apps.bills.models import Bill, BillAdjustment, BillLine, BillTax, LineMatch
from apps.bills.posting import ENTRY_KIND, book_total, entry_of, items_of, rate_of, subject_of
from apps.bills.queries import wants_approval
from apps.bills.releasing import POSTED, check_can_book
from apps.core.db import note_reason, write
from apps.core.scope import Actor
from apps.core.text import clean_text
from apps.documents.numbering import number_text, take_numbers
from apps.ledger.bulk import bulk_post_entries
from apps.ledger.periods import check_all_open
from apps.orders.operations import note_billed
from apps.settlement.operations import open_items

BATCH = 500


def bulk_post_bills(
    *, bill_ids: Sequence[UUID], actor: Actor, now: datetime, reason: str = ""
) -> dict[UUID, str]:
    """Post drafts by the order of their dates, all or none; return their numbers by id.

    A duplicate, a match exception or totals that do not add up need a `reason`, which then counts for each of them.
    Raises as `post_bill` does, for the first that is refused.
    """
    reason = clean_text(reason, field="reason", limit=500, required=False)
    if not bill_ids:
        return {}
    with write() as connection:
        suppliers = Bill.objects.filter(id__in=bill_ids).values_list("supplier_id", flat=True)
        lock_suppliers(connection, set(suppliers))
        bills = _lock(bill_ids)
        if reason:
            note_reason(connection, reason)
        check_all_open(sorted({(ENTRY_KIND, bill.issue_date) for bill in bills}))
        lines = _by_bill(BillLine.objects.filter(bill__in=bill_ids).select_related("purchase_line"))
        matches = _match(bills, lines, now=now)
        _check(bills, lines, reason=reason)
        for bill in bills:
            quantities = billed_quantities(bill, lines[bill.id], matches[bill.id])
            if quantities:
                note_billed(
                    document_id=bill.id, quantities=quantities, tolerance_percent=None, actor=actor, now=now
                )
        save_matches(bills, [each for own in matches.values() for each in own])
        _number(connection, bills, now=now)
        _book(bills, lines, matches, actor=actor, now=now)
    return {bill.id: bill.number or "" for bill in bills}


def _lock(bill_ids: Sequence[UUID]) -> list[Bill]:
    found = Bill.objects.select_for_update().filter(id__in=bill_ids).order_by("id")
    bills = sorted(
        found.prefetch_related("supplier"), key=lambda bill: (bill.issue_date, bill.created_at, bill.id)
    )
    if len(bills) != len(set(bill_ids)) or any(bill.state != "draft" for bill in bills):
        raise InvalidTransition("One of these bills is no draft.", cure="Look at the list again.")
    return bills


def _match(
    bills: Sequence[Bill], lines: Mapping[UUID, list[BillLine]], *, now: datetime
) -> dict[UUID, list[LineMatch]]:
    every = [line for own in lines.values() for line in own]
    ordered = {line.purchase_line_id for line in every if line.purchase_line_id}
    if ordered:
        lock_orders(ordered)
    found: dict[UUID, list[LineMatch]] = defaultdict(list)
    for match in match_bills(bills, every, now=now, in_turn=True):
        found[match.line.bill_id].append(match)
    set_payee_flags(bills)
    return found


def _check(bills: Sequence[Bill], lines: Mapping[UUID, list[BillLine]], *, reason: str) -> None:
    suspected = find_duplicates(bills)
    wanting = wants_approval(bills)
    for bill in bills:
        check_can_book(bill, lines[bill.id])
        bill.has_duplicates = bool(suspected[bill.id])
        is_doubtful = bill.has_duplicates or bill.match_state == "exception" or bill.has_total_exception
        if is_doubtful and not reason:
            kind = DuplicateBill if bill.has_duplicates else MatchException
            raise kind(f"{bill.supplier_number} needs a reason to be posted.", detail={"bill": str(bill.id)})
        bill.override_reason = reason if is_doubtful else ""
        if bill.id in wanting or bill.rate is None:
            check_approved(subject=subject_of(bill, lines[bill.id]))


def _number(connection: Any, bills: Sequence[Bill], *, now: datetime) -> None:
    """Give numbers by date, a counter of a series and year taken once for all of them."""
    groups: dict[tuple[str, int], list[Bill]] = defaultdict(list)
    for bill in bills:
        groups[bill.series, bill.issue_date.year].append(bill)
    for (series, year), own in sorted(groups.items()):
        first = take_numbers(connection, series=series, year=year, count=len(own))
        for sequence, bill in enumerate(own, start=first):
            bill.sequence, bill.number = sequence, number_text(series, year, sequence)
    for bill in bills:
        bill.state, bill.posted_at, bill.booked_on = "posted", now, bill.issue_date
        bill.rate, bill.book_total_minor = rate_of(bill), book_total(bill)
        bill.version += 1
    Bill.objects.bulk_update(bills, POSTED, batch_size=BATCH)


def _book(
    bills: Sequence[Bill],
    lines: Mapping[UUID, list[BillLine]],
    matches: Mapping[UUID, list[LineMatch]],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    ids = [bill.id for bill in bills]
    adjustments = _by_bill(BillAdjustment.objects.filter(bill__in=ids))
    taxes = _by_bill(BillTax.objects.filter(bill__in=ids))
    entries = [
        entry_of(bill, lines[bill.id], adjustments[bill.id], taxes[bill.id], matches[bill.id])
        for bill in bills
    ]
    bulk_post_entries(entries=entries, actor=actor, now=now)
    items = [item for bill in bills for item in items_of(bill, bill.booked_on or date.min)]
    open_items(items=items, actor=actor, now=now)


def _by_bill(rows: Any) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows.order_by("bill_id", "id"):
        found[row.bill_id].append(row)
    for own in found.values():
        own.sort(key=lambda row: getattr(row, "position", 0))
    return found
