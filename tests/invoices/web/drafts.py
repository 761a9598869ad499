"""What the form of a draft sends."""

from typing import Any

Line = dict[str, str]


def line(**changes: str) -> Line:
    """Return one entered line: 2 × 5.00 at 20 %."""
    return {
        "sku": "",
        "description": "Lantern",
        "quantity": "2",
        "unit_price": "5",
        "tax_rate": "20",
    } | changes


def draft(customer: str, *lines: Line, **changes: str) -> dict[str, Any]:
    """Return a form with some lines."""
    rows = lines or (line(),)
    sent = {
        "kind": "invoice", "customer": customer, "issue_date": "2026-03-01", "due_date": "2026-03-31",
        "currency": "GBP", "external_number": "", "note": "",
        "lines-TOTAL_FORMS": str(len(rows)), "lines-INITIAL_FORMS": "0",
    }  # fmt: skip
    for index, row in enumerate(rows):
        sent |= {f"lines-{index}-{name}": value for name, value in row.items()}
    return sent | changes
