"""Routes of attachments, as invoices mount them."""

import base64
from typing import Any

from apps.core import clock
from apps.core.ids import new_id
from apps.documents.files import keep_file
from tests.api.call import Call
from tests.factories.books import make_posted
from tests.factories.tenants import Company


def make_records(company: Company) -> dict[str, Any]:
    """Make an invoice with two files."""
    invoice = make_posted()

    def keep() -> Any:
        return keep_file(
            subject_kind="invoice", subject_id=invoice.id, name="note.txt", content=new_id().bytes.hex().encode(),
            actor=company.actor(), now=clock.now(),
        ).id  # fmt: skip

    return {"attached_to": invoice.id, "file": keep(), "other": keep()}


BODY = {"name": "note.txt", "content": base64.b64encode(b"A note").decode()}
CALLS = [
    Call("api-invoice-pdf", "GET", "invoices/{attached_to}/pdf", "invoices.read"),
    Call("api-invoice-ubl", "GET", "invoices/{attached_to}/ubl", "invoices.read"),
    Call("api-invoice-attachments", "GET", "invoices/{attached_to}/attachments", "invoices.read"),
    Call("api-invoice-attachments", "POST", "invoices/{attached_to}/attachments", "invoices.write", 201, BODY),
    Call("api-invoice-attachment", "GET", "invoices/attachments/{file}", "invoices.read"),
    Call("api-invoice-attachment-content", "GET", "invoices/attachments/{file}/content", "invoices.read"),
    Call("api-invoice-attachment-remove", "POST", "invoices/attachments/{other}/remove", "invoices.write",
         body={"reason": "Wrong file"}),
]  # fmt: skip
