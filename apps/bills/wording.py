"""How the log of bills reads."""

from collections.abc import Callable

from apps.audit.queries import EntryDetail
from apps.bills.models import MATCH_STATES, PAYEE_FLAGS
from apps.core.money import exponent, from_minor
from apps.tenancy.timeline import VERBS, Wording

LABELS = {
    "supplier_id": "Supplier", "supplier_number": "Their number", "issue_date": "Dated", "due_date": "Due",
    "net_minor": "Net", "tax_minor": "Tax", "total_minor": "Total", "category": "Category", "note": "Note",
    "order_reference": "Order", "match_state": "Match", "payee_flag": "Bank account", "override_reason": "Reason",
    "stated_account": "Stated account",
}  # fmt: skip


def wording_of(currency: str) -> Wording:
    """Return the wording of one bill's log; its amounts are in the bill's currency."""
    amount = _amount(currency)
    return Wording(
        table="bills_bill",
        labels=LABELS,
        show={
            "net_minor": amount, "tax_minor": amount, "total_minor": amount,
            "supplier_id": lambda _: "another supplier", "stated_account": lambda _: "protected",
            "match_state": lambda text: MATCH_STATES.get(text, text),
            "payee_flag": lambda text: PAYEE_FLAGS.get(text, text),
        },
        tell=_tell,
    )  # fmt: skip


def _amount(currency: str) -> Callable[[str], str]:
    def say(minor: str) -> str:
        return f"{from_minor(int(minor), currency):,.{exponent(currency)}f} {currency}"

    return say


def _tell(entry: EntryDetail) -> str:
    changed = {change.name: change.new for change in entry.changes}
    if entry.line.operation == "update" and changed.get("state") == "posted":
        return f"posted this as {changed.get('number')}"
    if entry.line.operation == "update" and changed.get("state") == "void":
        return "voided this"
    if entry.line.operation == "update" and set(changed) <= {"has_duplicates", "match_state", "payee_flag"}:
        return "looked at this again"
    return VERBS[entry.line.operation]
