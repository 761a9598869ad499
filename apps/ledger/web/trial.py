"""The trial balance: as of any day, each account leading to its lines, and as a file."""

from datetime import date

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from apps.audit.operations import record_access
from apps.core import clock
from apps.core.clock import local_date
from apps.core.web.csv_files import csv_file
from apps.core.web.list_query import read_day
from apps.ledger.models import ACCOUNT_KINDS
from apps.ledger.queries import TrialBalance, find_closed_period, get_trial_balance
from apps.ledger.reports import TRIAL_HEADINGS, trial_balance_rows
from apps.tenancy.access import check_permission, may, requires
from apps.tenancy.web.middleware import tenant_of


@require_GET
@requires("ledger.read")
def trial_balance(request: HttpRequest) -> HttpResponse:
    """Show the trial balance of a day."""
    balance = _asked(request)
    rows = [{"row": row, "kind": ACCOUNT_KINDS[row.kind]} for row in balance.rows]
    return render(request, "ledger/trial_balance.html", {
        "balance": balance, "rows": rows, "closed": find_closed_period(balance.last_day),
        "may_export": may("exports.run"),
    })  # fmt: skip


@require_GET
@requires("exports.run")
def trial_balance_export(request: HttpRequest) -> FileResponse:
    """Give the trial balance as a file; that it was taken is recorded first."""
    check_permission("ledger.read")
    balance = _asked(request)
    told = {"first_day": balance.first_day.isoformat(), "last_day": balance.last_day.isoformat()}
    record_access(kind="export", subject="trial balance", detail=told)
    return csv_file(f"trial-balance-{balance.last_day}.csv", TRIAL_HEADINGS, trial_balance_rows(balance))


def _asked(request: HttpRequest) -> TrialBalance:
    today: date = local_date(clock.now(), tenant_of(request).time_zone)
    last = read_day(request.GET, "to") or today
    return get_trial_balance(first_day=read_day(request.GET, "from"), last_day=last)
