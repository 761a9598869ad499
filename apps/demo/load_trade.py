"""Everything of a demo business besides its sales: bought, charged, approved, paid. Each step is safe to run again."""

from collections.abc import Callable
from datetime import date, datetime
from uuid import UUID

from apps.core.scope import Actor
from apps.demo.billing import ensure_policies, enter_bills, settle_drafts
from apps.demo.collecting import apply_credits, collect_payments
from apps.demo.disbursing import pay_suppliers
from apps.demo.purchasing import ensure_buying, propose_changes, record_orders
from apps.demo.staff import Staff
from apps.demo.trades import Trade
from apps.invoices.models import Invoice

Tell = Callable[[str, int], None]


def load_trade(*, trade: Trade, currency: str, staff: Staff, anchor: date, now: datetime, tell: Tell) -> None:
    """Load the buying and the paying of a business whose sales are booked."""
    with staff.working("finance") as actor:
        tell("credit notes applied", apply_credits(until=anchor, actor=actor, now=now, credited=_credited()))
        tell("payments of customers", _collect(anchor, actor, now))
    bought = ensure_buying(trade=trade, staff=staff, now=now)
    with staff.working("operations") as actor:
        orders = record_orders(
            trade=trade, bought=bought, currency=currency, anchor=anchor, actor=actor, now=now
        )
        tell("purchase orders", orders)
    with staff.working("admin") as actor:
        ensure_policies(trade=trade, currency=currency, actor=actor, now=now)
    with staff.working("finance") as actor:
        bills = enter_bills(
            trade=trade, bought=bought, currency=currency, anchor=anchor, actor=actor, now=now
        )
        tell("bills", bills)
    tell("bills posted", settle_drafts(staff=staff, anchor=anchor, now=now))
    with staff.working("finance") as actor:
        tell("payments to suppliers", pay_suppliers(until=anchor, actor=actor, now=now))
        propose_changes(trade=trade, ids=bought.suppliers, actor=actor, now=now)


def _collect(anchor: date, actor: Actor, now: datetime) -> int:
    return collect_payments(until=anchor, actor=actor, now=now)


def _credited() -> dict[UUID, UUID]:
    """Return the invoice of each posted credit note."""
    notes = Invoice.objects.filter(kind="credit_note", state="posted").exclude(credits=None)
    return dict(notes.values_list("id", "credits_id"))
