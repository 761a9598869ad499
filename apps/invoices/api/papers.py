"""Posted documents as files over HTTP."""

from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request

from apps.core import clock
from apps.core.scope import current_scope, reading_from
from apps.documents.api.files import bytes_of, download
from apps.documents.web.files import record_taking
from apps.invoices.access import access_invoice
from apps.invoices.paper.store import get_paper, get_ubl
from apps.tenancy.api.base import TenantView, read_fresh

TAGS = ["invoices"]


class PdfView(TenantView):
    """A posted document's PDF."""

    required_permissions = {"GET": "invoices.read"}
    is_versioned = False

    @extend_schema(
        operation_id="get_invoice_pdf", summary="Read a posted document as PDF", tags=TAGS,
        description="PDF/A-3b with the UBL inside; made once, always the same bytes. A draft has none (409).",
        responses={(200, "application/pdf"): OpenApiResponse(OpenApiTypes.BINARY, "The PDF.")},
    )  # fmt: skip
    def get(self, request: Request, document_id: UUID) -> HttpResponse:
        invoice = read_fresh(lambda: access_invoice(document_id))
        return bytes_of(get_paper(invoice_id=invoice.id, actor=current_scope().actor, now=clock.now()))


class UblView(TenantView):
    """A posted document's UBL."""

    required_permissions = {"GET": "invoices.read"}
    is_versioned = False

    @extend_schema(
        operation_id="get_invoice_ubl", summary="Read a posted document as UBL 2.1", tags=TAGS,
        description="EN 16931; the file inside the PDF. A draft has none (409).",
        responses={(200, "application/xml"): OpenApiResponse(OpenApiTypes.BINARY, "The UBL.")},
    )  # fmt: skip
    def get(self, request: Request, document_id: UUID) -> HttpResponse:
        invoice = read_fresh(lambda: access_invoice(document_id))
        paper, xml = get_ubl(invoice_id=invoice.id, actor=current_scope().actor, now=clock.now())
        with reading_from("primary"):
            record_taking(paper)
        return download(xml, "application/xml", f"{invoice.number}.xml")
