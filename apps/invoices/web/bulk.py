"""Pages that post, void or credit many documents: first what would happen, then what happened, row by row."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from apps.core import clock
from apps.core.errors import DomainError, InputError
from apps.core.scope import current_scope
from apps.invoices.models import KINDS, Invoice
from apps.invoices.operations import credit_invoice, post_invoice, void_invoice
from apps.invoices.queries import list_empty_documents, sum_invoices
from apps.invoices.standing import list_balances
from apps.invoices.transitions import CREDIT, VOID, Action
from apps.invoices.web import lists
from apps.tenancy.access import check_permission, requires
from apps.tenancy.web.middleware import tenant_of

AT_ONCE = 200
ACTS = {action.name: action for action in (VOID, CREDIT)}


@dataclass(frozen=True)
class Candidate:
    """A draft that would be posted; `obstacle` says why it would not."""

    key: str
    number: str
    id: UUID
    kind: str
    customer_name: str
    issue_date: date
    total_minor: int
    currency: str
    obstacle: str


@dataclass(frozen=True)
class Outcome:
    """What became of one draft: its number, or why it is still a draft."""

    id: UUID
    number: str
    refusal: str


@require_http_methods(["GET", "POST"])
@requires("invoices.post")
def bulk_post(request: HttpRequest) -> HttpResponse:
    """Show the drafts of a list before they are posted, or post the chosen ones, each on its own."""
    check_permission("invoices.read")
    if request.method == "POST":
        outcomes = [_post(key, version) for key, version in _chosen(request.POST)]
        done = sum(not each.refusal for each in outcomes)
        context = {"outcomes": outcomes, "done": done, "failed": len(outcomes) - done}
        return render(request, "invoices/bulk_post_done.html", context)
    return _preview(request, lists.read_list(request.GET))


@require_http_methods(["GET", "POST"])
@requires("invoices.read")
def bulk_act(request: HttpRequest) -> HttpResponse:
    """Show which documents of a list would be voided or credited, or do that to the chosen ones, each on its own."""
    sent = request.POST if request.method == "POST" else request.GET
    action = ACTS.get(sent.get("action", VOID.name))
    if action is None:
        raise InputError("There is no such action.", code="unknown_action", field="action")
    check_permission(action.permission)
    if request.method == "POST":
        outcomes = [_act(request, action, key, version) for key, version in _chosen(request.POST)]
        done = sum(not each.refusal for each in outcomes)
        context = {"outcomes": outcomes, "done": done, "failed": len(outcomes) - done, "action": action}
        return render(request, "invoices/bulk_act_done.html", context)
    shown = lists.read_list(request.GET)
    posted = shown.found.filter(state="posted")
    if action is CREDIT:
        posted = posted.filter(kind="invoice")
    rows = list(posted.select_related("customer").order_by("issue_date", "id")[:AT_ONCE])
    balances = list_balances(rows)
    settled = {
        row.id
        for row in rows
        if balances[row.id].open_minor != balances[row.id].total_minor and action is VOID
    }
    context = {
        "candidates": [_candidate(row, settled, "It is settled in part or in full.") for row in rows],
        "totals": sum_invoices(posted),
        "back": f"{reverse('invoices:list')}?{_without_action(request)}",
        "action": action,
    }
    return render(request, "invoices/bulk_act.html", context)


def _act(request: HttpRequest, action: Action, invoice_id: UUID, version: int) -> Outcome:
    actor, now = current_scope().actor, clock.now()
    try:
        if action is VOID:
            reason = request.POST.get("reason", "")
            made = void_invoice(invoice_id=invoice_id, reason=reason, version=version, actor=actor, now=now)
        else:
            today = clock.local_date(now, tenant_of(request).time_zone)
            made = credit_invoice(invoice_id=invoice_id, issue_date=today, actor=actor, now=now)
    except DomainError as error:
        return Outcome(invoice_id, "", f"{error.message} {error.cure}".strip())
    return Outcome(made.id, made.number or "", "")


def _without_action(request: HttpRequest) -> str:
    query = request.GET.copy()
    query.pop("action", None)
    return query.urlencode()


def _preview(request: HttpRequest, shown: lists.DocumentList) -> HttpResponse:
    drafts = shown.found.filter(state="draft")
    # Oldest first: numbers follow the order of posting.
    rows = list(drafts.select_related("customer").order_by("issue_date", "id")[:AT_ONCE])
    empty = list_empty_documents({row.id for row in rows})
    context = {
        "candidates": [_candidate(row, empty) for row in rows],
        "totals": sum_invoices(drafts),
        "back": f"{reverse('invoices:list')}?{request.GET.urlencode()}",
    }
    return render(request, "invoices/bulk_post.html", context)


def _candidate(row: Invoice, hindered: set[UUID], obstacle: str = "It has no lines.") -> Candidate:
    return Candidate(
        key=f"{row.id}:{row.version}",
        number=row.number or "",
        id=row.id,
        kind=KINDS[row.kind],
        customer_name=row.customer.name,
        issue_date=row.issue_date,
        total_minor=row.total_minor,
        currency=row.currency,
        obstacle=obstacle if row.id in hindered else "",
    )


def _chosen(sent: QueryDict) -> Iterable[tuple[UUID, int]]:
    """Return the chosen drafts with the versions that were shown. Raises InputError."""
    texts = sent.getlist("document")
    if not 1 <= len(texts) <= AT_ONCE:
        raise InputError(
            f"Choose from 1 to {AT_ONCE} drafts. Nothing was posted.", cure="Go back and choose."
        )
    pairs = [text.partition(":")[::2] for text in texts]
    try:
        return [(UUID(key), int(version)) for key, version in pairs]
    except ValueError:
        raise InputError(
            "A choice could not be read. Nothing was posted.", cure="Open the list again."
        ) from None


def _post(invoice_id: UUID, version: int) -> Outcome:
    try:
        invoice = post_invoice(
            invoice_id=invoice_id, version=version, actor=current_scope().actor, now=clock.now()
        )
    except DomainError as error:
        return Outcome(invoice_id, "", f"{error.message} {error.cure}".strip())
    return Outcome(invoice_id, invoice.number or "", "")
