"""What the buttons of a bill do: one operation each, by the name the state machine gives it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse

from apps.bills.models import MATCH_STATES
from apps.bills.operations import delete_bill, match_bill, post_bill, submit_bill, void_bill
from apps.bills.transitions import DELETE, MATCH, POST, SUBMIT, VOID, Action
from apps.core.errors import InputError
from apps.core.scope import current_scope
from apps.core.web.form_fields import read_version

Outcome = tuple[str, str]


@dataclass(frozen=True)
class Sent:
    """What a button sends, and when."""

    bill_id: UUID
    version: int
    reason: str
    day: date | None
    now: datetime

    def acting(self) -> dict[str, Any]:
        """Return who acts and when."""
        return {"actor": current_scope().actor, "now": self.now}


@dataclass(frozen=True)
class Act:
    """An action with what does it; that returns where to go and what to tell."""

    action: Action
    run: Callable[[Sent], Outcome]


def act_named(name: str) -> Act:
    """Return what a button's name stands for. Raises InputError."""
    for act in ACTS:
        if act.action.name == name:
            return act
    raise InputError("There is no such action.", code="unknown_action", field="action")


def perform(act: Act, bill_id: UUID, sent: QueryDict, now: datetime) -> Outcome:
    """Do what a button asks for; return where to go and what to tell. Raises what the operation raises."""
    day = _day(sent.get("day", ""))
    return act.run(Sent(bill_id, read_version(sent), sent.get("reason", ""), day, now))


def _post(sent: Sent) -> Outcome:
    bill = post_bill(
        bill_id=sent.bill_id, version=sent.version, reason=sent.reason, booked_on=sent.day, **sent.acting()
    )
    return _page(bill.id), f"Posted as {bill.number}."


def _submit(sent: Sent) -> Outcome:
    request = submit_bill(bill_id=sent.bill_id, version=sent.version, **sent.acting())
    told = "No policy asks for an approval: it can be posted."
    return _page(sent.bill_id), told if request is None else "The approval is asked for."


def _match(sent: Sent) -> Outcome:
    bill = match_bill(bill_id=sent.bill_id, **sent.acting())
    return _page(bill.id), f"Matched again: {MATCH_STATES[bill.match_state].lower()}."


def _void(sent: Sent) -> Outcome:
    bill = void_bill(
        bill_id=sent.bill_id, reason=sent.reason, version=sent.version, voided_on=sent.day, **sent.acting()
    )
    return _page(bill.id), f"{bill.number} is void. It keeps its number."


def _delete(sent: Sent) -> Outcome:
    delete_bill(bill_id=sent.bill_id, version=sent.version, **sent.acting())
    return reverse("bills:list"), "The draft is deleted."


def _page(bill_id: UUID) -> str:
    return reverse("bills:detail", args=[bill_id])


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError("This is no date.", code="invalid_date", field="day") from None


ACTS = (Act(POST, _post), Act(SUBMIT, _submit), Act(MATCH, _match), Act(VOID, _void), Act(DELETE, _delete))
