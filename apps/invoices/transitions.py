"""The state machine of documents: the one table that pages, API and admin ask what is allowed."""

from dataclasses import dataclass
from typing import Final

from apps.core.errors import DomainError
from apps.invoices.models import STATES, Invoice


class InvalidTransition(DomainError):
    """The document's state does not allow this."""

    code = "invalid_transition"


@dataclass(frozen=True)
class Action:
    """Something that may be done to a document: its name, its words, the permission it asks for."""

    name: str
    label: str
    permission: str
    needs_reason: bool = False
    is_dangerous: bool = False


EDIT: Final = Action("edit", "Edit", "invoices.write")
POST: Final = Action("post", "Post", "invoices.post")
DELETE: Final = Action("delete", "Delete draft", "invoices.write", is_dangerous=True)
CREDIT: Final = Action("credit", "Credit", "invoices.write")
APPLY: Final = Action("apply", "Apply to the invoice", "payments.write")
VOID: Final = Action("void", "Void", "invoices.void", needs_reason=True, is_dangerous=True)

_ALLOWED: Final[dict[str, tuple[Action, ...]]] = {
    "draft": (POST, EDIT, DELETE),
    "posted": (CREDIT, APPLY, VOID),
    "void": (),
}


def list_actions(kind: str, state: str) -> tuple[Action, ...]:
    """Return what a document in this state allows, whoever asks."""
    others = {CREDIT} if kind == "credit_note" else {APPLY}
    return tuple(action for action in _ALLOWED[state] if action not in others)


def check_transition(invoice: Invoice, action: Action) -> None:
    """Raise InvalidTransition unless the document's state allows the action."""
    if action not in list_actions(invoice.kind, invoice.state):
        state = STATES[invoice.state].lower()
        raise InvalidTransition(
            f"This document is {state}; “{action.label}” is not possible.",
            cure="Reload the page: somebody else may have changed the document.",
            detail={
                "state": invoice.state,
                "allowed": [a.name for a in list_actions(invoice.kind, invoice.state)],
            },
        )
