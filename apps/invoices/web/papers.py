"""A posted document as a file: its PDF, and the UBL that is inside."""

from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from apps.core import clock
from apps.core.scope import current_scope
from apps.documents.web.files import give_file, record_taking
from apps.invoices.access import access_invoice
from apps.invoices.paper.store import get_paper, get_ubl
from apps.tenancy.access import requires


@require_GET
@requires("invoices.read")
def document_pdf(request: HttpRequest, invoice_id: UUID) -> FileResponse:
    """Give a posted document's PDF; that it was taken is recorded first."""
    invoice = access_invoice(invoice_id)
    return give_file(get_paper(invoice_id=invoice.id, actor=current_scope().actor, now=clock.now()))


@require_GET
@requires("invoices.read")
def document_ubl(request: HttpRequest, invoice_id: UUID) -> HttpResponse:
    """Give a posted document's UBL; that it was taken is recorded first."""
    invoice = access_invoice(invoice_id)
    paper, xml = get_ubl(invoice_id=invoice.id, actor=current_scope().actor, now=clock.now())
    record_taking(paper)
    response = HttpResponse(xml, content_type="application/xml")
    response["Content-Disposition"] = f'attachment; filename="{invoice.number}.xml"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
