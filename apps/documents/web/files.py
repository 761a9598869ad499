"""Pages of the files beside a record: an app mounts them for its own records with `file_pages`."""

import io
from functools import partial
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.audit.operations import record_access
from apps.core import clock
from apps.core.errors import DomainError
from apps.core.scope import current_scope
from apps.core.web.form_fields import place_error
from apps.documents.files import find_files, keep_file, open_file, remove_file
from apps.documents.filetypes import ACCEPTED, check_length
from apps.documents.models import StoredFile
from apps.documents.subjects import Subject, SubjectKind
from apps.tenancy.access import may, requires

SHOWN = 200
# Whatever a file is, a browser saves it: nothing of it is shown or run under our address.
_CLOSED = "default-src 'none'; sandbox"


class FileForm(forms.Form):
    """A file to put beside a record."""

    file = forms.FileField(label="File", max_length=500, allow_empty_file=True, help_text=ACCEPTED + ".")
    shared = forms.BooleanField(
        label="The customer may see it", required=False, help_text="Through the customer's own API key."
    )


class OwnFileForm(FileForm):
    """A file beside a record that belongs to no customer."""

    shared = None  # type: ignore[assignment]


def file_pages(records: SubjectKind) -> list[URLPattern]:
    """Return the addresses of the files of some records: the list with its form, one file, its removal."""
    show = require_http_methods(["GET", "POST"])(requires(records.reads)(partial(_files, records)))
    give = require_GET(requires(records.reads)(partial(_give, records)))
    remove = require_POST(requires(records.writes)(partial(_remove, records)))
    return [
        path("<uuid:subject_id>/files", show, name="files"),
        path("files/<uuid:file_id>", give, name="file"),
        path("files/<uuid:file_id>/remove", remove, name="file_remove"),
    ]


def record_taking(file: StoredFile) -> None:
    """Record that a file is taken, before it is read."""
    detail = {"name": file.name, "sha256": file.sha256}
    record_access(kind="file", subject=f"documents_storedfile {file.id}", detail=detail)


def give_file(file: StoredFile) -> FileResponse:
    """Return a file for saving; that it was taken is recorded first."""
    record_taking(file)
    opened = open_file(file_id=file.id)
    response = FileResponse(
        io.BytesIO(opened.content), as_attachment=True, filename=file.name, content_type=_type_of(file)
    )
    response["Content-Security-Policy"] = _CLOSED
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _type_of(file: StoredFile) -> str:
    return f"{file.media_type}; charset=utf-8" if file.media_type.startswith("text/") else file.media_type


def _files(records: SubjectKind, request: HttpRequest, subject_id: UUID) -> HttpResponse:
    subject = records.find(subject_id, records.writes if request.method == "POST" else records.reads)
    kind = FileForm if subject.customer_id else OwnFileForm
    form = kind(request.POST or None, request.FILES or None)
    problem = None
    if request.method == "POST" and form.is_valid():
        try:
            file = _keep(records, subject, form.cleaned_data)
            messages.success(request, f"{file.name} is kept.")
            return redirect(subject.page)
        except DomainError as error:
            problem = place_error(form, error)
    found = find_files(subject_kind=records.kind, subject_id=subject.id, with_removed=True)
    context = {
        "records": records, "subject": subject, "form": form, "problem": problem, "may_write": may(records.writes),
        "files": list(found.order_by("created_at", "id")[:SHOWN]),
        "file_page": f"{records.namespace}:file", "remove_page": f"{records.namespace}:file_remove",
        "files_page": f"{records.namespace}:files",
    }  # fmt: skip
    status = problem.status if problem else 422 if form.errors else 200
    return render(request, "documents/files.html", context, status=status)


def _keep(records: SubjectKind, subject: Subject, given: dict[str, object]) -> StoredFile:
    sent = given["file"]
    assert isinstance(sent, UploadedFile)
    check_length(sent.size or 0)
    return keep_file(
        subject_kind=records.kind, subject_id=subject.id, name=sent.name or "", content=sent.read(),
        customer_id=subject.customer_id if given.get("shared") else None,
        actor=current_scope().actor, now=clock.now(),
    )  # fmt: skip


def _give(records: SubjectKind, request: HttpRequest, file_id: UUID) -> FileResponse:
    file, _ = records.find_file(file_id, records.reads)
    return give_file(file)


def _remove(records: SubjectKind, request: HttpRequest, file_id: UUID) -> HttpResponse:
    file, subject = records.find_file(file_id, records.writes)
    try:
        remove_file(
            file_id=file.id,
            reason=request.POST.get("reason", ""),
            actor=current_scope().actor,
            now=clock.now(),
        )
        messages.success(request, f"{file.name} is marked removed; it stays on record.")
    except DomainError as error:
        messages.error(request, f"{error.message} {error.cure}".strip())
    return redirect(subject.page)
