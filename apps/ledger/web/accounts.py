"""Pages of the chart of accounts: the accounts, the roles they play, what is booked on one."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from apps.core import clock
from apps.core.errors import DomainError, InputError
from apps.core.scope import current_scope
from apps.core.web.keyset import Sort, page_of
from apps.core.web.list_query import read_choice, read_day, read_text
from apps.core.web.listing import Filter, dates_filter, options_filter
from apps.ledger.access import access_account
from apps.ledger.accounts import ROLES
from apps.ledger.models import ACCOUNT_KINDS, CONTROLS, Account, Line
from apps.ledger.operations import assign_role, change_account, create_account
from apps.ledger.queries import book_currency, list_accounts, list_roles, roles_of, sum_lines
from apps.ledger.rows import ACCOUNT_ROWS
from apps.ledger.web.forms import AccountForm, NewAccountForm
from apps.ledger.wording import ACCOUNT
from apps.tenancy.access import check_permission, may, requires
from apps.tenancy.web.records.description import Entity, Fact, Listing

SUGGESTED = 12
OLDEST = Sort("entry_date", "entry_date")


def _find(query: QueryDict) -> QuerySet[Account]:
    return list_accounts(text=read_text(query), kind=read_choice(query, "kind", ACCOUNT_KINDS))


def _filters(query: QueryDict) -> tuple[Filter, ...]:
    return (options_filter(query, "kind", "Kind", ACCOUNT_KINDS),)


def _suggest(_: HttpRequest, text: str) -> Sequence[Mapping[str, Any]]:
    found = list_accounts(text=text, is_active=True).order_by("code", "id")[:SUGGESTED]
    return [{"value": each.code, "label": each.name} for each in found]


def _more(_: HttpRequest, account: Account) -> dict[str, Any]:
    return {"roles": [ROLES.get(role, role) for role in roles_of(account.id)]}


ACCOUNTS = Entity(
    listing=Listing(
        page="ledger:accounts",
        name="accounts",
        title="Accounts",
        reads="ledger.read",
        find=_find,
        sorts={"code": "code", "name": "name", "kind": "kind"},
        sort="code",
        filters=_filters,
        columns=ACCOUNT_ROWS.columns,
        facts=(
            Fact("Account", "name", sort="name"),
            Fact("Code", "code", "mono", sort="code", css="col-mid"),
            Fact("Kind", lambda account: ACCOUNT_KINDS[account.kind], sort="kind"),
            Fact(
                "Holds items of",
                lambda account: CONTROLS[account.control] if account.control else "",
                css="col-wide",
            ),
            Fact("In use", "is_active", "flag", css="col-wide"),
        ),
        template="ledger/accounts.html",
        empty="The usual chart is made with the first entry.",
    ),
    pages="ledger:account_",
    one="account",
    writes="ledger.manage",
    access=access_account,
    wording=ACCOUNT,
    form=AccountForm,
    new_form=NewAccountForm,
    create=create_account,
    change=change_account,
    id_name="account_id",
    facts=(
        Fact("Code", "code", "mono"),
        Fact("Kind", lambda account: ACCOUNT_KINDS[account.kind]),
        Fact("Holds items of", lambda account: CONTROLS[account.control] if account.control else ""),
        Fact("In use", "is_active", "flag"),
    ),
    more=_more,
    suggest=_suggest,
    rows=ACCOUNT_ROWS,
    detail_template="ledger/account.html",
)


@require_GET
@requires("ledger.read")
def account_lines(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """Show what is booked on an account, oldest first, with its running balance."""
    account = access_account(account_id)
    lines = Line.objects.filter(account=account)
    first, last = read_day(request.GET, "from"), read_day(request.GET, "to")
    shown = lines.filter(
        *([Q(entry_date__gte=first)] if first else []), *([Q(entry_date__lte=last)] if last else [])
    )
    page = page_of(shown.prefetch_related("entry"), request.GET, OLDEST, show=lambda line: line)
    filters = (dates_filter(request.GET, "Date"),)
    opening = _balance_before(lines, page.rows)
    page = replace(page, rows=_running(opening, page.rows))
    return render(request, "ledger/account_lines.html", {
        "account": account, "page": page, "filters": filters, "is_filtered": any(each.is_on for each in filters),
        "sort": OLDEST.name, "currency": book_currency(), "opening": opening,
    })  # fmt: skip


def _balance_before(lines: QuerySet[Line], rows: Sequence[Line]) -> int:
    """Return the account's balance before the first line that is shown."""
    if not rows:
        return 0
    first = rows[0]
    return sum_lines(
        lines.filter(Q(entry_date__lt=first.entry_date) | Q(entry_date=first.entry_date, id__lt=first.id))
    )


def _running(opening: int, rows: Sequence[Line]) -> list[dict[str, Any]]:
    balance, shown = opening, []
    for line in rows:
        balance += line.debit_minor - line.credit_minor
        shown.append({"line": line, "balance": balance})
    return shown


@require_http_methods(["GET", "POST"])
@requires("ledger.read")
def account_roles(request: HttpRequest) -> HttpResponse:
    """Show which account plays each role in the posting rules, or give a role to another."""
    problem: DomainError | None = None
    if request.method == "POST":
        check_permission("ledger.manage")
        try:
            _assign(request.POST.get("role", ""), request.POST.get("account", ""))
        except DomainError as error:
            problem = error
        else:
            messages.success(request, "The account plays the role from the next entry on.")
            return redirect(reverse("ledger:roles"))
    playing = list_roles()
    return render(request, "ledger/roles.html", {
        "roles": [{"role": role, "label": label, "account": playing.get(role)} for role, label in ROLES.items()],
        "may_manage": may("ledger.manage"), "problem": problem,
    }, status=problem.status if problem else 200)  # fmt: skip


def _assign(role: str, code: str) -> None:
    account = Account.objects.filter(code=code.strip()).first()
    if account is None:
        raise InputError(f"There is no account “{code[:40]}”.", code="unknown_account", field="account")
    assign_role(role=role, account_id=account.id, actor=current_scope().actor, now=clock.now())
