"""Routes of bills."""

import base64
from datetime import date
from typing import Any

from apps.core import clock
from apps.core.ids import new_id
from apps.documents.files import keep_file
from tests.api.call import Call
from tests.factories.bills import bill_line, make_bill, make_posted_bill
from tests.factories.einvoices import as_ubl, einvoice
from tests.factories.parties import make_supplier
from tests.factories.tenants import Company

READ, WRITE, POST, VOID = "bills.read", "bills.write", "bills.post", "bills.void"
NOTE = {"name": "note.txt", "content": base64.b64encode(b"A note").decode()}


def make_records(company: Company) -> dict[str, Any]:
    """Make bills of one supplier in each state, one with files."""
    supplier = make_supplier()

    def keep(bill_id: Any) -> Any:
        return keep_file(
            subject_kind="bill", subject_id=bill_id, name="note.txt", content=new_id().bytes.hex().encode(),
            actor=company.actor(), now=clock.now(),
        ).id  # fmt: skip

    def draft(quantity: str) -> Any:
        return make_bill(bill_line(quantity), supplier=supplier, issue_date=date(2026, int(quantity), 1)).id

    posted = make_posted_bill(supplier=supplier)
    return {
        "supplier": supplier.id, "draft": draft("3"), "other_draft": draft("4"), "gone": draft("5"),
        "posted": posted.id, "bill_file": keep(posted.id), "other_bill_file": keep(posted.id),
    }  # fmt: skip


def new_bill(ids: dict[str, str], **changes: Any) -> dict[str, Any]:
    """Return a body that enters a bill: 10 × 1.20 at 20 %."""
    return {
        "supplier": ids["supplier"], "supplier_number": f"R-{new_id().hex[-10:]}", "currency": "GBP",
        "issue_date": "2026-03-02",
        "lines": [{"description": "Lantern", "quantity": "10", "unit_price": "1.20", "tax_rate": "20"}],
    } | changes  # fmt: skip


def new_file(ids: dict[str, str]) -> dict[str, Any]:
    """Return a body that enters a bill from a file."""
    content = as_ubl(einvoice(number=f"U-{new_id().hex[-10:]}"))
    return {"name": "bill.xml", "content": base64.b64encode(content).decode(), "supplier": ids["supplier"]}


CALLS = [
    Call("api-bills", "GET", "bills", READ, names_record=False),
    Call("api-bills", "POST", "bills", WRITE, 201, new_bill, names_record=False),
    Call("api-bills-bulk", "POST", "bills/bulk", WRITE, 200, lambda ids: {"items": [new_bill(ids)]},
         names_record=False),
    Call("api-bills-import", "POST", "bills/import", WRITE, 201, new_file, names_record=False),
    Call("api-bills-import-bulk", "POST", "bills/import/bulk", WRITE, 200, lambda ids: {"items": [new_file(ids)]},
         names_record=False),
    Call("api-bill", "GET", "bills/{draft}", READ),
    Call("api-bill", "PATCH", "bills/{draft}", WRITE, body={"note": "New", "version": 1}),
    Call("api-bill-match", "POST", "bills/{draft}/match", WRITE),
    Call("api-bill-post", "POST", "bills/{other_draft}/post", POST),
    Call("api-bill-void", "POST", "bills/{posted}/void", VOID, body={"reason": "Wrong"}),
    Call("api-bill-attachments", "GET", "bills/{posted}/attachments", READ),
    Call("api-bill-attachments", "POST", "bills/{posted}/attachments", WRITE, 201, NOTE),
    Call("api-bill-attachment", "GET", "bills/attachments/{bill_file}", READ),
    Call("api-bill-attachment-content", "GET", "bills/attachments/{bill_file}/content", READ),
    Call("api-bill-attachment-remove", "POST", "bills/attachments/{other_bill_file}/remove", WRITE,
         body={"reason": "Wrong file"}),
    Call("api-bill", "DELETE", "bills/{gone}", WRITE, 204),
]  # fmt: skip
