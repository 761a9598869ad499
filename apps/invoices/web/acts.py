"""What the buttons of a document do: one operation each, by the name the state machine gives it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.urls import reverse

from apps.core.clock import local_date
from apps.core.errors import InputError
from apps.core.scope import current_scope
from apps.core.web.form_fields import NumberField, read_version
from apps.invoices.operations import apply_credit, credit_invoice, delete_draft, post_invoice, void_invoice
from apps.invoices.transitions import APPLY, CREDIT, DELETE, POST, VOID, Action, InvalidTransition

Outcome = tuple[str, str]
PREFIX = "quantity-"


@dataclass(frozen=True)
class Sent:
    """What a button sends, and when."""

    invoice_id: UUID
    version: int
    reason: str
    quantities: dict[UUID, Decimal] | None
    now: datetime
    time_zone: str


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


def perform(
    act: Act, invoice_id: UUID, sent: QueryDict, now: datetime, time_zone: str, mark: str = "."
) -> Outcome:
    """Do what a button asks for; return where to go and what to tell. Raises what the operation raises."""
    quantities = _quantities(sent, mark) if act.action is CREDIT else None
    return act.run(Sent(invoice_id, read_version(sent), sent.get("reason", ""), quantities, now, time_zone))


def _quantities(sent: QueryDict, mark: str) -> dict[UUID, Decimal] | None:
    """Return the quantities that were entered by line, or None where there are none: then all is meant."""
    found: dict[UUID, Decimal] = {}
    for name, text in sent.items():
        if not name.startswith(PREFIX) or not str(text).strip():
            continue
        try:
            found[UUID(name.removeprefix(PREFIX))] = NumberField(mark=mark).clean(str(text))
        except (ValueError, ValidationError):
            raise InputError("A quantity could not be read. Nothing was made.", code="not_a_number",
                             cure="Write numbers such as 1.5.") from None  # fmt: skip
    return found or None


def _post(sent: Sent) -> Outcome:
    invoice = post_invoice(
        invoice_id=sent.invoice_id, version=sent.version, actor=current_scope().actor, now=sent.now
    )
    return _page(invoice.id), f"Posted as {invoice.number}."


def _void(sent: Sent) -> Outcome:
    invoice = void_invoice(
        invoice_id=sent.invoice_id, reason=sent.reason, version=sent.version, actor=current_scope().actor,
        now=sent.now,
    )  # fmt: skip
    return _page(invoice.id), f"{invoice.number} is void. It keeps its number."


def _credit(sent: Sent) -> Outcome:
    today = local_date(sent.now, sent.time_zone)
    try:
        note = credit_invoice(
            invoice_id=sent.invoice_id, issue_date=today, quantities=sent.quantities, actor=current_scope().actor,
            now=sent.now,
        )  # fmt: skip
    except InvalidTransition as error:
        # Sent twice, or by two people: both land on the one credit note there is.
        if error.code != "already_credited":
            raise
        return _page(UUID(str(error.detail["credit_note"]))), error.message
    return _page(note.id), "This is the draft of the credit note. It counts once you post it."


def _apply(sent: Sent) -> Outcome:
    today = local_date(sent.now, sent.time_zone)
    apply_credit(
        invoice_id=sent.invoice_id, on=today, version=sent.version, actor=current_scope().actor, now=sent.now
    )
    return _page(sent.invoice_id), "Applied to its invoice."


def _delete(sent: Sent) -> Outcome:
    delete_draft(invoice_id=sent.invoice_id, version=sent.version, actor=current_scope().actor, now=sent.now)
    return reverse("invoices:list"), "The draft is deleted."


def _page(invoice_id: UUID) -> str:
    return reverse("invoices:detail", args=[invoice_id])


ACTS = (Act(POST, _post), Act(VOID, _void), Act(CREDIT, _credit), Act(APPLY, _apply), Act(DELETE, _delete))
