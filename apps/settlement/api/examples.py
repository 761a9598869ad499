"""Examples in the API's description."""

from drf_spectacular.utils import OpenApiExample

ITEM = OpenApiExample(
    "An open item",
    value={
        "id": "0198f3c2-9c11-7e20-8a4d-1b2c3d4e5f60", "side": "receivable", "direction": "charge",
        "customer": "0198f3c2-6d1e-7c40-9b6f-0c7a5d1e2f30", "supplier": None, "source_kind": "invoice",
        "source_id": "0198f3c2-9b32-7d05-a1c4-2f9d0b6e7a11", "number": "INV-2026-000042", "position": 1,
        "issue_date": "2026-03-02", "due_date": "2026-04-01", "currency": "GBP", "amount": "18.36", "open": "8.36",
        "discount_until": None, "discount": "0.00", "hold": "", "version": 1,
    },
    response_only=True,
)  # fmt: skip
AGEING = OpenApiExample(
    "An ageing",
    value={
        "side": "receivable", "as_of": "2026-04-30", "currency": "GBP", "total": "8.36",
        "parties": [{
            "party": "0198f3c2-6d1e-7c40-9b6f-0c7a5d1e2f30", "name": "Harbour Gifts Ltd", "not_due": "0.00",
            "d1_30": "8.36", "d31_60": "0.00", "d61_90": "0.00", "over_90": "0.00", "credits": "0.00", "total": "8.36",
        }],
    },
    response_only=True,
)  # fmt: skip
