"""The door to a document: an outside id in, a permitted document out."""

from collections.abc import Collection
from uuid import UUID

from apps.core.errors import Forbidden, NotFound
from apps.core.scope import current_scope
from apps.invoices.models import Invoice
from apps.invoices.transitions import Action, list_actions
from apps.tenancy.access import check_permission, may

# What only the company does, never a caller who is bound to one customer.
BOOKING = frozenset({"post", "void", "credit", "apply"})


def access_invoice(invoice_id: UUID, *, permission: str = "invoices.read") -> Invoice:
    """Return a document of the open tenant. Raises Forbidden, NotFound."""
    check_permission(permission)
    invoice = Invoice.objects.filter(id=invoice_id).first()
    if invoice is None:
        raise NotFound("There is no such document.")
    return invoice


def list_allowed_actions(kind: str, state: str, blocked: Collection[str] = ()) -> tuple[Action, ...]:
    """Return the actions that state, standing and the asker's role allow: no button fails after the click."""
    found = (action for action in list_actions(kind, state) if action.name not in blocked)
    is_bound = current_scope().customer_id is not None
    return tuple(
        action for action in found if may(action.permission) and not (is_bound and action.name in BOOKING)
    )


def check_books_open() -> None:
    """Raise Forbidden for a caller who is bound to one customer: customers order and draft, the company books."""
    if current_scope().customer_id is not None:
        raise Forbidden(
            "A key that is bound to one customer does not write the books.", code="bound_to_customer",
            cure="Leave the draft; the company posts it.",
        )  # fmt: skip
