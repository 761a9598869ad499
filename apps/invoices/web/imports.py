"""Pages of imports: the file is sent, a worker books it, the page says how far it is and what became of each row."""

from uuid import UUID

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.audit.operations import record_access
from apps.core import clock
from apps.core.errors import DomainError, NotFound
from apps.core.scope import current_scope, reading_from
from apps.core.web.form_fields import place_error
from apps.core.web.keyset import Sort, page_of
from apps.invoices.import_jobs import KIND, start_import
from apps.invoices.imports.profiles import list_profiles
from apps.invoices.uploads import check_size, drop_upload, find_report, keep_upload, report_folder, shown_name
from apps.invoices.web.import_report import ShownReport, shown_report
from apps.jobs.operations import cancel_job
from apps.jobs.queries import JobInfo, find_jobs, get_job, info_of
from apps.tenancy.access import may, requires
from apps.tenancy.web.middleware import tenant_of
from apps.tenancy.web.once import OnceField, answer_once

NEWEST = Sort("-created_at", "created_at")


class ImportForm(forms.Form):
    """A file and how it is read."""

    file = forms.FileField(
        label="CSV file, plain or packed with gzip", max_length=500, allow_empty_file=False
    )
    profile = forms.ChoiceField(label="Layout")
    shift_to_today = forms.BooleanField(
        label="Move dates near today",
        required=False,
        help_text="By whole weeks, for trying old files. Leave it off for real books.",
    )
    once = OnceField()

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        profile = self.fields["profile"]
        profile.choices = [(each.name, each.label) for each in list_profiles()]  # type: ignore[attr-defined]


@require_GET
@requires("imports.read")
def import_list(request: HttpRequest) -> HttpResponse:
    """Show the imports, the newest first. They are read from the primary, where their progress is written."""
    now = clock.now()
    with reading_from("primary"):
        page = page_of(find_jobs(KIND), request.GET, NEWEST, show=lambda job: info_of(job, now))
    context = {
        "page": page,
        "filters": (),
        "is_filtered": False,
        "sort": NEWEST.name,
        "may_import": may("imports.run"),
    }
    return render(request, "invoices/imports.html", context)


@require_http_methods(["GET", "POST"])
@requires("imports.run")
def import_create(request: HttpRequest) -> HttpResponse:
    """Show the form for a file, or keep the file and start its import."""
    form = ImportForm(request.POST or None, request.FILES or None)
    problem = None
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(_start(request, form))
        except DomainError as error:
            problem = place_error(form, error)
    status = problem.status if problem else 422 if form.errors else 200
    context = {"form": form, "record": None, "back": reverse("invoices:imports"), "problem": problem}
    return render(request, "invoices/import_form.html", context, status=status)


@require_GET
@requires("imports.read")
def import_detail(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Show how far an import is, or what became of its rows."""
    job = _find(job_id)
    context = {"job": job, "report": _report(job), "may_import": may("imports.run")}
    return render(request, "invoices/import_detail.html", context)


@require_POST
@requires("imports.run")
def import_cancel(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Ask an import to stop; what it has booked stays booked."""
    _find(job_id)
    job = cancel_job(job_id=job_id, actor=current_scope().actor, now=clock.now())
    if job.state == "cancelled":
        drop_upload(job.id)
    return redirect("invoices:import_detail", job_id)


@require_GET
@requires("imports.read")
def import_refused(request: HttpRequest, job_id: UUID) -> FileResponse:
    """Give the refused rows as they stood in the file, to be repaired and sent again; that is recorded first."""
    path = report_folder(_find(job_id).id) / "refused.csv"
    if not path.is_file():
        raise NotFound("This import has no refused rows.")
    record_access(kind="export", subject="refused rows", detail={"import": str(job_id)})
    return FileResponse(path.open("rb"), as_attachment=True, filename="refused.csv", content_type="text/csv")


def _find(job_id: UUID) -> JobInfo:
    with reading_from("primary"):
        job = get_job(job_id, now=clock.now())
    if job.kind != KIND:
        raise NotFound("There is no such import.")
    return job


def _report(job: JobInfo) -> ShownReport | None:
    stored = (job.result or {}).get("report") or (None if job.is_open else find_report(job.id))
    if stored is None:
        return None
    return shown_report(stored, has_refused_file=(report_folder(job.id) / "refused.csv").is_file())


def _start(request: HttpRequest, form: ImportForm) -> str:
    given = form.cleaned_data
    sent: UploadedFile[bytes] = given["file"]
    check_size(sent.size or 0)
    now = clock.now()
    today = clock.local_date(now, tenant_of(request).time_zone)

    def start() -> str:
        job = start_import(
            upload=keep_upload(sent.chunks()),
            name=shown_name(sent.name or ""),
            profile=given["profile"],
            shift_to=today if given["shift_to_today"] else None,
            actor=current_scope().actor,
            now=now,
        )
        return reverse("invoices:import_detail", args=[job.id])

    return answer_once(request, start)
