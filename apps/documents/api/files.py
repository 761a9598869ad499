"""Attachments over HTTP: an app mounts these routes for its own records with `attachment_routes`."""

from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import URLPattern, path, reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import clock
from apps.core.api.fields import Text
from apps.core.api.files import FILE_PARSERS, NAME, FileBody, file_request, read_file
from apps.core.api.schema import created, shown
from apps.core.api.serializers import Body, Shown
from apps.core.scope import current_scope, reading_from
from apps.documents.files import find_files, keep_file, open_file, remove_file
from apps.documents.models import StoredFile
from apps.documents.subjects import Subject, SubjectKind
from apps.documents.web.files import record_taking
from apps.tenancy.api.base import TenantListView, TenantView, read_fresh

TAGS = ["attachments"]


class AttachmentShown(Shown):
    """A file beside a record."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    media_type = serializers.CharField(help_text="Told by the file's bytes.")
    size = serializers.IntegerField(help_text="Bytes.")
    sha256 = serializers.CharField()
    shared = serializers.SerializerMethodField(help_text="The customer may see it.")
    created_at = serializers.DateTimeField()
    removed_at = serializers.DateTimeField(allow_null=True)
    removed_reason = serializers.CharField(allow_blank=True)

    def get_shared(self, file: StoredFile) -> bool:
        return file.customer_id is not None


class NewAttachment(FileBody):
    """A file to keep."""

    shared = serializers.BooleanField(required=False, default=False)


class Removal(Body):
    """Why a file is removed."""

    reason = Text()


def attachment_routes(records: SubjectKind) -> list[URLPattern]:
    """Return the routes of the attachments of some records."""
    prefix, name = records.prefix, f"api-{records.kind.replace('_', '-')}-attachment"
    return [
        path(f"{prefix}/<uuid:subject_id>/attachments", _list_view(records).as_view(), name=f"{name}s"),
        path(f"{prefix}/attachments/<uuid:file_id>", _one_view(records).as_view(), name=name),
        path(
            f"{prefix}/attachments/<uuid:file_id>/content",
            _content_view(records).as_view(),
            name=f"{name}-content",
        ),
        path(
            f"{prefix}/attachments/<uuid:file_id>/remove",
            _remove_view(records).as_view(),
            name=f"{name}-remove",
        ),
    ]


def bytes_of(file: StoredFile) -> HttpResponse:
    """Return a file's bytes; that they were taken is recorded first."""
    with reading_from("primary"):
        record_taking(file)
        opened = open_file(file_id=file.id)
    return download(opened.content, file.media_type, str(file.id))


def download(content: bytes, media_type: str, name: str) -> HttpResponse:
    """Return bytes for saving; `name` is one of ours."""
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _shown_to(subject: Subject, *, shared: bool) -> UUID | None:
    """Return the customer who will see a file: one that keeps it itself, or one it is shared with."""
    own = current_scope().customer_id
    return own or (subject.customer_id if shared else None)


def _find(records: SubjectKind, file_id: UUID) -> StoredFile:
    return read_fresh(lambda: records.find_file(file_id, records.reads)[0])


def _list_view(records: SubjectKind) -> Any:
    class AttachmentsView(TenantListView):
        """The attachments of a record."""

        required_permissions: ClassVar[dict[str, str]] = {"GET": records.reads, "POST": records.writes}
        serializer_class = AttachmentShown
        is_versioned = False
        orderings: ClassVar[dict[str, str]] = {"created_at": "created_at", "id": "id"}
        default_ordering = "created_at"
        parser_classes = FILE_PARSERS

        def get_queryset(self) -> QuerySet[StoredFile]:
            if "subject_id" not in self.kwargs:
                return StoredFile.objects.none()
            subject = records.find(self.kwargs["subject_id"], records.reads)
            return find_files(
                subject_kind=records.kind, subject_id=subject.id, purpose="attachment", with_removed=True
            )

        @extend_schema(
            operation_id=f"list_{records.kind}_attachments",
            summary=f"List the attachments of {records.label}",
            tags=TAGS,
        )
        def get(self, request: Request, subject_id: UUID) -> Response:
            return read_fresh(lambda: self.list_page(request))

        @extend_schema(
            operation_id=f"add_{records.kind}_attachment", summary=f"Attach a file to {records.label}", tags=TAGS,
            description="Up to 20 MB sent raw, with its name in the address; small ones also in JSON.",
            request=file_request(NewAttachment), parameters=[NAME], responses=created(AttachmentShown),
        )  # fmt: skip
        def post(self, request: Request, subject_id: UUID) -> Response:
            subject = records.find(subject_id, records.writes)
            sent = read_file(request, NewAttachment)
            file = keep_file(
                subject_kind=records.kind, subject_id=subject.id, name=sent.name, content=sent.content,
                customer_id=_shown_to(subject, shared=sent.options["shared"]),
                actor=current_scope().actor, now=clock.now(),
            )  # fmt: skip
            place = reverse(f"api-{records.kind.replace('_', '-')}-attachment", args=[file.id])
            return Response(AttachmentShown(file).data, status=201, headers={"Location": place})

    return AttachmentsView


def _one_view(records: SubjectKind) -> Any:
    class AttachmentView(TenantView):
        """One attachment."""

        required_permissions: ClassVar[dict[str, str]] = {"GET": records.reads}
        is_versioned = False

        @extend_schema(
            operation_id=f"get_{records.kind}_attachment", summary=f"Read about an attachment of {records.label}",
            tags=TAGS, responses=shown(AttachmentShown),
        )  # fmt: skip
        def get(self, request: Request, file_id: UUID) -> Response:
            return Response(AttachmentShown(_find(records, file_id)).data)

    return AttachmentView


def _content_view(records: SubjectKind) -> Any:
    class ContentView(TenantView):
        """The bytes of one attachment."""

        required_permissions: ClassVar[dict[str, str]] = {"GET": records.reads}
        is_versioned = False

        @extend_schema(
            operation_id=f"get_{records.kind}_attachment_content",
            summary=f"Read the bytes of an attachment of {records.label}", tags=TAGS,
            responses={(200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY, "The file.")},
        )  # fmt: skip
        def get(self, request: Request, file_id: UUID) -> HttpResponse:
            return bytes_of(_find(records, file_id))

    return ContentView


def _remove_view(records: SubjectKind) -> Any:
    class RemoveView(TenantView):
        """Removing an attachment."""

        required_permissions: ClassVar[dict[str, str]] = {"POST": records.writes}
        is_versioned = False

        @extend_schema(
            operation_id=f"remove_{records.kind}_attachment", summary=f"Remove an attachment of {records.label}",
            description="The file is marked removed, with the reason; it stays on record.", tags=TAGS,
            request=Removal, responses=shown(AttachmentShown),
        )  # fmt: skip
        def post(self, request: Request, file_id: UUID) -> Response:
            file, _ = records.find_file(file_id, records.writes)
            body = Removal(data=request.data)
            body.is_valid(raise_exception=True)
            file = remove_file(
                file_id=file.id,
                reason=body.validated_data["reason"],
                actor=current_scope().actor,
                now=clock.now(),
            )
            return Response(AttachmentShown(file).data)

    return RemoveView
