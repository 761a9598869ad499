"""Pages of bills: the list, one bill, and what may be done with it."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from apps.audit.operations import record_access
from apps.bills.access import access_bill, list_allowed_actions
from apps.bills.duplicates import REASONS
from apps.bills.files import shown_original
from apps.bills.models import BillLine
from apps.bills.queries import get_bill, sum_bills
from apps.bills.rows import COLUMNS
from apps.bills.web import lists
from apps.bills.web.acts import act_named, perform
from apps.bills.wording import wording_of
from apps.core import clock
from apps.core.errors import DomainError, NotFound, StaleVersion
from apps.core.web.csv_files import check_rows, csv_file
from apps.core.web.keyset import page_of
from apps.tenancy.access import check_permission, may, requires
from apps.tenancy.rowfiles.columns import headings_of
from apps.tenancy.rowfiles.columns import rows_of as file_rows_of
from apps.tenancy.timeline import explain_stale, list_happenings
from apps.tenancy.web.middleware import tenant_of

LOOK_AGAIN = "It is shown below as it is now. Do it again if it is still right."


@require_GET
@requires("bills.read")
def bill_list(request: HttpRequest) -> HttpResponse:
    """Show the list of bills with the totals of all of it."""
    today = _today(request)
    shown = lists.read_list(request.GET, today)
    totals = sum_bills(shown.found)
    found = shown.found.prefetch_related("supplier")
    page = page_of(found, request.GET, shown.sort, show=lambda row: row, total=totals.count)
    page = replace(page, rows=lists.rows_of(list(page.rows), today))
    filters = lists.filters_of(request.GET, shown)
    return render(request, "bills/list.html", {
        "page": page, "totals": totals, "filters": filters, "is_filtered": any(each.is_on for each in filters),
        "sort": shown.sort.name, "may_create": may("bills.write"), "may_import": may("imports.run"),
        "may_export": may("exports.run"), "may_post": may("bills.post"),
    })  # fmt: skip


@require_GET
@requires("exports.run")
def bill_export(request: HttpRequest) -> FileResponse:
    """Give the list as a file, a row for each line; that it was taken is recorded first."""
    check_permission("bills.read")
    shown = lists.read_list(request.GET, _today(request))
    lines = BillLine.objects.filter(bill__in=shown.found.values("id"))
    number = lines.count()
    check_rows(number)
    record_access(kind="export", subject="bills", detail={"rows": number, "list": request.GET.urlencode()})
    order = ("bill__issue_date", "bill_id", "position")
    return csv_file("bills.csv", headings_of(COLUMNS), file_rows_of(lines, COLUMNS, order))


@require_GET
@requires("bills.read")
def bill_detail(request: HttpRequest, bill_id: UUID) -> HttpResponse:
    """Show a bill."""
    return _detail(request, bill_id, None)


@require_POST
@requires("bills.read")
def bill_act(request: HttpRequest, bill_id: UUID) -> HttpResponse:
    """Post, submit, match, void or delete a bill; a refusal is shown on its page."""
    act = act_named(request.POST.get("action", ""))
    access_bill(bill_id, permission=act.action.permission)
    try:
        address, told = perform(act, bill_id, request.POST, clock.now())
    except NotFound:
        raise
    except DomainError as error:
        return _detail(request, bill_id, error)
    messages.success(request, told)
    return redirect(address)


def _detail(request: HttpRequest, bill_id: UUID, problem: DomainError | None) -> HttpResponse:
    info = get_bill(bill_id)
    bill, wording = info.bill, wording_of(info.bill.currency)
    if isinstance(problem, StaleVersion):
        problem = explain_stale(wording, bill.id, problem, tenant_of(request).locale, cure=LOOK_AGAIN)
    actions = list_allowed_actions(
        bill.state, approval=info.approval.state, needs_approval=info.needs_approval
    )
    is_doubtful = bool(info.duplicates) or bill.match_state == "exception" or bill.has_total_exception
    return render(request, "bills/detail.html", {
        "info": info, "bill": bill, "actions": actions, "problem": problem, "reasons": REASONS,
        "needs_reason": is_doubtful, "original": shown_original(info.original),
        "timeline": list_happenings(wording, bill.id), "may_see_approvals": may("approvals.read"),
        "may_see_orders": may("purchasing.read"),
    }, status=problem.status if problem else 200)  # fmt: skip


def _today(request: HttpRequest) -> date:
    return clock.local_date(clock.now(), tenant_of(request).time_zone)
