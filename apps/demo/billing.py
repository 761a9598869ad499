"""Suppliers of a demo business charge: bills for what came and for overheads, with the mistakes that suppliers make.

Planted are bills sent twice, prices and quantities that are not those of the order, and other bank accounts than the
confirmed one. What is in order is approved and posted; what is not waits for people.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from uuid import UUID

from django.db.models import QuerySet

from apps.approvals.models import Policy, Request
from apps.approvals.operations import decide_request
from apps.approvals.policy_operations import create_policy
from apps.approvals.rules import Level, Terms
from apps.bills.inputs import BillInput, BillLineInput
from apps.bills.models import Bill
from apps.bills.operations import create_bills, post_bill, submit_bill
from apps.core.db import write
from apps.core.money import to_minor
from apps.core.scope import Actor
from apps.demo.purchasing import SOURCE, Bought, account_number
from apps.demo.staff import Staff
from apps.demo.trades import DemoSupplier, Trade
from apps.orders.models import PurchaseOrder

SET = 100
FRESH = timedelta(days=12)
PLANTED = {"twice": 4, "price": 5, "quantity": 4, "account": 2}


@dataclass(frozen=True, slots=True)
class Charged:
    """A bill to be entered, and what is wrong with it ("" = nothing)."""

    bill: BillInput
    flaw: str = ""


def ensure_policies(*, trade: Trade, currency: str, actor: Actor, now: datetime) -> None:
    """Make the rules of who approves bills and purchase orders, where there are none."""
    if Policy.objects.exists():
        return
    low, high = to_minor(trade.approve_from, currency), to_minor(trade.second_from, currency)
    levels = (
        Level("any", ("role:approver", "role:admin")),
        Level("any", ("role:admin",), from_minor=high),
    )
    for position, (kind, name) in enumerate(
        (("bill", "Bills"), ("purchase_order", "Purchase orders")), start=1
    ):
        terms = Terms(kind, levels, min_minor=low, escalates_to="role:admin")
        create_policy(
            name=f"{name} from {trade.approve_from:,} {currency}",
            terms=terms,
            position=position,
            actor=actor,
            now=now,
        )


def enter_bills(
    *, trade: Trade, bought: Bought, currency: str, anchor: date, actor: Actor, now: datetime
) -> int:
    """Enter the bills of the period as drafts; what is there is left. Returns how many there are."""
    charged = [*_for_orders(trade, bought, currency, anchor), *_overheads(trade, bought, currency, anchor)]
    planted = list(_plant(charged, trade, bought))
    planted.sort(key=lambda one: (one.bill.issue_date, one.bill.supplier_number))
    for start in range(0, len(planted), SET):
        part = [one.bill for one in planted[start : start + SET]]
        with write():
            there = Bill.objects.filter(
                source=SOURCE, supplier_number__in=[one.supplier_number for one in part]
            )
            known = set(there.values_list("supplier_id", "supplier_number"))
            fresh = [one for one in part if (one.supplier_id, one.supplier_number) not in known]
            create_bills(bills=fresh, actor=actor, now=now)
    return len(planted)


def settle_drafts(*, staff: Staff, anchor: date, now: datetime) -> int:
    """Ask for approvals, decide those of the past, post what is in order; the rest waits. Returns the posted."""
    with staff.working("finance") as actor:
        clean = _in_order()
        for key in clean:
            submit_bill(bill_id=key, actor=actor, now=now)
        old = _before(anchor - FRESH, clean)
    for role in ("approver", "admin"):
        with staff.working(role) as actor:
            _approve(role, old, actor, now)
    with staff.working("finance") as actor:
        waiting = set(_pending().values_list("subject_id", flat=True))
        ready = [key for key in old if key not in waiting]
        for key in ready:
            post_bill(bill_id=key, actor=actor, now=now)
    return len(ready)


def _approve(role: str, bills: Sequence[UUID], actor: Actor, now: datetime) -> None:
    for request in _pending().filter(subject_id__in=bills).order_by("id"):
        if f"role:{role}" in request.waiting_for:
            decide_request(request_id=request.id, verdict="approve", actor=actor, now=now)


def _pending() -> QuerySet[Request]:
    return Request.objects.filter(subject_kind="bill", state="pending")


def _before(day: date, keys: Sequence[UUID]) -> list[UUID]:
    early = set(Bill.objects.filter(id__in=keys, issue_date__lt=day).values_list("id", flat=True))
    return [key for key in keys if key in early]


def _in_order() -> list[UUID]:
    """Return the drafts that nothing speaks against, oldest first."""
    drafts = Bill.objects.filter(source=SOURCE, state="draft", has_duplicates=False).exclude(
        match_state="exception"
    )
    return list(drafts.filter(payee_flag="").order_by("issue_date", "id").values_list("id", flat=True))


def _for_orders(trade: Trade, bought: Bought, currency: str, anchor: date) -> Iterator[Charged]:
    rng = Random(f"{currency} bills")  # noqa: S311 - a demo, repeatable on purpose
    names = {key: code for code, key in bought.suppliers.items()}
    orders = PurchaseOrder.objects.filter(source=SOURCE, state__in=("received", "closed", "partly_received"))
    for order in orders.prefetch_related("lines").order_by("order_date", "id"):
        day = order.order_date + timedelta(days=rng.randint(22, 30))
        lines = tuple(
            BillLineInput(
                description=line.description, quantity=line.received - line.rejected, unit_price=line.unit_price,
                tax_category="S", tax_rate=line.tax_rate, purchase_line_id=line.id, product_id=line.product_id,
                supplier_sku=line.supplier_sku,
            )
            for line in sorted(order.lines.all(), key=lambda each: each.position)
            if line.received > line.rejected
        )  # fmt: skip
        if lines and day <= anchor:
            number = f"{names[order.supplier_id]}/{day:%y}/{order.number[-5:]}"
            yield Charged(BillInput(
                supplier_id=order.supplier_id, supplier_number=number, issue_date=day, currency=currency, lines=lines,
                order_reference=order.number, category="goods", source=SOURCE,
            ))  # fmt: skip


def _overheads(trade: Trade, bought: Bought, currency: str, anchor: date) -> Iterator[Charged]:
    rng = Random(f"{currency} overheads")  # noqa: S311 - a demo, repeatable on purpose
    services = [one for one in trade.suppliers if not one.goods]
    for number in range(trade.overheads):
        one = services[number % len(services)]
        day = anchor - timedelta(days=int(540 * (1 - number / trade.overheads)))
        price = _rounded(trade.typical * Decimal(str(round(rng.uniform(0.25, 1.4), 3))), currency)
        line = BillLineInput(
            description=rng.choice(one.charges), quantity=Decimal(1), unit_price=price, tax_category="S",
            tax_rate=trade.tax_rate,
        )  # fmt: skip
        yield Charged(BillInput(
            supplier_id=bought.suppliers[one.code], supplier_number=f"{day:%Y%m}-{number:04}", issue_date=day,
            currency=currency, lines=(line,), category="overheads", source=SOURCE,
        ))  # fmt: skip


def _plant(charged: Sequence[Charged], trade: Trade, bought: Bought) -> Iterator[Charged]:
    """Put flaws into some of the last bills, spread over them."""
    by_id = {bought.suppliers[one.code]: one for one in trade.suppliers}
    recent = [one for one in charged if one.bill.order_reference][-60:] or list(charged[-60:])
    flaws = [name for name, count in PLANTED.items() for _ in range(count)]
    chosen = {
        id(one): flaw for one, flaw in zip(recent[:: max(len(recent) // len(flaws), 1)], flaws, strict=False)
    }
    for one in charged:
        flaw = chosen.get(id(one), "")
        yield _spoiled(one.bill, flaw, by_id[one.bill.supplier_id])
        if flaw == "twice":
            twin = one.bill.supplier_number.replace("/", "-").lower() + " "
            yield Charged(
                replace(
                    one.bill, supplier_number=twin.strip(), issue_date=one.bill.issue_date + timedelta(days=1)
                ),
                flaw,
            )


def _spoiled(bill: BillInput, flaw: str, supplier: DemoSupplier) -> Charged:
    first, *others = bill.lines
    if flaw == "price":
        dearer = _rounded(first.unit_price * Decimal("1.12"), bill.currency) + _step(bill.currency)
        return Charged(replace(bill, lines=(replace(first, unit_price=dearer), *others)), flaw)
    if flaw == "quantity":
        more = first.quantity + max(first.quantity // 8, Decimal(1))
        return Charged(replace(bill, lines=(replace(first, quantity=more), *others)), flaw)
    if flaw == "account":
        return Charged(replace(bill, stated_account=account_number(supplier, 2)), flaw)
    return Charged(bill, flaw)


def _rounded(value: Decimal, currency: str) -> Decimal:
    return value.quantize(_step(currency), rounding=ROUND_HALF_UP)


def _step(currency: str) -> Decimal:
    return Decimal(1) if currency in {"VND", "JPY"} else Decimal("0.01")
