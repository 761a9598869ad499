"""The state machine of bills: the one table that pages, API and admin ask what is allowed."""

from dataclasses import dataclass
from typing import Final

from apps.bills.errors import InvalidTransition
from apps.bills.models import STATES, Bill


@dataclass(frozen=True)
class Action:
    """Something that may be done to a bill: its name, its words, the permission it asks for."""

    name: str
    label: str
    permission: str
    needs_reason: bool = False
    is_dangerous: bool = False


EDIT: Final = Action("edit", "Edit", "bills.write")
SUBMIT: Final = Action("submit", "Ask for approval", "bills.write")
MATCH: Final = Action("match", "Match again", "bills.write")
POST: Final = Action("post", "Post", "bills.post")
DELETE: Final = Action("delete", "Delete draft", "bills.write", is_dangerous=True)
VOID: Final = Action("void", "Void", "bills.void", needs_reason=True, is_dangerous=True)

_ALLOWED: Final[dict[str, tuple[Action, ...]]] = {
    "draft": (POST, SUBMIT, EDIT, MATCH, DELETE),
    "posted": (VOID,),
    "void": (),
}


def list_actions(state: str) -> tuple[Action, ...]:
    """Return what a bill in this state allows, whoever asks."""
    return _ALLOWED[state]


def check_transition(bill: Bill, action: Action) -> None:
    """Raise InvalidTransition unless the bill's state allows the action."""
    if action not in list_actions(bill.state):
        raise InvalidTransition(
            f"This bill is {STATES[bill.state].lower()}; “{action.label}” is not possible.",
            cure="Reload the page: somebody else may have changed the bill.",
            detail={"state": bill.state, "allowed": [a.name for a in list_actions(bill.state)]},
        )
