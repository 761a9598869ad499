"""Writes of many documents at once, for imports and generators, under the rules of `operations.py`.

A set is written or refused as one; the caller cuts a long list into sets. Row-level security forbids COPY, so
rows travel as arrays.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from typing import Any
from uuid import UUID

from apps.core.db import note_reason, write
from apps.core.errors import InputError
from apps.core.scope import Actor, current_tenant_id
from apps.core.text import clean_text
from apps.documents.arithmetic import document_totals
from apps.documents.numbering import number_text, take_numbers
from apps.documents.taxes import category_for
from apps.invoices.models import KINDS, Invoice
from apps.invoices.operations import SERIES
from apps.invoices.transitions import InvalidTransition

_INSERT_DOCUMENTS = """
insert into invoices_invoice (
    tenant_id, id, kind, state, series, issue_date, due_date, customer_id, country_code, currency,
    net_minor, tax_minor, total_minor, external_number, content_hash, credits_id, note, source, created_at, version
)
select %s, id, kind, 'draft', series, issue_date, due_date, customer_id, country_code, currency,
       net_minor, tax_minor, net_minor + tax_minor, external_number, content_hash, credits_id, note, %s, %s, 1
from unnest(
    %s::uuid[], %s::text[], %s::text[], %s::date[], %s::date[], %s::uuid[], %s::text[], %s::text[],
    %s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::uuid[], %s::text[]
) as given (
    id, kind, series, issue_date, due_date, customer_id, country_code, currency,
    net_minor, tax_minor, external_number, content_hash, credits_id, note
)
"""
_INSERT_LINES = """
insert into invoices_line (
    tenant_id, id, invoice_id, position, product_id, description, quantity, unit_price, tax_rate, net_minor
)
select %s, uuidv7(), given.*
from unnest(
    %s::uuid[], %s::int[], %s::uuid[], %s::text[], %s::numeric[], %s::numeric[], %s::numeric[], %s::bigint[]
) as given
"""
_LOCK = """
select id, state, series, extract(year from issue_date)::int,
       exists (select from invoices_line l where l.tenant_id = i.tenant_id and l.invoice_id = i.id)
from invoices_invoice i where i.tenant_id = %s and i.id = any(%s) order by i.id for update of i
"""
_POST = """
update invoices_invoice i
set state = 'posted', number = given.number, sequence = given.sequence, posted_at = %s, version = i.version + 1
from unnest(%s::uuid[], %s::text[], %s::bigint[]) as given (id, number, sequence)
where i.tenant_id = %s and i.id = given.id and i.state = 'draft'
"""
_VOID = """
update invoices_invoice i set state = 'void', voided_at = %s, version = i.version + 1
where i.tenant_id = %s and i.id = any(%s) and i.state = 'posted'
"""


@dataclass(slots=True)
class BulkLine:
    """A line with its net amount as the sender states it (books.md 17); quantity and price at most 6 decimals."""

    product_id: UUID | None
    description: str
    quantity: Decimal
    unit_price: Decimal
    net_minor: int
    tax_rate: Decimal = Decimal(0)

    @property
    def tax_category(self) -> str:
        """Standard where there is a rate, else zero-rated."""
        return category_for(self.tax_rate)


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkDocument:
    """A document to be made; `external_number` is its name at the sender, unique per source."""

    id: UUID
    kind: str
    issue_date: date
    due_date: date
    customer_id: UUID
    country_code: str
    currency: str
    lines: tuple[BulkLine, ...]
    external_number: str
    content_hash: str = ""
    credits_id: UUID | None = None
    note: str = ""


def bulk_create_drafts(
    *, documents: Sequence[BulkDocument], source: str, actor: Actor, now: datetime
) -> list[UUID]:
    """Create drafts with their lines; return their ids. The tax is made from the lines, by rate (BR-CO-17).

    Raises InputError for an unknown kind or a total below zero; the database refuses a taken external number.
    """
    if not documents:
        return []
    if any(not document.lines for document in documents):
        raise InputError("A document of the set has no lines.", code="no_lines", field="lines")
    totals = [document_totals(document.lines) for document in documents]
    for document, total in zip(documents, totals, strict=True):
        if document.kind not in KINDS or total.net_minor < 0 or total.tax_minor < 0:
            raise InputError(f"Document {document.external_number} cannot be booked.", code="not_bookable")
    columns = (
        (d.id, d.kind, SERIES[d.kind], d.issue_date, d.due_date, d.customer_id, d.country_code, d.currency,
         t.net_minor, t.tax_minor, d.external_number, d.content_hash, d.credits_id, d.note)
        for d, t in zip(documents, totals, strict=True)
    )  # fmt: skip
    tenant = current_tenant_id()
    with write() as connection, connection.cursor() as cursor:
        cursor.execute(_INSERT_DOCUMENTS, [tenant, source, now, *_transposed(columns)])
        cursor.execute(_INSERT_LINES, [tenant, *_transposed(_line_rows(documents))])
    return [document.id for document in documents]


def bulk_post_documents(*, document_ids: Sequence[UUID], actor: Actor, now: datetime) -> dict[UUID, str]:
    """Post drafts in the order given and return their legal numbers by id.

    Numbers are gapless per series and year: each counter is locked once, after all other work of the set.
    Raises InvalidTransition when one is no draft, InputError when one has no lines; then none is posted.
    """
    if not document_ids:
        return {}
    tenant = current_tenant_id()
    with write() as connection, connection.cursor() as cursor:
        cursor.execute(_LOCK, [tenant, list(document_ids)])
        places = _places(cursor.fetchall(), document_ids)
        numbers: dict[UUID, tuple[str, int]] = {}
        # Always in the same order, so that two sets never wait for each other's counter in a circle.
        ordered = sorted(document_ids, key=places.__getitem__)
        for (series, year), members in groupby(ordered, key=places.__getitem__):
            ids = list(members)
            first = take_numbers(connection, series=series, year=year, count=len(ids))
            for sequence, key in enumerate(ids, start=first):
                numbers[key] = (number_text(series, year, sequence), sequence)
        texts, sequences = zip(*numbers.values(), strict=True)
        cursor.execute(_POST, [now, list(numbers), list(texts), list(sequences), tenant])
        if cursor.rowcount != len(numbers):
            raise InvalidTransition("Not every document of the set could be posted; none was.")
    return {key: text for key, (text, _) in numbers.items()}


def bulk_void_documents(*, document_ids: Sequence[UUID], reason: str, actor: Actor, now: datetime) -> None:
    """Void posted documents for one reason. Raises InvalidTransition when one is not posted or is credited."""
    if not document_ids:
        return
    reason = clean_text(reason, field="reason", limit=500)
    ids = list(document_ids)
    with write() as connection, connection.cursor() as cursor:
        cursor.execute(_LOCK, [current_tenant_id(), ids])
        if Invoice.objects.filter(credits_id__in=ids).exclude(state="void").exists():
            raise InvalidTransition("A credit note refers to one of the documents.", code="has_credit_note")
        note_reason(connection, reason)
        cursor.execute(_VOID, [now, current_tenant_id(), ids])
        if cursor.rowcount != len(set(ids)):
            raise InvalidTransition("Not every document of the set is posted; none was voided.")


def _places(rows: Iterable[tuple[Any, ...]], document_ids: Sequence[UUID]) -> dict[UUID, tuple[str, int]]:
    """Check that each document may be posted; return series and year by id."""
    found: dict[UUID, tuple[str, int]] = {}
    for key, state, series, year, has_lines in rows:
        if state != "draft":
            raise InvalidTransition("A document of the set is not a draft.", detail={"document": str(key)})
        if not has_lines:
            raise InputError("A document without lines cannot be posted.", code="no_lines", field="lines")
        found[key] = (series, year)
    if len(found) != len(document_ids):
        raise InvalidTransition("A document of the set is missing or named twice.")
    return found


def _line_rows(documents: Iterable[BulkDocument]) -> Iterable[tuple[Any, ...]]:
    for document in documents:
        for position, x in enumerate(document.lines, start=1):
            yield (
                document.id,
                position,
                x.product_id,
                x.description,
                x.quantity,
                x.unit_price,
                x.tax_rate,
                x.net_minor,
            )


def _transposed(rows: Iterable[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]
