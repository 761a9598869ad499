"""Invoices and credit notes over HTTP."""

from functools import partial
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import clock
from apps.core.api.conditional import etag_of, expected_version, named_version
from apps.core.api.schema import created, gone, shown
from apps.core.scope import current_scope
from apps.invoices.api.examples import CREDITING, DOCUMENT, DOCUMENT_ROW, NEW_DOCUMENT, VOIDING
from apps.invoices.api.filters import DocumentFilter
from apps.invoices.api.serializers import (
    Applying,
    Crediting,
    DocumentRow,
    DocumentShown,
    DraftChanges,
    NewDocument,
    Posting,
    Voiding,
)
from apps.invoices.models import Invoice
from apps.invoices.operations import (
    apply_credit,
    change_draft,
    create_draft,
    credit_invoice,
    delete_draft,
    post_invoice,
    void_invoice,
)
from apps.invoices.queries import InvoiceFilter, get_document, list_invoices
from apps.invoices.standing import attach_balances
from apps.parties.api.bulk import CUSTOMER
from apps.parties.queries import find_customer_code
from apps.tenancy.api.base import TenantListView, TenantView, caller_of, read_fresh
from apps.tenancy.api.shape import Expansion

TAGS = ["invoices"]
SOURCE = "api"


class DocumentsView(TenantListView):
    """Invoices and credit notes."""

    required_permissions = {"GET": "invoices.read", "POST": "invoices.write"}
    serializer_class = DocumentRow
    filterset_class = DocumentFilter
    orderings: ClassVar[dict[str, str]] = {"issue_date": "issue_date", "total": "total_minor", "id": "id"}
    default_ordering = "-issue_date"
    expansions: ClassVar[dict[str, Expansion]] = {"customer": CUSTOMER}

    def get_queryset(self) -> QuerySet[Invoice]:
        return list_invoices(InvoiceFilter()).prefetch_related("customer")

    def paginate_queryset(self, queryset: Any) -> list[Any]:
        """Give each row of the page its balance."""
        rows: list[Invoice] = list(super().paginate_queryset(queryset) or ())
        attach_balances(rows)
        return rows

    @extend_schema(operation_id="list_invoices", summary="List documents", tags=TAGS, examples=[DOCUMENT_ROW])
    def get(self, request: Request) -> Response:
        return self.list_page(request)

    @extend_schema(
        operation_id="create_invoice", summary="Create a draft", tags=TAGS,
        request=NewDocument, responses=created(DocumentShown), examples=[NEW_DOCUMENT, DOCUMENT],
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        body = NewDocument(data=request.data)
        body.is_valid(raise_exception=True)
        invoice = create_draft(
            **body.validated_data, source=source_of_caller(), actor=current_scope().actor, now=clock.now()
        )
        return _answer(invoice.id, status=201)


class DocumentView(TenantView):
    """One document."""

    required_permissions = {"GET": "invoices.read", "PATCH": "invoices.write", "DELETE": "invoices.write"}
    http_method_names = [*TenantView.http_method_names, "delete"]
    expansions: ClassVar[dict[str, Expansion]] = {"customer": CUSTOMER}

    @extend_schema(
        operation_id="get_invoice", summary="Read a document", tags=TAGS,
        responses=shown(DocumentShown), examples=[DOCUMENT],
    )  # fmt: skip
    def get(self, request: Request, document_id: UUID) -> Response:
        return read_fresh(partial(_answer, document_id))

    @extend_schema(
        operation_id="change_invoice", summary="Change a draft", tags=TAGS,
        request=DraftChanges, responses=shown(DocumentShown), examples=[DOCUMENT],
    )  # fmt: skip
    def patch(self, request: Request, document_id: UUID) -> Response:
        body = DraftChanges(data=request.data)
        body.is_valid(raise_exception=True)
        changes = dict(body.validated_data)
        version = expected_version(request, changes.pop("version", None))
        change_draft(
            invoice_id=document_id, version=version, actor=current_scope().actor, now=clock.now(), **changes
        )
        return _answer(document_id)

    @extend_schema(operation_id="delete_invoice", summary="Delete a draft", tags=TAGS, responses=gone())
    def delete(self, request: Request, document_id: UUID) -> Response:
        delete_draft(
            invoice_id=document_id,
            version=expected_version(request),
            actor=current_scope().actor,
            now=clock.now(),
        )
        return Response(status=204)


class PostView(TenantView):
    """Posting."""

    required_permissions = {"POST": "invoices.post"}

    @extend_schema(
        operation_id="post_invoice", summary="Post a draft", tags=TAGS,
        description="The document gets its legal number and never changes again. Posting twice changes nothing.",
        request=Posting, responses=shown(DocumentShown), examples=[DOCUMENT],
    )  # fmt: skip
    def post(self, request: Request, document_id: UUID) -> Response:
        body = Posting(data=request.data)
        body.is_valid(raise_exception=True)
        version = named_version(request, body.validated_data.get("version"))
        post_invoice(invoice_id=document_id, version=version, actor=current_scope().actor, now=clock.now())
        return _answer(document_id)


class VoidView(TenantView):
    """Voiding."""

    required_permissions = {"POST": "invoices.void"}

    @extend_schema(
        operation_id="void_invoice", summary="Void a posted document", tags=TAGS,
        description="The document keeps its number and no longer counts. Voiding twice changes nothing.",
        request=Voiding, responses=shown(DocumentShown), examples=[VOIDING],
    )  # fmt: skip
    def post(self, request: Request, document_id: UUID) -> Response:
        body = Voiding(data=request.data)
        body.is_valid(raise_exception=True)
        void_invoice(
            invoice_id=document_id,
            reason=body.validated_data["reason"],
            version=named_version(request, body.validated_data.get("version")),
            actor=current_scope().actor,
            now=clock.now(),
        )
        return _answer(document_id)


class CreditView(TenantView):
    """Crediting."""

    required_permissions = {"POST": "invoices.write"}

    @extend_schema(
        operation_id="credit_invoice", summary="Draft a credit note", tags=TAGS,
        description="Over all of an invoice it is its mirror to the cent; post it as any other draft.",
        request=Crediting, responses=created(DocumentShown), examples=[CREDITING],
    )  # fmt: skip
    def post(self, request: Request, document_id: UUID) -> Response:
        body = Crediting(data=request.data)
        body.is_valid(raise_exception=True)
        now = clock.now()
        day = body.validated_data.get("issue_date") or clock.local_date(
            now, caller_of(request).tenant.time_zone
        )
        note = credit_invoice(
            invoice_id=document_id,
            issue_date=day,
            quantities=body.validated_data.get("lines"),
            source=source_of_caller(),
            actor=current_scope().actor,
            now=now,
        )
        return _answer(note.id, status=201)


class ApplyView(TenantView):
    """Applying a credit note."""

    required_permissions = {"POST": "payments.write"}

    @extend_schema(
        operation_id="apply_credit_note", summary="Apply a credit note to its invoice", tags=TAGS,
        description="What is left of a posted credit note settles what is open of its invoice, earliest due first.",
        request=Applying, responses=shown(DocumentShown),
    )  # fmt: skip
    def post(self, request: Request, document_id: UUID) -> Response:
        body = Applying(data=request.data)
        body.is_valid(raise_exception=True)
        given, now = body.validated_data, clock.now()
        apply_credit(
            invoice_id=document_id,
            on=given.get("on") or clock.local_date(now, caller_of(request).tenant.time_zone),
            version=named_version(request, given.get("version")),
            actor=current_scope().actor,
            now=now,
        )
        return _answer(document_id)


def source_of_caller() -> str:
    """Return the road a new document comes by.

    A key of one customer has a road of its own: numbers that others used there are free, so none can be guessed at.
    """
    customer_id = current_scope().customer_id
    return SOURCE if customer_id is None else f"{SOURCE} {find_customer_code(str(customer_id))}"


def _answer(document_id: UUID, status: int = 200) -> Response:
    document = get_document(document_id)
    headers = {"ETag": etag_of(document.version)}
    if status == 201:
        headers["Location"] = reverse("api-invoice", args=[document.id])
    return Response(DocumentShown(document).data, status=status, headers=headers)
