"""Routes of electronic invoices."""

import base64
from typing import Any

from apps.exchange.ubl import write_ubl
from tests.api.call import Call
from tests.exchange.documents import STANDARD
from tests.factories.tenants import Company

BODY = {"name": "invoice.xml", "content": base64.b64encode(write_ubl(STANDARD)).decode()}


def make_records(company: Company) -> dict[str, Any]:
    """Nothing is kept, so nothing is needed."""
    return {}


CALLS = [
    Call(
        "api-einvoice-validate", "POST", "einvoices/validate", "invoices.read", body=BODY, names_record=False
    )
]
