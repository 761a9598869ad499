"""Importing rows: a file is checked without a trace, its answers are shown, then it is done once or left alone."""

from uuid import UUID

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from apps.audit.operations import record_access
from apps.core import clock
from apps.core.errors import DomainError
from apps.core.scope import current_scope, reading_from
from apps.core.web.csv_files import csv_file
from apps.core.web.form_fields import place_error
from apps.tenancy.access import check_permission
from apps.tenancy.rowfiles.answers import RowKind
from apps.tenancy.rowfiles.files import check_file, confirm_file, get_file, get_refused
from apps.tenancy.rowfiles.sheets import MAX_BYTES, UnreadableFile
from apps.tenancy.web.records.description import Entity

SHOWN_PROBLEMS = 200


class RowFileForm(forms.Form):
    """A file of rows."""

    file = forms.FileField(label="CSV file", max_length=500)


def import_rows(entity: Entity, request: HttpRequest) -> HttpResponse:
    """Show the form for a file, or check one: nothing of it is in the books until somebody confirms it."""
    kind = _kind(entity)
    form = RowFileForm(request.POST or None, request.FILES or None)
    problem = None
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(_check(entity, kind, form))
        except DomainError as error:
            problem = place_error(form, error)
    status = problem.status if problem else 422 if form.errors else 200
    context = {
        "entity": entity, "form": form, "record": None, "problem": problem, "kind": kind,
        "back": reverse(entity.listing.page), "export_page": entity.page("export"),
    }  # fmt: skip
    return render(request, "records/import.html", context, status=status)


def show_import(entity: Entity, request: HttpRequest, key: UUID) -> HttpResponse:
    """Show what a file would do or did; a POST confirms it. Confirming twice does nothing twice."""
    kind = _kind(entity)
    if request.method == "POST":
        confirm_file(kind=kind, file_id=key, actor=current_scope().actor, now=clock.now())
        return redirect(entity.page("import_file"), key)
    with reading_from("primary"):
        file = get_file(kind=kind, file_id=key)
    context = {
        "entity": entity, "file": file, "problems": file.problems[:SHOWN_PROBLEMS],
        "import_page": entity.page("import"), "refused_page": entity.page("import_refused"),
    }  # fmt: skip
    return render(request, "records/import_file.html", context)


def refused_rows(entity: Entity, request: HttpRequest, key: UUID) -> FileResponse:
    """Give a file's refused rows as they stood there, to be repaired and sent again; that is recorded first."""
    kind = _kind(entity)
    with reading_from("primary"):
        headings, rows = get_refused(kind=kind, file_id=key)
    record_access(kind="export", subject=f"refused {kind.name}", detail={"file": str(key), "rows": len(rows)})
    return csv_file(f"refused-{kind.name.replace(' ', '-')}.csv", headings, rows)


def _kind(entity: Entity) -> RowKind:
    check_permission(entity.writes)
    assert entity.rows is not None
    return entity.rows


def _check(entity: Entity, kind: RowKind, form: RowFileForm) -> str:
    sent: UploadedFile[bytes] = form.cleaned_data["file"]
    if (sent.size or 0) > MAX_BYTES:
        raise UnreadableFile(
            f"The file is larger than {MAX_BYTES // 1_000_000} MB.",
            cure="Nothing was imported. Send it in parts.", field="file",
        )  # fmt: skip
    scope = current_scope()
    key = check_file(kind=kind, name=sent.name or "", content=sent.read(), actor=scope.actor, now=clock.now())
    return reverse(entity.page("import_file"), args=[key])
