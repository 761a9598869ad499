"""Examples in the API's description."""

from drf_spectacular.utils import OpenApiExample

NEW_CUSTOMER = OpenApiExample(
    "A customer to create",
    value={"code": "C-1042", "name": "Harbour Gifts Ltd", "country_code": "GB", "tax_id": "GB980780684"},
    request_only=True,
)
CUSTOMER = OpenApiExample(
    "A customer",
    value={
        "id": "0198f3c2-6d1e-7c40-9b6f-0c7a5d1e2f30",
        "code": "C-1042",
        "name": "Harbour Gifts Ltd",
        "country_code": "GB",
        "tax_id": "GB980780684",
        "status": "active",
        "net_days": 30,
        "discount_days": 10,
        "discount_percent": "2",
        "created_at": "2026-03-02T09:30:00Z",
        "version": 1,
        "is_walk_in": False,
        "tier": "gold",
        "credit_limit": "5000.00",
        "credit_currency": "GBP",
    },
    response_only=True,
)
NEW_SUPPLIER = OpenApiExample(
    "A supplier to create",
    value={"code": "S-17", "name": "Wick & Wax Ltd", "country_code": "GB", "net_days": 14},
    request_only=True,
)
SUPPLIER = OpenApiExample(
    "A supplier",
    value={
        "id": "0198f3c2-6d1e-7c40-9b6f-0c7a5d1e2f31",
        "code": "S-17",
        "name": "Wick & Wax Ltd",
        "country_code": "GB",
        "tax_id": "",
        "status": "active",
        "net_days": 14,
        "discount_days": None,
        "discount_percent": None,
        "created_at": "2026-03-02T09:30:00Z",
        "version": 1,
    },
    response_only=True,
)
NEW_INTERACTION = OpenApiExample(
    "An interaction to write down",
    value={"channel": "phone", "kind": "question", "subject": "Where is order 1042?", "minutes": 4},
    request_only=True,
)
INTERACTION = OpenApiExample(
    "An interaction",
    value={
        "id": "0198f3c2-6d1e-7c40-9b6f-0c7a5d1e2f32",
        "customer": "0198f3c2-6d1e-7c40-9b6f-0c7a5d1e2f30",
        "channel": "phone",
        "kind": "question",
        "subject": "Where is order 1042?",
        "handled_by": "human",
        "who": "Sam Sales",
        "minutes": 4,
        "occurred_at": "2026-03-02T09:30:00Z",
        "resolved_at": None,
        "version": 1,
    },
    response_only=True,
)
