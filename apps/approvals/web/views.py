"""Pages of approvals: what waits for me, all requests, one request."""

from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from apps.approvals.access import access_request
from apps.approvals.desk import open_desk
from apps.approvals.inbox import decisions_of, describe, list_requests, list_waiting
from apps.approvals.models import Request
from apps.approvals.operations import decide_request, recall_request
from apps.approvals.people import find_people
from apps.approvals.web import lists
from apps.approvals.wording import REQUEST
from apps.audit.operations import record_access
from apps.core import clock
from apps.core.errors import DomainError, NotFound
from apps.core.scope import current_scope
from apps.core.web.csv_files import check_rows, csv_file
from apps.core.web.keyset import page_of
from apps.parties.banking import list_waiting as list_accounts_waiting
from apps.tenancy.access import check_permission, may, requires
from apps.tenancy.timeline import list_happenings

TOLD = {
    "approved": "Approved.",
    "rejected": "Rejected.",
    "pending": "Your approval is counted; others decide next.",
}


@require_GET
@requires("approvals.read")
def inbox(request: HttpRequest) -> HttpResponse:
    """Show what waits for the person's own decision."""
    actor = current_scope().actor
    rows = list_waiting(actor, clock.now()) if may("approvals.decide") else []
    # Confirmed on their own pages: what is looked at there is recorded, and nobody confirms his own proposal.
    accounts = list_accounts_waiting() if may("bankaccounts.approve") and may("suppliers.read") else []
    return render(request, "approvals/inbox.html", {
        "rows": rows, "accounts": [each for each in accounts if each.proposed_by != actor.id],
        "may_decide": may("approvals.decide"),
    })  # fmt: skip


@require_GET
@requires("approvals.read")
def request_list(request: HttpRequest) -> HttpResponse:
    """Show all requests, or those that the person made."""
    shown = lists.read_list(request.GET, current_scope().actor.id)
    page = page_of(list_requests(shown.wanted), request.GET, shown.sort, show=lists.row_of)
    filters = lists.filters_of(request.GET)
    return render(request, "approvals/requests.html", {
        "page": page, "filters": filters, "is_filtered": any(each.is_on for each in filters),
        "sort": shown.sort.name, "may_export": may("exports.run"),
    })  # fmt: skip


@require_GET
@requires("exports.run")
def request_export(request: HttpRequest) -> FileResponse:
    """Give the list as a file; that it was taken is recorded first."""
    check_permission("approvals.read")
    shown = lists.read_list(request.GET, current_scope().actor.id)
    found = list_requests(shown.wanted)
    number = found.count()
    check_rows(number)
    record_access(
        kind="export", subject="approvals", detail={"rows": number, "list": request.GET.urlencode()}
    )
    return csv_file("approvals.csv", lists.HEADINGS, lists.rows_of(found, shown.sort))


@require_GET
@requires("approvals.read")
def request_detail(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Show a request with its levels and its trail."""
    return _detail(request, access_request(request_id), None)


@require_POST
@requires("approvals.decide")
def request_decide(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Approve or reject; a refusal is shown on the request's page."""
    access_request(request_id)
    try:
        done = decide_request(
            request_id=request_id, verdict=request.POST.get("verdict", ""), reason=request.POST.get("reason", ""),
            actor=current_scope().actor, now=clock.now(),
        )  # fmt: skip
    except NotFound:
        raise
    except DomainError as error:
        return _detail(request, access_request(request_id), error)
    messages.success(request, f"{done.label}: {TOLD[done.state]}")
    return redirect(_back(request, request_id))


@require_POST
@requires("approvals.read")
def request_recall(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Take back a request of one's own."""
    access_request(request_id)
    try:
        recall_request(request_id=request_id, actor=current_scope().actor, now=clock.now())
    except NotFound:
        raise
    except DomainError as error:
        return _detail(request, access_request(request_id), error)
    messages.success(request, "You took the request back.")
    return redirect("approvals:detail", request_id)


def _back(request: HttpRequest, request_id: UUID) -> str:
    """Return where the form says it came from, when that is a page of ours."""
    back = request.POST.get("back", "")
    if back and url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        return back
    return str(redirect("approvals:detail", request_id)["Location"])


def _detail(request: HttpRequest, found: Request, problem: DomainError | None) -> HttpResponse:
    actor = current_scope().actor
    context = {
        "info": describe(found),
        "timeline": list_happenings(REQUEST, found.id),
        "may_decide": _may_decide(found),
        "may_recall": found.state == "pending" and found.requested_by == actor.id,
        "is_late": found.state == "pending" and found.due_at < clock.now(),
        "problem": problem,
    }
    return render(request, "approvals/detail.html", context, status=problem.status if problem else 200)


def _may_decide(found: Request) -> bool:
    """Say whether the buttons would work, so that none fails after the click."""
    actor, now = current_scope().actor, clock.now()
    person = find_people({actor.id}).get(actor.id) if may("approvals.decide") else None
    if person is None:
        return False
    try:
        open_desk(person, now).right_for(found, decisions_of([found])[found.id], now)
    except DomainError:
        return False
    return True
