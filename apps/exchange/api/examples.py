"""Examples in the API's description."""

from drf_spectacular.utils import OpenApiExample

CHECKING = OpenApiExample(
    "A file to check",
    value={"name": "invoice.xml", "content": "PEludm9pY2UvPg==", "profile": "peppol"},
    request_only=True,
)
CHECKED = OpenApiExample(
    "A file with one fault",
    value={
        "syntax": "UBL",
        "container": "",
        "valid": False,
        "fatal": 1,
        "warnings": 0,
        "summary": {
            "kind": "invoice", "number": "2026-17", "type_code": "380", "issue_date": "2026-03-14",
            "seller": "Norsk Lys AS", "buyer": "Peeters & Zonen BV", "currency": "EUR", "total": "161.32",
            "due": "141.32", "lines": 3,
        },
        "findings": [{
            "rule": "BR-CO-16", "severity": "fatal",
            "place": "/Invoice/cac:LegalMonetaryTotal/cbc:PayableAmount",
            "expected": "141.30", "found": "141.32 EUR",
            "text": "The amount due (BT-115) is the total with tax − paid + rounding (BT-112, BT-113, BT-114).",
        }],
        "unread": [],
    },
    response_only=True,
)  # fmt: skip
