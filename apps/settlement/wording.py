"""How the log of open items and letters reads."""

from collections.abc import Callable

from apps.audit.queries import EntryDetail
from apps.core.money import exponent, from_minor
from apps.settlement.models import HOLDS
from apps.tenancy.timeline import VERBS, Wording

LABELS = {"open_minor": "Open", "hold": "Hold", "hold_reason": "Reason", "closed_on": "Void since"}
LETTER = Wording(table="settlement_dunningletter", labels={"state": "State", "sent_at": "Sent"})


def item_wording(currency: str) -> Wording:
    """Return the wording of one item's log; its amounts are in its currency."""
    return Wording(
        table="settlement_openitem",
        labels=LABELS,
        show={"open_minor": _amount(currency), "hold": lambda hold: HOLDS.get(hold, hold)},
        tell=_tell,
    )


def _amount(currency: str) -> Callable[[str], str]:
    def say(minor: str) -> str:
        return f"{from_minor(int(minor), currency):,.{exponent(currency)}f} {currency}"

    return say


def _tell(entry: EntryDetail) -> str:
    changed = {change.name: change for change in entry.changes}
    if entry.line.operation == "update" and "open_minor" in changed:
        before, after = (int(changed["open_minor"].old or 0), int(changed["open_minor"].new or 0))
        return "settled a part of this" if after < before else "gave a part of this back"
    return VERBS[entry.line.operation]
