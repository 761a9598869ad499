"""Creating a draft through the API, against a bare ModelViewSet; both in process, one caller."""

import json
from datetime import date
from typing import Any

from django.test import Client
from rest_framework.test import APIRequestFactory

from apps.core import clock
from apps.core.ids import new_id
from apps.tenancy.operations import create_api_key
from apps.tenancy.permissions import KEY_SCOPES
from benchmarks.bare import BareInvoices
from benchmarks.company import PERSON, make_company, make_customer, ten_lines, working_in
from benchmarks.figures import Figure, in_turns, percentile

ROUNDS = 300
BASELINE = "bare DRF ModelViewSet.create, same body, without middleware"


def run() -> list[Figure]:
    """Measure requests a second of one caller, and the slow end."""
    with working_in(make_company()):
        customer = str(make_customer())
        _, secret = create_api_key(name="bench", scopes=KEY_SCOPES, actor=PERSON, now=clock.now())
    client = Client(headers={"Authorization": f"Bearer {secret}"})
    bare = BareInvoices.as_view({"post": "create"})
    factory = APIRequestFactory()
    body, bare_body = _body(customer), _bare_body()

    def ours() -> None:
        key = {"Idempotency-Key": new_id().hex}
        answer = client.post("/api/v1/invoices", body, content_type="application/json", headers=key)
        assert answer.status_code == 201, answer.content

    def baseline() -> None:
        answer = bare(factory.post("/", bare_body, content_type="application/json"))
        assert answer.status_code == 201, answer.data

    times, bare_times = in_turns(ours, baseline, ROUNDS)
    return [
        Figure("API create, 10 lines", 1000 * len(times) / sum(times), 1000 * len(bare_times) / sum(bare_times),
               "requests/s", BASELINE, better="higher"),
        Figure("API create, 10 lines, p99", percentile(times, 0.99), percentile(bare_times, 0.99), "ms", BASELINE),
    ]  # fmt: skip


def _body(customer: str) -> str:
    today = date.today().isoformat()  # noqa: DTZ011 - any day will do
    lines = [
        {"description": line.description, "quantity": str(line.quantity), "unit_price": str(line.unit_price),
         "tax_rate": str(line.tax_rate)}
        for line in ten_lines()
    ]  # fmt: skip
    body: dict[str, Any] = {"customer": customer, "currency": "GBP", "issue_date": today, "due_date": today}
    return json.dumps({**body, "lines": lines})


def _bare_body() -> str:
    body = json.loads(_body(str(new_id())))
    for position, line in enumerate(body["lines"], start=1):
        line["position"] = position
        del line["tax_rate"]
    return json.dumps(body)
