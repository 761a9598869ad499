"""Examples in the API's description."""

from drf_spectacular.utils import OpenApiExample

_ROW = {
    "id": "0198f3c2-9c11-7e20-8a4d-1b2c3d4e5f60",
    "kind": "general",
    "entry_date": "2026-03-31",
    "number": "GJ-2026-000001",
    "source_kind": "journal",
    "source_id": "0198f3c2-9c11-7e20-8a4d-1b2c3d4e5f60",
    "text": "Rent of March",
    "currency": "GBP",
    "total": "900.50",
    "reverses": None,
    "posted_at": "2026-03-31T09:31:00Z",
}
_MORE = {"currency": "GBP", "party": None, "tax_code": "", "dimension": "", "text": ""}
NEW_ENTRY = OpenApiExample(
    "An entry to post",
    value={
        "entry_date": "2026-03-31",
        "text": "Rent of March",
        "lines": [{"account": "6100", "debit": "900.50"}, {"account": "1000", "credit": "900.50"}],
    },
    request_only=True,
)
ENTRY_ROW = OpenApiExample("An entry in a list", value=_ROW, response_only=True)
ENTRY = OpenApiExample(
    "An entry",
    value={
        **_ROW,
        "reversed_by": None,
        "digest": "5f" * 32,
        "lines": [
            {
                "position": 1,
                "account": "6100",
                "debit": "900.50",
                "credit": "0.00",
                "amount": "900.50",
                **_MORE,
            },
            {
                "position": 2,
                "account": "1000",
                "debit": "0.00",
                "credit": "900.50",
                "amount": "-900.50",
                **_MORE,
            },
        ],
    },
    response_only=True,
)
REVERSAL = OpenApiExample(
    "A reversal", value={"entry_date": "2026-04-01", "reason": "Typed twice."}, request_only=True
)
BALANCE = OpenApiExample(
    "A trial balance",
    value={
        "first_day": "2026-01-01",
        "last_day": "2026-03-31",
        "currency": "GBP",
        "accounts": [
            {"account": "1000", "name": "Bank", "kind": "asset", "opening": "0.00", "debit": "0.00",
             "credit": "900.50", "closing": "-900.50"},
            {"account": "6100", "name": "Rent", "kind": "expense", "opening": "0.00", "debit": "900.50",
             "credit": "0.00", "closing": "900.50"},
        ],
    },
    response_only=True,
)  # fmt: skip
