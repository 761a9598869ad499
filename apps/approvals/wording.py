"""How the log of approvals reads."""

from apps.approvals.models import STATES
from apps.audit.queries import EntryDetail
from apps.tenancy.timeline import VERBS, Wording


def _tell(entry: EntryDetail) -> str:
    changed = {change.name: change.new for change in entry.changes}
    if entry.line.operation == "insert":
        return "asked for this approval"
    state = changed.get("state")
    if state in ("approved", "rejected"):
        return f"decided: {STATES[state].lower()}"
    if state in ("void", "recalled"):
        return "took it back" if state == "recalled" else "changed the document: the approval is void"
    return "approved this level"


REQUEST = Wording(
    table="approvals_request", labels={"level": "Level", "end_reason": "Reason"}, show={}, tell=_tell
)
POLICY = Wording(
    table="approvals_policy",
    labels={"name": "Name", "position": "Order", "is_active": "Active", "version": "Version"},
    show={"is_active": lambda text: "yes" if text == "true" else "no"},
    tell=lambda entry: VERBS[entry.line.operation],
)
