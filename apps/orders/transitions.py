"""The state machines of orders: the tables that pages, API and admin ask what is allowed.

The database holds the same steps (`sql/states.sql`); a test compares the two, pair by pair (books.md 24).
"""

from dataclasses import dataclass
from typing import Final

from apps.core.errors import DomainError

SALES_STEPS: Final[dict[str, frozenset[str]]] = {
    "pending": frozenset({"confirmed", "on_hold", "cancelled"}),
    "on_hold": frozenset({"pending", "confirmed", "processing", "cancelled"}),
    "confirmed": frozenset({"pending", "processing", "shipped", "on_hold", "cancelled"}),
    "processing": frozenset({"shipped", "on_hold", "cancelled"}),
    "shipped": frozenset({"delivered"}),
    "delivered": frozenset(),
    "cancelled": frozenset(),
}
PURCHASE_STEPS: Final[dict[str, frozenset[str]]] = {
    "draft": frozenset({"awaiting_approval", "approved", "cancelled"}),
    "awaiting_approval": frozenset({"draft", "approved", "cancelled"}),
    "approved": frozenset({"draft", "sent", "cancelled"}),
    "sent": frozenset({"partly_received", "received", "cancelled"}),
    "partly_received": frozenset({"sent", "received", "closed"}),
    "received": frozenset({"sent", "partly_received", "closed"}),
    "closed": frozenset({"partly_received", "received"}),
    "cancelled": frozenset(),
}


class InvalidTransition(DomainError):
    """The order's state does not allow this."""

    code = "invalid_transition"
    cure = "Reload the page: somebody else may have changed the order."


@dataclass(frozen=True)
class Action:
    """Something that may be done to an order: its name, its words, the permission it asks for."""

    name: str
    label: str
    permission: str
    needs_reason: bool = False
    is_dangerous: bool = False
    has_page: bool = False


CONFIRM: Final = Action("confirm", "Confirm", "orders.write")
BACKORDER: Final = Action("backorder", "Confirm, send the rest later", "orders.write")
EDIT: Final = Action("edit", "Edit", "orders.write", has_page=True)
HOLD: Final = Action("hold", "Hold", "orders.write", needs_reason=True)
RELEASE: Final = Action("release", "Release", "orders.write")
CLEAR_CREDIT: Final = Action("clear_credit", "Release over the limit", "payments.write", needs_reason=True)
REOPEN: Final = Action("reopen", "Reopen to change", "orders.write")
START: Final = Action("start", "Start picking", "orders.ship")
RESERVE: Final = Action("reserve", "Reserve what has arrived", "orders.write")
SHIP: Final = Action("ship", "Ship", "orders.ship", has_page=True)
DELIVER: Final = Action("deliver", "Mark as delivered", "orders.ship")
RETURN: Final = Action("return", "Take back", "orders.ship", has_page=True)
CANCEL: Final = Action("cancel", "Cancel", "orders.write", needs_reason=True, is_dangerous=True)
CANCEL_REST: Final = Action(
    "cancel_rest", "Cancel what is not shipped", "orders.write", needs_reason=True, is_dangerous=True
)

EDIT_PURCHASE: Final = Action("edit", "Edit", "purchasing.write", has_page=True)
SUBMIT: Final = Action("submit", "Ask for approval", "purchasing.write")
WITHDRAW: Final = Action("withdraw", "Back to draft", "purchasing.write")
SEND: Final = Action("send", "Mark as sent", "purchasing.write")
RECEIVE: Final = Action("receive", "Receive", "purchasing.receive", has_page=True)
CLOSE: Final = Action("close", "Close", "purchasing.write", needs_reason=True)
OPEN_AGAIN: Final = Action("open_again", "Open again", "purchasing.write", needs_reason=True)
CANCEL_PURCHASE: Final = Action("cancel", "Cancel", "purchasing.write", needs_reason=True, is_dangerous=True)


@dataclass(frozen=True)
class SalesStanding:
    """What of a sales order decides what may be done with it."""

    state: str
    hold: str = ""
    has_shipped: bool = False
    has_shippable: bool = False
    has_waiting: bool = False
    has_returnable: bool = False
    has_invoiced: bool = False


def list_sales_actions(standing: SalesStanding) -> tuple[Action, ...]:
    """Return what a sales order allows, whoever asks. `has_waiting`: something open is not reserved."""
    shipping = (SHIP,) if standing.has_shippable else ()
    waiting = (RESERVE,) if standing.has_waiting else ()
    taking_back = (RETURN,) if standing.has_returnable else ()
    ending = (CANCEL_REST,) if standing.has_shipped else () if standing.has_invoiced else (CANCEL,)
    by_state: dict[str, tuple[Action, ...]] = {
        "pending": (CONFIRM, BACKORDER, EDIT, HOLD, CANCEL),
        "on_hold": (*((CLEAR_CREDIT,) if standing.hold == "credit" else ()), RELEASE, *ending),
        "confirmed": (
            *shipping,
            START,
            *waiting,
            *(() if standing.has_invoiced else (REOPEN,)),
            HOLD,
            *ending,
        ),
        "processing": (*shipping, *waiting, *taking_back, HOLD, *ending),
        "shipped": (DELIVER, *taking_back),
        "delivered": taking_back,
        "cancelled": (),
    }
    return by_state[standing.state]


@dataclass(frozen=True)
class PurchaseStanding:
    """What of a purchase order decides what may be done with it."""

    state: str
    has_received: bool = False
    may_send: bool = True


def list_purchase_actions(standing: PurchaseStanding) -> tuple[Action, ...]:
    """Return what a purchase order allows, whoever asks. `may_send`: its approval stands."""
    sending = (SEND,) if standing.may_send else ()
    ending = () if standing.has_received else (CANCEL_PURCHASE,)
    by_state: dict[str, tuple[Action, ...]] = {
        "draft": (SUBMIT, EDIT_PURCHASE, CANCEL_PURCHASE),
        "awaiting_approval": (*sending, EDIT_PURCHASE, WITHDRAW, CANCEL_PURCHASE),
        "approved": (*sending, EDIT_PURCHASE, WITHDRAW, CANCEL_PURCHASE),
        "sent": (RECEIVE, *ending),
        "partly_received": (RECEIVE, CLOSE),
        "received": (RECEIVE, CLOSE),
        "closed": (OPEN_AGAIN,),
        "cancelled": (),
    }
    return by_state[standing.state]


def check_action(action: Action, allowed: tuple[Action, ...], *, said: str) -> None:
    """Raise InvalidTransition unless an order allows an action; `said` is its state in words."""
    if action not in allowed:
        raise InvalidTransition(
            f"This order is {said.lower()}; “{action.label}” is not possible.",
            detail={"state": said, "allowed": [each.name for each in allowed]},
        )
