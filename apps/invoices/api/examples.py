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
    "order_reference": "PO-8812",
    "payment_state": "none",
    "open": "0.00",
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
_WHOLE = {
    "delivery_date": None,
    "terms": "",
    "discount_percent": "0",
    "discount_until": None,
    "allowance": "0.00",
    "charge": "0.00",
    "rounding": "0.00",
    "prepaid": "0.00",
    "due": "18.36",
    "tax_rounding": "category",
    "book_currency": "",
    "rate": None,
    "rate_source": "",
    "book_tax": None,
    "book_total": None,
}
_WHOLE_LINE: dict[str, object] = {
    "id": "0198f3c2-9c11-7b52-8d0a-6e2f1c9b7d10",
    "position": 1,
    **_LINE,
    "unit": "C62",
    "base_quantity": "1",
    "gross_price": None,
    "price_discount": None,
    "tax_category": "S",
    "exemption_reason": "",
    "exemption_code": "",
    "adjustments": [],
    "net": "15.30",
    "credits_line": None,
}
_TAX = {
    "category": "S",
    "rate": "20",
    "base": "15.30",
    "tax": "3.06",
    "exemption_reason": "",
    "exemption_code": "",
}
DOCUMENT = OpenApiExample(
    "A document",
    value={
        **_ROW,
        "note": "",
        **_WHOLE,
        "lines": [_WHOLE_LINE],
        "adjustments": [],
        "taxes": [_TAX],
        "instalments": [],
        "actions": ["post", "edit", "delete"],
    },
    response_only=True,
)
VOIDING = OpenApiExample("A reason", value={"reason": "Sent to the wrong customer."}, request_only=True)
CREDITING = OpenApiExample(
    "Part of a line, on a given day",
    value={
        "issue_date": "2026-03-09",
        "lines": [{"line": "0198f3c2-9c11-7b52-8d0a-6e2f1c9b7d10", "quantity": "2"}],
    },
    request_only=True,
)
