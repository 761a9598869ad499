"""The match of bills with their orders, and whether the payee is the approved one: stored with the figures."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from apps.bills.known import get_settings, tolerances_of
from apps.bills.matching import Billed, Ordered, match_line
from apps.bills.models import Bill, BillLine, BillSettings, LineMatch
from apps.orders.models import PurchaseLine, PurchaseOrder
from apps.parties.banking import approved_accounts


def match_bills(
    bills: Sequence[Bill], lines: Sequence[BillLine], *, now: datetime, in_turn: bool = False
) -> list[LineMatch]:
    """Match lines against their orders as they are now, and set each bill's match state; nothing is saved.

    What this bill's own earlier lines bill of an order's line counts as billed before. Posted bills are billed
    already, so only drafts are matched. `in_turn`: each bill counts for the next, as when they are posted one by one.
    """
    settings = get_settings()
    ordered = _load_ordered({line.purchase_line_id for line in lines if line.purchase_line_id})
    orders = _named_orders(bills)
    by_bill = defaultdict(list)
    for line in sorted(lines, key=lambda each: each.position):
        by_bill[line.bill_id].append(line)
    made = []
    for bill in bills:
        own = by_bill[bill.id]
        names = (bill.supplier_id, bill.order_reference)
        is_ordered = names in orders or any(line.purchase_line_id for line in own)
        matches = _match(bill, own, ordered, settings, now) if is_ordered else []
        if in_turn:
            for key, quantity in billed_quantities(bill, own, matches).items():
                ordered[key].billed += quantity
        bill.match_state = _state(matches)
        made += matches
    return made


def save_matches(bills: Sequence[Bill], matches: Sequence[LineMatch]) -> None:
    """Put the matches of bills in the place of those before."""
    LineMatch.objects.filter(line__bill__in=[bill.id for bill in bills]).delete()
    LineMatch.objects.bulk_create(matches, batch_size=2000)


def set_payee_flags(bills: Sequence[Bill]) -> None:
    """Compare the account that a document states with the supplier's approved one; it never changes that."""
    accounts = approved_accounts([bill.supplier_id for bill in bills if bill.stated_account])
    for bill in bills:
        stated = _plain(bill.stated_account)
        approved = accounts.get(bill.supplier_id)
        if not stated:
            bill.payee_flag = ""
        elif approved is None:
            bill.payee_flag = "unknown"
        else:
            bill.payee_flag = "" if _plain(approved.number) == stated else "differs"


def billed_quantities(
    bill: Bill, lines: Sequence[BillLine], matches: Sequence[LineMatch]
) -> dict[UUID, Decimal]:
    """Return what a bill bills of each order's line; a credit note gives back what is covered, below zero."""
    by_line = {match.line_id: match for match in matches}
    found: dict[UUID, Decimal] = defaultdict(Decimal)
    for line in lines:
        if line.purchase_line_id and line.id in by_line:
            match = by_line[line.id]
            found[line.purchase_line_id] += match.matched if match.quantity < 0 else match.quantity
    return {key: quantity for key, quantity in found.items() if quantity}


def _match(
    bill: Bill,
    lines: Sequence[BillLine],
    ordered: dict[UUID, PurchaseLine],
    settings: BillSettings,
    now: datetime,
) -> list[LineMatch]:
    taken: dict[UUID, Decimal] = defaultdict(Decimal)
    sign = -1 if bill.kind == "credit_note" else 1
    made = []
    for line in lines:
        found = ordered.get(line.purchase_line_id) if line.purchase_line_id else None
        quantity = sign * line.quantity
        if found is None:
            made.append(_unordered(line, quantity, now))
            continue
        before = found.billed + taken[found.id]
        taken[found.id] += quantity
        basis: Decimal = {"accepted": found.accepted, "received": found.received, "ordered": found.quantity}[
            settings.match_basis
        ]
        match = match_line(
            Ordered(
                quantity=found.quantity, basis=basis, price=found.unit_price, currency=found.order.currency
            ),
            Billed(quantity=quantity, price=line.price, currency=bill.currency, before=before),
            tolerances_of(settings),
        )
        made.append(LineMatch(
            line=line, outcome=match.outcome, ordered=found.quantity, basis=basis, limit=match.limit,
            billed_before=before, quantity=quantity, matched=match.matched,
            quantity_variance=match.quantity_variance, price_ordered=found.unit_price, price_billed=_places(line.price),
            price_variance_minor=match.price_variance_minor, price_tolerance_minor=match.price_tolerance_minor,
            is_price_ok=match.is_price_ok, is_quantity_ok=match.is_quantity_ok, matched_at=now,
        ))  # fmt: skip
    return made


def _unordered(line: BillLine, quantity: Decimal, now: datetime) -> LineMatch:
    return LineMatch(
        line=line, outcome="unordered", quantity=quantity, price_billed=_places(line.price), is_price_ok=False,
        is_quantity_ok=False, matched_at=now,
    )  # fmt: skip


def _state(matches: Sequence[LineMatch]) -> str:
    if not matches:
        return "none"
    return "matched" if all(each.outcome == "matched" for each in matches) else "exception"


def _named_orders(bills: Sequence[Bill]) -> set[tuple[UUID, str]]:
    """Return which references name an order of ours; others are the supplier's own words."""
    named = {bill.order_reference for bill in bills if bill.order_reference}
    found = PurchaseOrder.objects.filter(number__in=named) if named else None
    return set(found.values_list("supplier_id", "number")) if found is not None else set()


def _load_ordered(ids: set[UUID]) -> dict[UUID, PurchaseLine]:
    found = PurchaseLine.objects.filter(id__in=ids).select_related("order") if ids else []
    return {line.id: line for line in found}


def _places(price: Decimal) -> Decimal:
    return price.quantize(Decimal("0.000001"))


def _plain(account: str) -> str:
    return "".join(each for each in account.upper() if each.isalnum())
