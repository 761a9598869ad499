"""A company to measure with."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal

from apps.core import clock
from apps.core.ids import new_id
from apps.core.scope import SYSTEM, Actor, Scope, tenant_scope
from apps.invoices.models import Invoice
from apps.invoices.operations import LineInput, create_draft
from apps.parties.operations import create_customer
from apps.tenancy.models import Tenant
from apps.tenancy.operations import create_tenant
from apps.tenancy.permissions import PERMISSIONS

LINES = 10
PERSON = Actor(kind="person", id=new_id(), label="Benchmark")


def make_company() -> Tenant:
    """Create a tenant of its own for one benchmark."""
    key = new_id().hex[-12:]
    return create_tenant(
        slug=f"bench-{key}", name="Benchmark", currency="GBP", country="GB", time_zone="Europe/London",
        locale="en_GB", actor=SYSTEM, now=clock.now(),
    )  # fmt: skip


@contextmanager
def working_in(company: Tenant) -> Iterator[Scope]:
    """Open the company's scope as a person who may do everything."""
    with tenant_scope(company.id, PERSON, permissions=frozenset(PERMISSIONS)) as scope:
        yield scope


def ten_lines() -> list[LineInput]:
    """Return the lines of the document that is measured."""
    return [LineInput(f"Line {n}", Decimal(n), Decimal("12.50"), Decimal(20)) for n in range(1, LINES + 1)]


def make_draft(customer_id: object) -> Invoice:
    """Create a draft of ten lines."""
    today = date.today()  # noqa: DTZ011 - any day will do
    return create_draft(
        customer_id=customer_id, currency="GBP", issue_date=today, due_date=today,  # type: ignore[arg-type]
        lines=ten_lines(), actor=PERSON, now=clock.now(),
    )  # fmt: skip


def make_customer() -> object:
    """Create a customer and return its id."""
    return create_customer(
        code=new_id().hex[-10:], name="Ann", country_code="GB", actor=PERSON, now=clock.now()
    ).id
