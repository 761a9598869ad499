"""Files beside bills: the original as it came stays, others may be added."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.urls import reverse

from apps.bills.access import access_bill
from apps.core.errors import DomainError
from apps.documents.files import open_file
from apps.documents.models import StoredFile
from apps.documents.subjects import Subject, SubjectKind
from apps.exchange.pdf import extract_xml

KIND: Final = "bill"
SHOWN_BYTES: Final = 60_000


@dataclass(frozen=True)
class Original:
    """The document as it came: its file, and its text where it has one."""

    file: StoredFile
    text: str
    is_cut: bool


def shown_original(file: StoredFile | None) -> Original | None:
    """Return an original as it is shown beside the bill; of a PDF, the invoice that it holds."""
    if file is None:
        return None
    content = open_file(file_id=file.id).content
    if file.media_type == "application/pdf":
        try:
            content = extract_xml(content)[1]
        except DomainError:
            content = b""
    text = content[:SHOWN_BYTES].decode("utf-8", errors="replace")
    return Original(file, text, len(content) > SHOWN_BYTES)


def _find(bill_id: UUID, permission: str) -> Subject:
    bill = access_bill(bill_id, permission=permission)
    return Subject(
        bill.id, f"Bill {bill.number or bill.supplier_number}", reverse("bills:detail", args=[bill.id])
    )


BILL_FILES: Final = SubjectKind(
    kind=KIND, label="a bill", namespace="bills", prefix="bills", reads="bills.read", writes="bills.write",
    find=_find,
)  # fmt: skip
