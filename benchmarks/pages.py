"""Server time of pages and API lists in a tenant with 1,000,000 invoices, against the same in one with 1,000."""

import os
from functools import partial
from uuid import uuid4

from django.db import connections
from django.test import Client

from apps.core import clock
from apps.core.scope import SYSTEM, tenant_scope
from apps.invoices.models import Invoice
from apps.tenancy.models import Tenant, User
from apps.tenancy.operations import add_member
from benchmarks.company import working_in
from benchmarks.figures import Figure, in_turns, percentile
from benchmarks.many import make_large_company

ROUNDS = 40
BASELINE = "the same page with 1,000 invoices"


def run() -> list[Figure]:
    """Measure each page in both companies, in turn."""
    many = int(os.environ.get("BENCH_INVOICES", "1000000"))
    large, small = Visitor(make_large_company(many)), Visitor(make_large_company(1000))
    figures = []
    for name in large.pages:
        ours, baseline = in_turns(partial(large.visit, name), partial(small.visit, name), ROUNDS)
        title = f"{name}, {many:,} invoices, p95"
        figures.append(Figure(title, percentile(ours, 0.95), percentile(baseline, 0.95), "ms", BASELINE))
    return figures


class Visitor:
    """Somebody signed in to a company, and the pages they look at."""

    def __init__(self, company: Tenant) -> None:
        self.client = Client()
        user = User(email=f"{uuid4().hex}@example.com", password="!")
        user.save(force_insert=True)
        with tenant_scope(company.id, SYSTEM):
            add_member(user=user, role="admin", actor=SYSTEM, now=clock.now())
        self.client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        with working_in(company):
            some = Invoice.objects.order_by("-issue_date", "-id")[500]
            self.pages = _pages(some)
        connections.close_all()

    def visit(self, name: str) -> None:
        """Load a page whole."""
        answer = self.client.get(self.pages[name])
        assert answer.status_code == 200, (name, answer.status_code)


def _pages(some: Invoice) -> dict[str, str]:
    return {
        "list": "/invoices/",
        "list by total": "/invoices/?sort=-total",
        "list of drafts": "/invoices/?state=draft",
        "list of one customer": f"/invoices/?customer={some.customer_id}",
        "list of a month": "/invoices/?from=2026-03-01&to=2026-03-31",
        "search by number": f"/invoices/?q={some.number}",
        "search by part of a number": f"/invoices/?q={str(some.number)[-9:]}",
        "search by customer": f"/invoices/?q={some.customer.name.split()[0]}",
        "search for nothing": "/invoices/?q=zzqqxx",
        "detail": f"/invoices/{some.id}",
        "customers": "/customers/",
        "API list": "/api/v1/invoices",
        "API search": f"/api/v1/invoices?q={some.number}",
    }
