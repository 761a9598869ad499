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
        "is_walk_in": False,
        "created_at": "2026-03-02T09:30:00Z",
        "version": 1,
    },
    response_only=True,
)
