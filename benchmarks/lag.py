"""From a commit to what people see: the read model on the replica and the page, against bare streaming replication."""

import http.client
import json
import time
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connections
from django.test import Client

from apps.core import clock
from apps.core.scope import SYSTEM, platform_scope, reading_from
from apps.invoices.models import Invoice
from apps.invoices.operations import post_invoice
from apps.tenancy.models import Tenant
from apps.tenancy.operations import add_member, create_user
from benchmarks.company import PERSON, make_company, make_customer, make_draft, working_in
from benchmarks.figures import Figure, latency_figures
from tests.flows.live import LiveStack, live_stack

ROUNDS = 100
BASELINE = "the same row seen on the streaming replica"


def run() -> list[Figure]:
    """Measure with the real relay and web server running."""
    company = make_company()
    with live_stack() as stack, working_in(company):
        cookie = sign_in(company)
        customer = make_customer()
        post(customer)
        wait_for_page(stack, cookie, "")
        seen = [one_round(stack, cookie, customer) for _ in range(ROUNDS)]
    return latency_figures(
        "commit to page (answer of the live address)",
        [page for _, page in seen],
        [raw for raw, _ in seen],
        BASELINE,
    )


def one_round(stack: LiveStack, cookie: str, customer: object) -> tuple[float, float]:
    """Post a document; return milliseconds until its row is on the replica and until the page's data changed."""
    version = live(stack, cookie, "")["version"]
    invoice = post(customer)
    committed = time.perf_counter()
    while not on_replica(invoice):
        time.sleep(0.0005)
    replicated = time.perf_counter()
    wait_for_page(stack, cookie, version)
    return (replicated - committed) * 1000, (time.perf_counter() - committed) * 1000


def post(customer: object) -> Invoice:
    """Create and post a document of ten lines."""
    return post_invoice(invoice_id=make_draft(customer).id, actor=PERSON, now=clock.now())


def on_replica(invoice: Invoice) -> bool:
    """Say whether the replica shows the document as posted."""
    with reading_from("replica"):
        return Invoice.objects.filter(id=invoice.id, state="posted").exists()


def wait_for_page(stack: LiveStack, cookie: str, version: str) -> None:
    """Ask the page's live address until its data has another version."""
    while live(stack, cookie, version)["version"] == version:
        time.sleep(0.002)


def live(stack: LiveStack, cookie: str, version: str) -> dict[str, str]:
    """Ask the live address once."""
    connection = http.client.HTTPConnection(urlsplit(stack.url).netloc, timeout=10)
    try:
        connection.request("GET", f"/live?version={version}", headers={"Cookie": f"sessionid={cookie}"})
        answer: dict[str, str] = json.loads(connection.getresponse().read())
        return answer
    finally:
        connection.close()


def sign_in(company: Tenant) -> str:
    """Return the session cookie of a person of the company."""
    with platform_scope(SYSTEM):
        user = create_user(
            email=f"{company.slug}@example.com",
            name="Bench",
            password="bench-only-9274",
            actor=SYSTEM,
            now=clock.now(),
        )
    with working_in(company):
        add_member(user=user, role="admin", actor=PERSON, now=clock.now())
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[1])
    connections["default"].close()
    return client.cookies["sessionid"].value
