"""How the log of documents reads."""

from collections.abc import Callable

from apps.audit.queries import EntryDetail
from apps.core.countries import country_name
from apps.core.money import exponent, from_minor
from apps.tenancy.timeline import VERBS, Wording

LABELS = {
    "issue_date": "Issued", "due_date": "Due", "country_code": "Country", "net_minor": "Net", "tax_minor": "Tax",
    "total_minor": "Total", "note": "Note", "customer_id": "Customer",
}  # fmt: skip


def wording_of(currency: str) -> Wording:
    """Return the wording of one document's log; its amounts are in the document's currency."""
    amount = _amount(currency)
    return Wording(
        table="invoices_invoice",
        labels=LABELS,
        show={
            "net_minor": amount, "tax_minor": amount, "total_minor": amount, "country_code": country_name,
            "customer_id": lambda _: "another customer",
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
    return VERBS[entry.line.operation]
