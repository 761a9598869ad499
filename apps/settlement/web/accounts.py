"""The account of a customer or supplier: every movement of a range of days, what is open, reminders stopped or not."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_GET, require_POST

from apps.audit.operations import record_access
from apps.core import clock
from apps.core.errors import DomainError, NotFound
from apps.core.money import from_minor
from apps.core.scope import current_scope
from apps.core.web.csv_files import csv_file
from apps.core.web.list_query import read_day
from apps.settlement.dunning import find_stop, lift_stop, stop_dunning
from apps.settlement.queries import list_open_of, party_names
from apps.settlement.statements import Account, account_statement
from apps.settlement.web.acting import once, perform, sent_day, today_of
from apps.settlement.web.ageing import PARTIES, TITLES
from apps.tenancy.access import check_permission, may, requires

HEADINGS = ("Date", "What", "Number", "Due", "Amount", "Balance", "Currency")
USUAL_DAYS = timedelta(days=90)


@dataclass(frozen=True)
class Asked:
    """Whose account, and from when to when."""

    side: str
    party_id: UUID
    name: str
    first: date
    last: date

    def accounts(self) -> list[Account]:
        """Return the account by currency."""
        return account_statement(side=self.side, party_id=self.party_id, first=self.first, last=self.last)


@require_GET
@requires("payments.read")
def receivable_party(request: HttpRequest, party_id: UUID) -> HttpResponse:
    """Show the account of a customer."""
    return _show(request, _asked(request, "receivable", party_id))


@require_GET
@requires("payments.read")
def payable_party(request: HttpRequest, party_id: UUID) -> HttpResponse:
    """Show the account of a supplier."""
    return _show(request, _asked(request, "payable", party_id))


@require_GET
@requires("exports.run")
def receivable_statement(request: HttpRequest, party_id: UUID) -> FileResponse:
    """Give the account of a customer as a file."""
    return _file(request, "receivable", party_id)


@require_GET
@requires("exports.run")
def payable_statement(request: HttpRequest, party_id: UUID) -> FileResponse:
    """Give the account of a supplier as a file."""
    return _file(request, "payable", party_id)


@require_POST
@requires("dunning.run")
def receivable_stop(request: HttpRequest, party_id: UUID) -> HttpResponse:
    """Send a customer no reminders for a while, or let them have some again."""
    check_permission("payments.read")
    asked = _asked(request, "receivable", party_id)

    def work() -> str:
        actor, now = current_scope().actor, clock.now()
        if request.POST.get("then") == "lift":
            lift_stop(customer_id=party_id, actor=actor, now=now)
            messages.success(request, "This customer gets reminders again.")
        else:
            until = sent_day(request, "until") if request.POST.get("until") else None
            stop_dunning(
                customer_id=party_id, until=until, reason=request.POST.get("reason", ""), actor=actor, now=now
            )
            messages.success(request, "This customer gets no reminders.")
        return reverse("settlement:receivable_party", args=[party_id])

    return perform(request, work, lambda refusal: _show(request, asked, refusal))


def _asked(request: HttpRequest, side: str, party_id: UUID) -> Asked:
    name = party_names(side, [party_id]).get(party_id)
    if name is None:
        raise NotFound(f"There is no such {PARTIES[side].lower()}.")
    last = read_day(request.GET, "to") or today_of(request)
    first = read_day(request.GET, "from") or last - USUAL_DAYS
    return Asked(side, party_id, name, min(first, last), last)


def _show(request: HttpRequest, asked: Asked, problem: DomainError | None = None) -> HttpResponse:
    side = asked.side
    is_customer = side == "receivable"
    return render(request, "settlement/party.html", {
        "asked": asked, "side": side, "title": TITLES[side], "party_label": PARTIES[side], "problem": problem,
        "accounts": asked.accounts(), "items": list_open_of(side=side, party_id=asked.party_id),
        "back": reverse(f"settlement:{side}s"), "may_export": may("exports.run"),
        "export": reverse(f"settlement:{side}_statement", args=[asked.party_id]),
        "record": _record(asked), "stop": find_stop(asked.party_id) if is_customer else None,
        "may_dun": is_customer and may("dunning.run"), "may_pay": may("payments.write"), "once": once(),
    }, status=problem.status if problem else 200)  # fmt: skip


def _record(asked: Asked) -> str:
    page, permission = (
        ("parties:detail", "customers.read")
        if asked.side == "receivable"
        else ("parties:supplier_detail", "suppliers.read")
    )
    try:
        return reverse(page, args=[asked.party_id]) if may(permission) else ""
    except NoReverseMatch:
        return ""


def _file(request: HttpRequest, side: str, party_id: UUID) -> FileResponse:
    check_permission("payments.read")
    asked = _asked(request, side, party_id)
    told = {"party": str(party_id), "from": asked.first.isoformat(), "to": asked.last.isoformat()}
    record_access(kind="export", subject="statement of account", detail=told)
    return csv_file(f"statement-{asked.last}.csv", HEADINGS, _rows(asked))


def _rows(asked: Asked) -> Iterator[tuple[object, ...]]:
    for account in asked.accounts():
        currency = account.currency
        yield asked.first, "Opening", "", "", "", from_minor(account.opening_minor, currency), currency
        for line in account.lines:
            amount, balance = from_minor(line.minor, currency), from_minor(line.balance_minor, currency)
            yield line.day, line.label, line.number, line.due_date, amount, balance, currency
        yield asked.last, "Closing", "", "", "", from_minor(account.closing_minor, currency), currency
