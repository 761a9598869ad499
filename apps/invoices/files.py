"""Files beside invoices and credit notes; posted ones may get more, their PDF stays as it is."""

from typing import Final
from uuid import UUID

from django.urls import reverse

from apps.documents.subjects import Subject, SubjectKind
from apps.invoices.access import access_invoice

KIND: Final = "invoice"


def _find(invoice_id: UUID, permission: str) -> Subject:
    invoice = access_invoice(invoice_id, permission=permission)
    return Subject(
        invoice.id, str(invoice), reverse("invoices:detail", args=[invoice.id]), invoice.customer_id
    )


INVOICE_FILES: Final = SubjectKind(
    kind=KIND, label="an invoice", namespace="invoices", prefix="invoices",
    reads="invoices.read", writes="invoices.write", find=_find,
)  # fmt: skip
