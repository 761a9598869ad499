"""How the log of the ledger reads."""

from apps.audit.queries import EntryDetail
from apps.tenancy.timeline import VERBS, Wording

ACCOUNT = Wording(
    table="ledger_account",
    labels={"name": "Name", "is_active": "In use"},
    show={"is_active": lambda value: "yes" if value == "true" else "no"},
)
RATE = Wording(table="ledger_exchangerate", labels={"rate": "Rate", "source": "Source"})


def _tell_entry(entry: EntryDetail) -> str:
    made = {change.name: change.new for change in entry.changes}
    if entry.line.operation == "insert":
        return "reversed an entry by this" if made.get("kind") == "reversal" else "posted this"
    return VERBS[entry.line.operation]


ENTRY = Wording(table="ledger_entry", labels={}, tell=_tell_entry)
