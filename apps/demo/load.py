"""Book a demo business, set by set; a load that was ended at any moment is completed by loading again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby, islice
from uuid import UUID

from apps.catalog.bulk import ProductInput, ensure_products
from apps.core.db import write
from apps.core.ids import new_id
from apps.core.scope import Actor, current_tenant_id
from apps.demo.generator import INVOICES, Catalogue, generate_documents, make_catalogue
from apps.demo.shapes import Business, DemoDocument
from apps.invoices.bulk import (
    BulkDocument,
    BulkLine,
    bulk_create_drafts,
    bulk_post_documents,
    bulk_void_documents,
)
from apps.invoices.imports.batches import close_batch, open_batch
from apps.invoices.models import ImportBatch, Invoice
from apps.parties.bulk import CustomerInput, ensure_customers

SOURCE = "demo"
SET = 500

Tell = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class DemoLoad:
    """What a load did: documents booked by it, documents in all, the day everything is relative to."""

    made: int
    documents: int
    anchor: date


@dataclass(frozen=True, slots=True)
class _Ids:
    customers: dict[str, UUID]
    products: dict[str, UUID]


def load_business(
    *,
    business: Business,
    today: date,
    actor: Actor,
    now: datetime,
    progress: Tell = lambda _: None,
    invoices: int = INVOICES,
) -> DemoLoad:
    """Book the business's documents into the open tenant's books, once. `progress` gets the documents so far.

    The first load fixes the day that dates are relative to; a load on a later day completes or leaves it.
    """
    batch = ImportBatch.objects.filter(source=SOURCE).order_by("started_at", "id").first()
    if batch is None:
        name, version = f"{business.slug} {today.isoformat()}", "generator 1"
        batch = open_batch(source=SOURCE, file_name=name, file_sha256=version, actor=actor, now=now)
    anchor = date.fromisoformat(batch.file_name[-10:])
    if batch.state == "finished" and batch.report:
        return DemoLoad(0, batch.report["documents"], anchor)
    catalogue = make_catalogue(business)
    ids = _ensure_catalogue(business, catalogue, actor, now)
    documents = generate_documents(business, catalogue, today=anchor, invoices=invoices)
    made = done = 0
    while part := list(islice(documents, SET)):
        made += _write_set(part, business, ids, actor, now)
        done += len(part)
        progress(done)
    report = {"documents": done, "invoices": invoices}
    close_batch(batch_id=batch.id, state="finished", report=report, actor=actor, now=now)
    return DemoLoad(made, done, anchor)


def _ensure_catalogue(business: Business, catalogue: Catalogue, actor: Actor, now: datetime) -> _Ids:
    customers = [
        CustomerInput(one.code, one.name, one.country_code, one.tax_id, one.email)
        for one in catalogue.customers
    ]
    products = [
        ProductInput(one.sku, one.name, one.unit_price, business.currency, one.tax_rate)
        for one in catalogue.products
    ]
    return _Ids(
        ensure_customers(customers=customers, actor=actor, now=now).ids,
        ensure_products(products=products, actor=actor, now=now).ids,
    )


def _write_set(
    documents: Sequence[DemoDocument], business: Business, ids: _Ids, actor: Actor, now: datetime
) -> int:
    """Book the documents of a set that are not there, in one transaction; return how many."""
    with write() as connection:
        with connection.cursor() as cursor:
            # Two loads take turns, so that the second one sees what the first one booked.
            key = f"demo {current_tenant_id()}"
            cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
        wanted = {one.key for one in documents} | {one.credits_key for one in documents if one.credits_key}
        there = Invoice.objects.filter(source=SOURCE, external_number__in=wanted)
        known: dict[str, UUID] = dict(there.values_list("external_number", "id"))
        fresh = [one for one in documents if one.key not in known]
        known |= {one.key: new_id() for one in fresh}
        bulk = [_bulk(one, business, ids, known) for one in fresh]
        bulk_create_drafts(documents=bulk, source=SOURCE, actor=actor, now=now)
        posted = [known[one.key] for one in fresh if one.fate != "draft"]
        bulk_post_documents(document_ids=posted, actor=actor, now=now)
        voided = sorted((one for one in fresh if one.fate == "void"), key=lambda one: one.reason)
        for reason, members in groupby(voided, key=lambda one: one.reason):
            targets = [known[one.key] for one in members]
            bulk_void_documents(document_ids=targets, reason=reason, actor=actor, now=now)
    return len(fresh)


def _bulk(one: DemoDocument, business: Business, ids: _Ids, known: dict[str, UUID]) -> BulkDocument:
    lines = (
        BulkLine(ids.products[x.sku], x.description, x.quantity, x.unit_price, x.net_minor, x.tax_rate)
        for x in one.lines
    )
    return BulkDocument(
        id=known[one.key],
        kind=one.kind,
        issue_date=one.issue_date,
        due_date=one.due_date,
        customer_id=ids.customers[one.customer_code],
        country_code=one.country_code,
        currency=business.currency,
        lines=tuple(lines),
        external_number=one.key,
        credits_id=known[one.credits_key] if one.credits_key else None,
        note=one.note,
    )
