"""Write decided documents into the books, set by set: each set is one transaction, whole or not at all."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from apps.catalog.bulk import ProductInput, ensure_products
from apps.core.db import write
from apps.core.ids import new_id
from apps.core.scope import Actor, current_tenant_id
from apps.invoices.bulk import BulkDocument, BulkLine, bulk_create_drafts, bulk_post_documents
from apps.invoices.imports.batches import moved
from apps.invoices.imports.decisions import Decision, Problem, SourceDocument
from apps.invoices.imports.profiles.contract import Profile
from apps.invoices.models import Invoice
from apps.parties.bulk import CustomerInput, ensure_customers
from apps.parties.models import Customer
from apps.parties.operations import get_walk_in_customer


@dataclass(frozen=True, slots=True)
class Written:
    """What one set added beside its documents."""

    customers: int
    products: int


def write_set(
    decisions: Sequence[Decision], *, profile: Profile, shift_days: int | None, actor: Actor, now: datetime
) -> Written:
    """Book the accepted documents of a set that are not in the books, in their order, in one transaction.

    Documents that are there with the same content become skipped ones, with other content refused ones.
    """
    with write() as connection:
        with connection.cursor() as cursor:
            # Two imports of one source take turns, so that both see what the other one booked.
            key = f"import {current_tenant_id()} {profile.name}"
            cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
        _compare(decisions, profile)
        fresh = [d.document for d in decisions if d.outcome == "accepted" and d.document is not None]
        return _book(fresh, profile, shift_days, actor, now) if fresh else Written(0, 0)


def _compare(decisions: Sequence[Decision], profile: Profile) -> None:
    """Take out of the set what the books hold already."""
    given = {d.document.number: d for d in decisions if d.outcome == "accepted" and d.document is not None}
    if not given:
        return
    held = Invoice.objects.filter(source=profile.name, external_number__in=given)
    for number, content, legal in held.values_list("external_number", "content_hash", "number"):
        decision = given[number]
        if decision.document is not None and content == decision.document.content_hash.hex():
            decision.skip("already_imported")
        else:
            decision.refuse(_changed(decision, legal))


def _changed(decision: Decision, legal: str | None) -> Problem:
    place = f" as {legal}" if legal else ""
    reason = (
        f"The document is in the books{place} with other content and was not changed. "
        "Remove it from this file, or book the difference under a new number."
    )
    return Problem("changed_after_import", decision.rows[0].row, "", decision.number, reason)


def _book(
    documents: list[SourceDocument], profile: Profile, shift_days: int | None, actor: Actor, now: datetime
) -> Written:
    customers, made_customers = _customers(documents, profile, actor, now)
    products = ensure_products(products=list(_products(documents)), actor=actor, now=now)
    bulk = []
    for document in documents:
        day = moved(document.issue_date, shift_days)
        lines = (
            BulkLine(products.ids[x.sku], x.description, x.quantity, x.unit_price, x.net_minor)
            for x in document.lines
        )
        bulk.append(
            BulkDocument(
                id=new_id(),
                kind=document.kind,
                issue_date=day,
                due_date=day,
                customer_id=customers[document.customer_code],
                country_code=document.country_code,
                currency=document.currency,
                lines=tuple(lines),
                external_number=document.number,
                content_hash=document.content_hash.hex(),
            )
        )
    ids = bulk_create_drafts(documents=bulk, source=profile.name, actor=actor, now=now)
    bulk_post_documents(document_ids=ids, actor=actor, now=now)
    return Written(made_customers, products.made)


def _customers(
    documents: list[SourceDocument], profile: Profile, actor: Actor, now: datetime
) -> tuple[dict[str, UUID], int]:
    """Return ids by code, and how many customers are new. The walk-in customer is the tenant's own."""
    named = [
        CustomerInput(d.customer_code, f"Customer {d.customer_code}", d.country_code)
        for d in documents
        if d.customer_code != profile.walk_in_code
    ]
    ensured = ensure_customers(customers=named, actor=actor, now=now)
    if len(named) == len(documents):
        return ensured.ids, ensured.made
    is_new = not Customer.objects.filter(is_walk_in=True).exists()
    walk_in = get_walk_in_customer(country_code=profile.home_country, actor=actor, now=now)
    return ensured.ids | {profile.walk_in_code: walk_in.id}, ensured.made + is_new


def _products(documents: list[SourceDocument]) -> Iterator[ProductInput]:
    """Name each product by its first line that has a price, because free lines carry notes for a name."""
    lines = [(line, document.currency) for document in documents for line in document.lines]
    for line, currency in sorted(lines, key=lambda pair: pair[0].unit_price == 0):
        yield ProductInput(line.sku, line.description, line.unit_price, currency)
