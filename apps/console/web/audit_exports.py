"""Pages of the audit log's exports: ask for one, see how far it is, take the file."""

from uuid import UUID

from django import forms
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from apps.audit.operations import record_access
from apps.console.audit_exports import KIND, get_packed, start_export
from apps.core import clock
from apps.core.errors import NotFound
from apps.core.scope import current_scope, reading_from
from apps.jobs.queries import JobInfo, get_job, list_jobs
from apps.tenancy.access import requires
from apps.tenancy.web.once import OnceField, answer_once


class ExportForm(forms.Form):
    """Why the log is taken out."""

    reason = forms.CharField(
        label="Reason",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="It is kept in the audit log with your name.",
    )
    once = OnceField()


@require_http_methods(["GET", "POST"])
@requires("audit.export")
def export_start(request: HttpRequest) -> HttpResponse:
    """Show the form and the newest exports, or start one."""
    form = ExportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return redirect(answer_once(request, lambda: _start(form.cleaned_data["reason"])))
    with reading_from("primary"):
        jobs = list_jobs(kind=KIND, now=clock.now(), limit=10)
    context = {"form": form, "record": None, "back": reverse("audit:list"), "jobs": jobs}
    return render(request, "audit/export.html", context, status=422 if form.errors else 200)


@require_GET
@requires("audit.export")
def export_detail(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Show how far an export is."""
    return render(request, "audit/export_detail.html", {"job": _find(job_id)})


@require_GET
@requires("audit.export")
def export_file(_request: HttpRequest, job_id: UUID) -> FileResponse:
    """Give the packed export; that it was taken is recorded first."""
    path = get_packed(_find(job_id).id)
    record_access(kind="audit export taken", subject=str(job_id), detail={"bytes": path.stat().st_size})
    return FileResponse(
        path.open("rb"), as_attachment=True, filename=path.name, content_type="application/zip"
    )


def _start(reason: str) -> str:
    job = start_export(reason=reason, actor=current_scope().actor, now=clock.now())
    return reverse("audit:export_detail", args=[job.id])


def _find(job_id: UUID) -> JobInfo:
    with reading_from("primary"):
        job = get_job(job_id, now=clock.now())
    if job.kind != KIND:
        raise NotFound("There is no such export.")
    return job
