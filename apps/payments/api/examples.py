"""Examples in the API's description."""

from typing import Any

from drf_spectacular.utils import OpenApiExample

_ITEM = "0198f3c2-9c11-7e20-8a4d-1b2c3d4e5f60"
_CUSTOMER = "0198f3c2-6d1e-7c40-9b6f-0c7a5d1e2f30"
_ROW: dict[str, Any] = {
    "id": "0198f3c2-a001-7b11-9c22-3d44e55f6607", "number": "RCT-2026-000007", "direction": "receive",
    "state": "posted", "customer": _CUSTOMER, "supplier": None, "payment_date": "2026-03-30",
    "method": "bank_transfer", "currency": "GBP", "amount": "20.00", "unapplied": "1.64",
    "reference": "INV-2026-000042", "external_number": "BANK-881", "source": "api",
    "created_at": "2026-03-30T09:31:00Z", "version": 1,
}  # fmt: skip
NEW_PAYMENT = OpenApiExample(
    "A payment to record",
    value={
        "customer": _CUSTOMER, "payment_date": "2026-03-30", "currency": "GBP", "amount": "20.00",
        "reference": "INV-2026-000042", "allocations": [{"item": _ITEM, "amount": "18.36"}],
    },
    request_only=True,
)  # fmt: skip
PAYMENT_ROW = OpenApiExample("A payment in a list", value=_ROW, response_only=True)
PAYMENT = OpenApiExample(
    "A payment",
    value={
        **_ROW, "account": "bank", "rate": "1", "rate_source": "book currency", "book_amount": "20.00", "note": "",
        "voided_on": None,
        "allocations": [{
            "id": "0198f3c2-a002-7c11-8d22-4e55f6607718", "item": _ITEM, "number": "INV-2026-000042",
            "source_kind": "invoice", "source_id": "0198f3c2-9b32-7d05-a1c4-2f9d0b6e7a11", "amount": "18.36",
            "discount": "0.00", "allocated_on": "2026-03-30", "undone_on": None,
        }],
    },
    response_only=True,
)  # fmt: skip
ALLOCATIONS = OpenApiExample(
    "What it settles besides", value={"allocations": [{"item": _ITEM, "amount": "1.64"}]}, request_only=True
)
PAYMENT_VOIDING = OpenApiExample("Why it is void", value={"reason": "Bounced."}, request_only=True)
