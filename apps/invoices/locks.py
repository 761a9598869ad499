"""Row locks, always in this order: the document, then the counter of its series (`documents.numbering`)."""

from uuid import UUID

from apps.core.errors import NotFound
from apps.invoices.models import Invoice


def lock_invoice(invoice_id: UUID) -> Invoice:
    """Lock a document against every other writer (FOR UPDATE). Raises NotFound."""
    invoice = Invoice.objects.select_for_update().filter(id=invoice_id).first()
    if invoice is None:
        raise NotFound("There is no such document.")
    return invoice
