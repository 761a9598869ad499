"""Pages of files: electronic invoices that are uploaded, rows of CSV files."""

from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from apps.bills.importing import FILES_AT_ONCE, FileInput, import_files
from apps.bills.rows import BILLS
from apps.bills.web.forms import UploadForm
from apps.bills.web.suppliers import find_supplier_id
from apps.core import clock
from apps.core.errors import DomainError, InputError
from apps.core.scope import current_scope
from apps.core.web.form_fields import place_error
from apps.tenancy.access import check_permission, requires
from apps.tenancy.web.records.imports import import_rows, refused_rows, show_import

MOST_BYTES = 20_000_000


@require_http_methods(["GET", "POST"])
@requires("bills.write")
def upload(request: HttpRequest) -> HttpResponse:
    """Show the form for electronic invoices, or import them and tell what became of each."""
    form = UploadForm(request.POST or None, request.FILES or None)
    problem = None
    if request.method == "POST" and form.is_valid():
        try:
            return _import(request, form)
        except DomainError as error:
            problem = place_error(form, error)
    status = problem.status if problem else 422 if form.errors else 200
    context = {"form": form, "record": None, "back": reverse("bills:list"), "problem": problem}
    return render(request, "bills/upload.html", context, status=status)


@require_http_methods(["GET", "POST"])
@requires("imports.run")
def row_import(request: HttpRequest) -> HttpResponse:
    """Show the form for a CSV file, or check one."""
    check_permission("bills.write")
    return import_rows(BILLS, request)


@require_http_methods(["GET", "POST"])
@requires("imports.run")
def row_file(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show what a CSV file would do or did; a POST confirms it."""
    check_permission("bills.write")
    return show_import(BILLS, request, key)


@require_GET
@requires("imports.run")
def row_refused(request: HttpRequest, key: UUID) -> FileResponse:
    """Give the refused rows of a CSV file, to be repaired and sent again."""
    check_permission("bills.write")
    return refused_rows(BILLS, request, key)


def _import(request: HttpRequest, form: UploadForm) -> HttpResponse:
    sent = form.cleaned_data["documents"]
    if not 1 <= len(sent) <= FILES_AT_ONCE:
        raise InputError(f"Choose from 1 to {FILES_AT_ONCE} files.", code="no_files", field="documents")
    if sum(each.size or 0 for each in sent) > MOST_BYTES:
        raise InputError("The files are larger than 20 MB together.", code="file_too_large", field="documents",
                         cure="Send them in parts; nothing was imported.")  # fmt: skip
    text = form.cleaned_data["supplier"]
    outcomes = import_files(
        files=[FileInput(each.name or "file", each.read()) for each in sent],
        supplier_id=find_supplier_id(text) if text else None, actor=current_scope().actor, now=clock.now(),
    )  # fmt: skip
    done = sum(each.outcome == "created" for each in outcomes)
    failed = sum(each.outcome == "refused" for each in outcomes)
    context = {"outcomes": outcomes, "done": done, "failed": failed}
    return render(request, "bills/upload_done.html", context)
