"""The door to a bill: an outside id in, a permitted bill out."""

from uuid import UUID

from apps.bills.models import Bill
from apps.bills.transitions import Action, list_actions
from apps.core.errors import NotFound
from apps.tenancy.access import check_permission, may


def access_bill(bill_id: UUID, *, permission: str = "bills.read") -> Bill:
    """Return a bill of the open tenant. Raises Forbidden, NotFound."""
    check_permission(permission)
    bill = Bill.objects.filter(id=bill_id).first()
    if bill is None:
        raise NotFound("There is no such bill.")
    return bill


def list_allowed_actions(
    state: str, *, approval: str = "none", needs_approval: bool = False
) -> tuple[Action, ...]:
    """Return the actions that state, approval and the asker's role allow: no button fails after the click."""
    allowed = [action for action in list_actions(state) if may(action.permission)]
    if approval in ("pending", "approved") or not needs_approval:
        allowed = [action for action in allowed if action.name != "submit"]
    if needs_approval and approval != "approved":
        allowed = [action for action in allowed if action.name != "post"]
    return tuple(allowed)
