"""Pages of documents: the list, one document, and what may be done with it."""

from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from apps.audit.operations import record_access
from apps.core import clock
from apps.core.errors import DomainError, NotFound, StaleVersion
from apps.core.web.csv_files import check_rows, csv_file
from apps.core.web.form_fields import decimal_mark
from apps.core.web.keyset import page_of
from apps.invoices.access import access_invoice, list_allowed_actions
from apps.invoices.queries import find_credited, get_document, list_credit_notes, list_creditable_lines
from apps.invoices.standing import attach_balances, list_parts
from apps.invoices.web import lists
from apps.invoices.web.acts import act_named, perform
from apps.invoices.wording import wording_of
from apps.tenancy.access import check_permission, may, requires
from apps.tenancy.timeline import explain_stale, list_happenings
from apps.tenancy.web.middleware import tenant_of

LOOK_AGAIN = "It is shown below as it is now. Do it again if it is still right."


@require_GET
@requires("invoices.read")
def document_list(request: HttpRequest) -> HttpResponse:
    """Show the list of documents with the totals of all of it."""
    shown = lists.read_list(request.GET)
    every = lists.sum_all_currencies(shown)
    totals = every.only(shown.wanted.currency)
    # Fetched apart: a join under two policies makes the planner forget the list's index.
    rows = shown.found.prefetch_related("customer")
    page = page_of(rows, request.GET, shown.sort, show=lambda row: row, total=totals.count)
    attach_balances(page.rows)
    filters = lists.filters_of(request.GET, shown, every.currencies)
    return render(request, "invoices/list.html", {
        "page": page, "totals": totals, "filters": filters, "is_filtered": any(each.is_on for each in filters),
        "sort": shown.sort.name, "may_create": may("invoices.write"), "may_import": may("imports.run"),
        "may_export": may("exports.run"), "may_post": may("invoices.post"),
        "may_void": may("invoices.void"),
    })  # fmt: skip


@require_GET
@requires("exports.run")
def document_export(request: HttpRequest) -> FileResponse:
    """Give the list as a file; that it was taken is recorded first."""
    check_permission("invoices.read")
    shown = lists.read_list(request.GET)
    number = shown.found.count()
    check_rows(number)
    record_access(kind="export", subject="invoices", detail={"rows": number, "list": request.GET.urlencode()})
    return csv_file("invoices.csv", lists.HEADINGS, lists.rows_of(shown))


@require_GET
@requires("invoices.read")
def document_detail(request: HttpRequest, invoice_id: UUID) -> HttpResponse:
    """Show a document."""
    return _detail(request, invoice_id, None)


@require_POST
@requires("invoices.read")
def document_act(request: HttpRequest, invoice_id: UUID) -> HttpResponse:
    """Post, void, credit or delete a document; a refusal is shown on its page."""
    act = act_named(request.POST.get("action", ""))
    access_invoice(invoice_id, permission=act.action.permission)
    try:
        tenant = tenant_of(request)
        mark = decimal_mark(tenant.locale)
        address, told = perform(act, invoice_id, request.POST, clock.now(), tenant.time_zone, mark)
    except NotFound:
        raise
    except DomainError as error:
        return _detail(request, invoice_id, error)
    messages.success(request, told)
    return redirect(address)


def _detail(request: HttpRequest, invoice_id: UUID, problem: DomainError | None) -> HttpResponse:
    document = get_document(invoice_id)
    wording = wording_of(document.currency)
    if isinstance(problem, StaleVersion):
        problem = explain_stale(wording, document.id, problem, tenant_of(request).locale, cure=LOOK_AGAIN)
    is_posted = document.state == "posted"
    parts, settled = list_parts(document.kind, document.id) if is_posted else ([], [])
    return render(request, "invoices/detail.html", {
        "document": document,
        "actions": list_allowed_actions(document.kind, document.state, document.blocked),
        "credits": find_credited(document),
        "credited_by": list_credit_notes(document.id),
        "parts": parts,
        "creditable": list_creditable_lines(document) if is_posted else (),
        "settled": settled,
        "timeline": list_happenings(wording, document.id),
        "problem": problem,
    }, status=problem.status if problem else 200)  # fmt: skip
