"""Examples in the API's description."""

from drf_spectacular.utils import OpenApiExample

_ROW = {
    "id": "0198f3c2-8b32-7d05-a1c4-2f9d0b6e7a11",
    "kind": "invoice",
    "state": "draft",
    "number": None,
    "external_number": "SHOP-7731",
    "issue_date": "2026-03-02",
    "due_date": "2026-04-01",
    "customer": "0198f3c2-6d1e-7c40-9b6f-0c7a5d1e2f30",
    "customer_code": "C-1042",
    "customer_name": "Harbour Gifts Ltd",
    "country_code": "GB",
    "currency": "GBP",
    "net": "15.30",
    "tax": "3.06",
    "total": "18.36",
    "credits": None,
    "source": "api",
    "created_at": "2026-03-02T09:31:00Z",
    "posted_at": None,
    "voided_at": None,
    "version": 1,
}
_LINE = {
    "product": "0198f3c2-7a10-7f11-8c0d-5b1f7f6a2c44",
    "description": "White hanging heart",
    "quantity": "6",
    "unit_price": "2.55",
    "tax_rate": "20",
}

NEW_DOCUMENT = OpenApiExample(
    "A draft to create",
    value={
        "customer": _ROW["customer"],
        "currency": "GBP",
        "issue_date": "2026-03-02",
        "due_date": "2026-04-01",
        "external_number": "SHOP-7731",
        "lines": [_LINE],
    },
    request_only=True,
)
DOCUMENT_ROW = OpenApiExample("A document in a list", value=_ROW, response_only=True)
DOCUMENT = OpenApiExample(
    "A document",
    value={
        **_ROW,
        "note": "",
        "lines": [{"position": 1, **_LINE, "net": "15.30"}],
        "taxes": [{"rate": "20", "base": "15.30", "tax": "3.06"}],
        "actions": ["post", "edit", "delete"],
    },
    response_only=True,
)
VOIDING = OpenApiExample("A reason", value={"reason": "Sent to the wrong customer."}, request_only=True)
CREDITING = OpenApiExample("On a given day", value={"issue_date": "2026-03-09"}, request_only=True)
