"""The door to a document: an outside id in, a permitted document out."""

from collections.abc import Collection
from uuid import UUID

from apps.core.errors import NotFound
from apps.invoices.models import Invoice
from apps.invoices.transitions import Action, list_actions
from apps.tenancy.access import check_permission, may


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
    return tuple(action for action in found if may(action.permission))
