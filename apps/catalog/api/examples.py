"""Examples in the API's description."""

from drf_spectacular.utils import OpenApiExample

NEW_PRODUCT = OpenApiExample(
    "A product to create",
    value={
        "sku": "85123A",
        "name": "White hanging heart",
        "unit_price": "2.55",
        "currency": "GBP",
        "tax_rate": "20",
    },
    request_only=True,
)
PRODUCT = OpenApiExample(
    "A product",
    value={
        "id": "0198f3c2-7a10-7f11-8c0d-5b1f7f6a2c44",
        "sku": "85123A",
        "name": "White hanging heart",
        "category": None,
        "manufacturer": "Harbour Crafts",
        "active_ingredient": "",
        "dosage": "",
        "pack": "1 heart in a bag",
        "regulatory_code": "",
        "unit": "EA",
        "unit_price": "2.55",
        "currency": "GBP",
        "tax_rate": "20",
        "tax_category": "S",
        "status": "active",
        "is_active": True,
        "is_stocked": True,
        "created_at": "2026-03-02T09:30:00Z",
        "version": 1,
    },
    response_only=True,
)
