"""Pages of payment runs: prepared, looked at, released by somebody else, and what the bank is told."""

import io
from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.approvals.queries import standing_of
from apps.core import clock
from apps.core.errors import DomainError
from apps.core.scope import current_scope
from apps.core.web.csv_files import csv_file
from apps.core.web.form_fields import place_error, read_version
from apps.core.web.keyset import Sort, page_of
from apps.payments.accounts import list_own_accounts
from apps.payments.models import ROW_STATES, RUN_STATES, PaymentRun
from apps.payments.queries import RunTotals, get_run, get_run_row, list_run_rows, sum_runs
from apps.payments.run_files import HEADINGS, csv_rows, pain_001
from apps.payments.runs import KIND, cancel_run, create_run, leave_out_row, release_run
from apps.payments.web.forms import RunForm
from apps.payments.wording import RUN
from apps.settlement.web.acting import once, perform, today_of
from apps.tenancy.access import check_permission, may, requires
from apps.tenancy.timeline import list_happenings
from apps.tenancy.web.once import answer_once


@require_GET
@requires("payments.read")
def run_list(request: HttpRequest) -> HttpResponse:
    """Show the runs."""
    found = PaymentRun.objects.prefetch_related("own_account")
    page = page_of(found, request.GET, Sort("-created_at", "created_at"), show=lambda row: row)
    totals = sum_runs([run.id for run in page.rows])
    rows = [
        {"run": run, "totals": totals.get(run.id, RunTotals()), "state": RUN_STATES[run.state]}
        for run in page.rows
    ]
    context = {"page": replace(page, rows=rows), "may_run": may("payments.run")}
    return render(request, "payments/runs.html", context)


@require_http_methods(["GET", "POST"])
@requires("payments.run")
def run_create(request: HttpRequest) -> HttpResponse:
    """Show the form of a new run, or prepare one."""
    check_permission("payments.read")
    today = today_of(request)
    initial = {"pay_date": today, "due_through": today}
    form = RunForm(request.POST or None, initial=initial, accounts=list_own_accounts())
    problem: DomainError | None = None
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(_create(request, form))
        except DomainError as error:
            problem = place_error(form, error)
    status = problem.status if problem else 422 if form.errors else 200
    context = {"form": form, "problem": problem, "back": reverse("payments:run_list")}
    return render(request, "payments/run_form.html", context, status=status)


@require_GET
@requires("payments.read")
def run_detail(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Show a run row by row."""
    return _show(request, get_run(run_id))


@require_POST
@requires("payments.run")
def run_release(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Release a run."""
    check_permission("payments.read")
    run = get_run(run_id)

    def work() -> str:
        made = release_run(
            run_id=run.id, version=read_version(request.POST), actor=current_scope().actor, now=clock.now()
        )
        messages.success(request, f"{made.number} is released. Each row says how it went.")
        return reverse("payments:run_detail", args=[run.id])

    return perform(request, work, lambda refusal: _show(request, run, refusal))


@require_POST
@requires("payments.run")
def run_cancel(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Give a run up."""
    check_permission("payments.read")
    run = get_run(run_id)

    def work() -> str:
        reason = request.POST.get("reason", "")
        cancel_run(run_id=run.id, reason=reason, actor=current_scope().actor, now=clock.now())
        messages.success(request, f"{run.number} is cancelled. Nothing was paid.")
        return reverse("payments:run_detail", args=[run.id])

    return perform(request, work, lambda refusal: _show(request, run, refusal))


@require_POST
@requires("payments.run")
def run_leave_out(request: HttpRequest, row_id: UUID) -> HttpResponse:
    """Leave a row out of a run."""
    check_permission("payments.read")
    run = get_run(get_run_row(row_id).run_id)

    def work() -> str:
        leave_out_row(
            run_id=run.id, row_id=row_id, reason=request.POST.get("reason", ""), actor=current_scope().actor,
            now=clock.now(),
        )  # fmt: skip
        messages.success(request, "Left out.")
        return reverse("payments:run_detail", args=[run.id])

    return perform(request, work, lambda refusal: _show(request, run, refusal))


@require_GET
@requires("payments.run")
def run_csv(request: HttpRequest, run_id: UUID) -> FileResponse:
    """Give a released run as CSV for the bank; that it was taken is recorded first."""
    check_permission("payments.read")
    run = get_run(run_id)
    return csv_file(f"{run.number}.csv", HEADINGS, csv_rows(run))


@require_GET
@requires("payments.run")
def run_xml(request: HttpRequest, run_id: UUID) -> FileResponse:
    """Give a released run as pain.001; that it was taken is recorded first."""
    check_permission("payments.read")
    run = get_run(run_id)
    content = pain_001(run, now=clock.now())
    return FileResponse(
        io.BytesIO(content), as_attachment=True, filename=f"{run.number}.xml", content_type="application/xml"
    )


def _create(request: HttpRequest, form: RunForm) -> str:
    given = form.cleaned_data

    def work() -> str:
        run = create_run(
            pay_date=given["pay_date"], due_through=given["due_through"], own_account_id=UUID(given["own_account"]),
            note=given["note"], actor=current_scope().actor, now=clock.now(),
        )  # fmt: skip
        messages.success(request, "The run is prepared. Nothing is paid before somebody else releases it.")
        return reverse("payments:run_detail", args=[run.id])

    return answer_once(request, work)


def _show(request: HttpRequest, run: PaymentRun, problem: DomainError | None = None) -> HttpResponse:
    me = current_scope().actor.id
    is_draft, may_run = run.state == "draft", may("payments.run")
    rows = [{"row": row, "state": ROW_STATES[row.state]} for row in list_run_rows(run.id)]
    return render(request, "payments/run.html", {
        "run": run, "state": RUN_STATES[run.state], "rows": rows, "problem": problem, "once": once(),
        "totals": sum_runs([run.id]).get(run.id, RunTotals()), "standing": standing_of(KIND, run.id),
        "may_change": is_draft and may_run, "is_mine": me in {run.created_by, run.changed_by},
        "may_take": run.state == "released" and may_run, "timeline": list_happenings(RUN, run.id),
    }, status=problem.status if problem else 200)  # fmt: skip
