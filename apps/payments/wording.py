"""How the log of payments, runs and lines of the bank reads."""

from apps.audit.queries import EntryDetail
from apps.payments.models import LINE_STATES, RUN_STATES, STATES
from apps.tenancy.timeline import VERBS, Wording


def _tell_payment(entry: EntryDetail) -> str:
    changed = {change.name: change.new for change in entry.changes}
    if entry.line.operation == "insert":
        return "recorded and posted this"
    return "voided this" if changed.get("state") == "void" else VERBS[entry.line.operation]


def _tell_run(entry: EntryDetail) -> str:
    changed = {change.name: change.new for change in entry.changes}
    if entry.line.operation == "update" and "state" in changed:
        return {"released": "released this", "cancelled": "cancelled this"}.get(
            str(changed["state"]), "changed this"
        )
    return VERBS[entry.line.operation]


PAYMENT = Wording(
    table="payments_payment", labels={"state": "State", "voided_on": "Void since"},
    show={"state": lambda state: STATES.get(state, state)}, tell=_tell_payment,
)  # fmt: skip
RUN = Wording(
    table="payments_paymentrun", labels={"state": "State"}, show={"state": lambda state: RUN_STATES.get(state, state)},
    tell=_tell_run,
)  # fmt: skip
LINE = Wording(
    table="payments_bankline", labels={"state": "State", "reason": "Reason"},
    show={"state": lambda state: LINE_STATES.get(state, state)},
)  # fmt: skip
