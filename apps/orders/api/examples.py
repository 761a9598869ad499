"""Examples in the API's description."""

from typing import Any

from drf_spectacular.utils import OpenApiExample

_LINE_ID = "0198f3c2-9d51-7a64-b3c8-0f1f8b1f6a90"
_PRODUCT = "0198f3c2-7a10-7f11-8c0d-5b1f7f6a2c44"
_ROW: dict[str, Any] = {
    "id": "0198f3c2-9b32-7d05-a1c4-2f9d0b6e7a11",
    "number": "SO-2026-000042",
    "state": "pending",
    "order_date": "2026-03-02",
    "wanted_date": "2026-03-09",
    "customer": "0198f3c2-6d1e-7c40-9b6f-0c7a5d1e2f30",
    "customer_code": "C-1042",
    "customer_name": "Harbour Gifts Ltd",
    "currency": "GBP",
    "net": "15.30",
    "tax": "3.06",
    "total": "18.36",
    "customer_reference": "4711",
    "external_number": "SHOP-7731",
    "source": "api",
    "created_at": "2026-03-02T09:31:00Z",
    "version": 1,
}
_LINE: dict[str, Any] = {
    "id": _LINE_ID,
    "position": 1,
    "product": _PRODUCT,
    "sku": "85123A",
    "description": "White hanging heart",
    "quantity": "6",
    "unit_price": "2.55",
    "price_source": "Retail 2026",
    "tax_rate": "20",
    "net": "15.30",
    "reserved": "0",
    "shipped": "0",
    "returned": "0",
    "cancelled": "0",
    "invoiced": "0",
    "invoiceable": "0",
}
NEW_SALE = OpenApiExample(
    "A pending order to create",
    value={
        "customer": _ROW["customer"],
        "currency": "GBP",
        "order_date": "2026-03-02",
        "external_number": "SHOP-7731",
        "lines": [{"product": _PRODUCT, "quantity": "6"}],
    },
    request_only=True,
)
SALE_ROW = OpenApiExample("An order in a list", value=_ROW, response_only=True)
SALE = OpenApiExample(
    "An order",
    value={
        **_ROW,
        "invoice_basis": "shipped",
        "hold_reason": "",
        "confirmed_at": None,
        "note": "",
        "lines": [_LINE],
        "shipments": [],
        "returns": [],
        "actions": ["confirm", "backorder", "edit", "hold", "cancel"],
    },
    response_only=True,
)
CANCELLING = OpenApiExample(
    "A reason", value={"reason": "The customer changed their mind."}, request_only=True
)
NEW_SHIPMENT = OpenApiExample(
    "A part of a line",
    value={
        "lines": [{"line": _LINE_ID, "quantity": "4"}],
        "shipped_on": "2026-03-04",
        "carrier": "Night Post",
    },
    request_only=True,
)
NEW_RETURN = OpenApiExample(
    "Something broken",
    value={
        "lines": [{"line": _LINE_ID, "quantity": "1", "disposition": "scrap"}],
        "reason": "Broken on arrival",
    },
    request_only=True,
)
_PURCHASE_ROW: dict[str, Any] = {
    "id": "0198f3c2-aa32-7d05-a1c4-2f9d0b6e7a11",
    "number": "PO-2026-000007",
    "state": "sent",
    "order_date": "2026-03-02",
    "expected_date": "2026-03-16",
    "supplier": "0198f3c2-6d1e-7c40-9b6f-0c7a5d1e2f31",
    "supplier_code": "S-204",
    "supplier_name": "Northern Candles",
    "currency": "GBP",
    "net": "120.00",
    "tax": "24.00",
    "freight": "8.00",
    "total": "152.00",
    "category": "goods",
    "supplier_reference": "",
    "external_number": "",
    "source": "api",
    "created_at": "2026-03-02T09:31:00Z",
    "version": 3,
}
NEW_PURCHASE = OpenApiExample(
    "A draft to create",
    value={
        "supplier": _PURCHASE_ROW["supplier"],
        "currency": "GBP",
        "order_date": "2026-03-02",
        "freight": "8",
        "lines": [{"product": _PRODUCT, "quantity": "100", "unit_price": "1.2", "tax_rate": "20"}],
    },
    request_only=True,
)
PURCHASE_ROW = OpenApiExample("An order in a list", value=_PURCHASE_ROW, response_only=True)
PURCHASE = OpenApiExample(
    "An order",
    value={
        **_PURCHASE_ROW,
        "note": "",
        "approval": "approved",
        "lines": [
            {
                "id": _LINE_ID,
                "position": 1,
                "product": _PRODUCT,
                "sku": "85123A",
                "description": "White hanging heart",
                "supplier_sku": "",
                "quantity": "100",
                "unit_price": "1.2",
                "tax_rate": "20",
                "net": "120.00",
                "due_date": None,
                "received": "60",
                "rejected": "2",
                "accepted": "58",
                "cancelled": "0",
                "billed": "0",
                "open_quantity": "42",
            }
        ],
        "receipts": [],
        "actions": ["receive"],
    },
    response_only=True,
)
NEW_RECEIPT = OpenApiExample(
    "What came",
    value={
        "order": _PURCHASE_ROW["id"],
        "delivery_note": "LS-9917",
        "lines": [
            {
                "line": _LINE_ID,
                "received": "60",
                "rejected": "2",
                "reject_reason": "Broken",
                "lot_number": "L7",
            }
        ],
    },
    request_only=True,
)
RECEIPT_ROW = OpenApiExample(
    "A receipt in a list",
    value={
        "id": "0198f3c2-bb32-7d05-a1c4-2f9d0b6e7a11",
        "number": "GR-2026-000003",
        "order": _PURCHASE_ROW["id"],
        "received_on": "2026-03-14",
        "delivery_note": "LS-9917",
        "reverses": None,
        "created_at": "2026-03-14T10:02:00Z",
    },
    response_only=True,
)
REASON = OpenApiExample("A reason", value={"reason": "Counted twice."}, request_only=True)
