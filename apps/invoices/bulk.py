"""Writes of many documents at once, for imports and generators, under the rules of `operations.py`.

A set is written or refused as one; the caller cuts a long list into sets. Row-level security forbids COPY, so
rows travel as arrays.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby, pairwise
from typing import Any
from uuid import UUID

from apps.core.db import note_reason, write
from apps.core.errors import InputError
from apps.core.scope import Actor, current_tenant_id
from apps.core.text import clean_text
from apps.documents.arithmetic import document_totals
from apps.documents.numbering import DateOutOfOrder, check_date_order, number_text, take_numbers
from apps.documents.queries import get_settings
from apps.documents.taxes import category_for
from apps.invoices.models import KINDS, Instalment, Invoice, TaxSubtotal
from apps.invoices.operations import SERIES
from apps.invoices.order_lines import forget_charges
from apps.invoices.posting import ENTRY_KIND, Booked, Part, Posted, book, entry_of, find_rate, items_of
from apps.invoices.transitions import InvalidTransition
from apps.ledger.bulk import bulk_post_entries, bulk_reverse_entries
from apps.ledger.periods import check_all_open
from apps.ledger.rates import Rate
from apps.settlement.operations import close_source, open_items

Row = Mapping[str, Any]
_INSERT_DOCUMENTS = """
insert into invoices_invoice (
    tenant_id, id, kind, state, series, issue_date, due_date, customer_id, country_code, currency,
    net_minor, tax_minor, total_minor, external_number, content_hash, credits_id, note, source, created_at, version,
    tax_rounding
)
select %s, id, kind, 'draft', series, issue_date, due_date, customer_id, country_code, currency,
       net_minor, tax_minor, net_minor + tax_minor, external_number, content_hash, credits_id, note, %s, %s, 1, %s
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
    tenant_id, id, invoice_id, position, product_id, description, quantity, unit_price, tax_category, tax_rate,
    net_minor
)
select %s, uuidv7(), given.*
from unnest(
    %s::uuid[], %s::int[], %s::uuid[], %s::text[], %s::numeric[], %s::numeric[], %s::text[], %s::numeric[],
    %s::bigint[]
) as given
"""
_INSERT_TAXES = """
insert into invoices_taxsubtotal (
    tenant_id, id, invoice_id, position, category, rate, base_minor, tax_minor, exemption_reason, exemption_code
)
select %s, uuidv7(), given.*, '', ''
from unnest(%s::uuid[], %s::int[], %s::text[], %s::numeric[], %s::bigint[], %s::bigint[]) as given
"""
_LOCK = """
select id, state, series, issue_date, kind, customer_id, due_date, currency, net_minor, tax_minor, rounding_minor,
       prepaid_minor, discount_percent, discount_until, credits_id,
       exists (select from invoices_line l where l.tenant_id = i.tenant_id and l.invoice_id = i.id) as has_lines
from invoices_invoice i where i.tenant_id = %s and i.id = any(%s) order by i.id for update of i
"""
_POST = """
update invoices_invoice i
set state = 'posted', number = given.number, sequence = given.sequence, posted_at = %s, version = i.version + 1,
    book_currency = given.book_currency, rate = given.rate, rate_day = given.rate_day,
    rate_source = given.rate_source, book_net_minor = given.net_minor, book_tax_minor = given.tax_minor,
    book_total_minor = given.net_minor + given.tax_minor
from unnest(
    %s::uuid[], %s::text[], %s::bigint[], %s::text[], %s::numeric[], %s::date[], %s::text[], %s::bigint[], %s::bigint[]
) as given (id, number, sequence, book_currency, rate, rate_day, rate_source, net_minor, tax_minor)
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
    """Create drafts with their lines; return their ids. The tax is made from the lines (BR-CO-17).

    Raises InputError for an unknown kind or a total below zero; the database refuses a taken external number.
    """
    if not documents:
        return []
    if any(not document.lines for document in documents):
        raise InputError("A document of the set has no lines.", code="no_lines", field="lines")
    policy = get_settings().tax_rounding
    totals = [document_totals(document.lines, policy=policy) for document in documents]
    for document, total in zip(documents, totals, strict=True):
        if document.kind not in KINDS or total.net_minor < 0 or total.tax_minor < 0:
            raise InputError(f"Document {document.external_number} cannot be booked.", code="not_bookable")
    columns = (
        (d.id, d.kind, SERIES[d.kind], d.issue_date, d.due_date, d.customer_id, d.country_code, d.currency,
         t.net_minor, t.tax_minor, d.external_number, d.content_hash, d.credits_id, d.note)
        for d, t in zip(documents, totals, strict=True)
    )  # fmt: skip
    taxes = (
        (d.id, position, x.category, x.rate, x.base_minor, x.tax_minor)
        for d, t in zip(documents, totals, strict=True)
        for position, x in enumerate(t.taxes, start=1)
    )
    tenant = current_tenant_id()
    with write() as connection, connection.cursor() as cursor:
        cursor.execute(_INSERT_DOCUMENTS, [tenant, source, now, policy, *_transposed(columns)])
        cursor.execute(_INSERT_LINES, [tenant, *_transposed(_line_rows(documents))])
        cursor.execute(_INSERT_TAXES, [tenant, *_transposed(taxes)])
    return [document.id for document in documents]


def bulk_post_documents(*, document_ids: Sequence[UUID], actor: Actor, now: datetime) -> dict[UUID, str]:
    """Post drafts in the order given, with their ledger entries and open items; return their legal numbers by id.

    Numbers are gapless per series and year: each counter is locked once, after all that can be refused before.
    Raises InvalidTransition when one is no draft, InputError when one has no lines, and what `post_invoice` raises;
    then none is posted.
    """
    if not document_ids:
        return {}
    with write() as connection:
        with connection.cursor() as cursor:
            cursor.execute(_LOCK, [current_tenant_id(), list(document_ids)])
            names = [column.name for column in cursor.description]
            found = {row[0]: dict(zip(names, row, strict=True)) for row in cursor.fetchall()}
        _check_postable(found, document_ids)
        check_all_open({(ENTRY_KIND, row["issue_date"]) for row in found.values()})
        documents = _as_posted([found[key] for key in document_ids])
        booked = _book(documents, found)
        numbers = _take_numbers(connection, documents, found)
        _write_posted(connection, documents, booked, numbers, now)
        named = [replace(each, number=numbers[each.id][0]) for each in documents]
        pairs = [(each, booked[each.id]) for each in named]
        bulk_post_entries(entries=[entry_of(*pair) for pair in pairs], actor=actor, now=now)
        open_items(items=[item for pair in pairs for item in items_of(*pair)], actor=actor, now=now)
    return {each.id: each.number for each in named}


def bulk_void_documents(*, document_ids: Sequence[UUID], reason: str, actor: Actor, now: datetime) -> None:
    """Void posted documents for one reason: each is reversed on its own date.

    Raises InvalidTransition when one is not posted, is credited or allocated, PeriodClosed; then none is voided.
    """
    if not document_ids:
        return
    reason = clean_text(reason, field="reason", limit=500)
    ids = list(document_ids)
    with write() as connection, connection.cursor() as cursor:
        cursor.execute(_LOCK, [current_tenant_id(), ids])
        if Invoice.objects.filter(credits_id__in=ids).exclude(state="void").exists():
            raise InvalidTransition("A credit note refers to one of the documents.", code="has_credit_note")
        rows = list(Invoice.objects.filter(id__in=ids, state="posted").order_by("kind", "issue_date", "id"))
        if len(rows) != len(set(ids)):
            raise InvalidTransition("Not every document of the set is posted; none was voided.")
        _reverse(rows, reason, actor, now)
        forget_charges(ids, actor=actor, now=now)
        note_reason(connection, reason)
        cursor.execute(_VOID, [now, current_tenant_id(), ids])


def _reverse(rows: Sequence[Invoice], reason: str, actor: Actor, now: datetime) -> None:
    """Close the documents' items and reverse their entries, those of one kind and day together."""
    for row in rows:
        close_source(
            source_kind=row.kind, source_id=row.id, on=row.issue_date, reason=reason, actor=actor, now=now
        )
    for (kind, day), members in groupby(rows, key=lambda row: (row.kind, row.issue_date)):
        bulk_reverse_entries(
            source_kind=kind, source_ids=[row.id for row in members], kind=ENTRY_KIND, entry_date=day, reason=reason,
            actor=actor, now=now,
        )  # fmt: skip


def _check_postable(found: Mapping[UUID, Row], document_ids: Sequence[UUID]) -> None:
    """Raise InvalidTransition or InputError unless each document may be posted."""
    for key, row in found.items():
        if row["state"] != "draft":
            raise InvalidTransition("A document of the set is not a draft.", detail={"document": str(key)})
        if not row["has_lines"]:
            raise InputError("A document without lines cannot be posted.", code="no_lines", field="lines")
        if row["prepaid_minor"]:
            raise InvalidTransition(
                "A document of the set is paid in part already.", detail={"document": str(key)},
                cure="Post it on its own.",
            )  # fmt: skip
    if len(found) != len(document_ids):
        raise InvalidTransition("A document of the set is missing or named twice.")


def _as_posted(rows: Sequence[Row]) -> list[Posted]:
    ids = [row["id"] for row in rows]
    parts: dict[UUID, list[Part]] = {key: [] for key in ids}
    taxes = TaxSubtotal.objects.filter(invoice_id__in=ids).order_by("position")
    for key, category, rate, base, tax in taxes.values_list(
        "invoice_id", "category", "rate", "base_minor", "tax_minor"
    ):
        parts[key].append(Part(category, rate, base, tax))
    plans: dict[UUID, list[tuple[date, int]]] = {key: [] for key in ids}
    instalments = Instalment.objects.filter(invoice_id__in=ids).order_by("position")
    for key, due, amount in instalments.values_list("invoice_id", "due_date", "amount_minor"):
        plans[key].append((due, amount))
    copied = (
        "id", "kind", "customer_id", "issue_date", "due_date", "currency", "net_minor", "tax_minor", "rounding_minor",
        "discount_percent", "discount_until",
    )  # fmt: skip
    return [
        Posted(
            **{name: row[name] for name in copied}, number="", parts=tuple(parts[row["id"]]),
            instalments=tuple(plans[row["id"]]),
        )
        for row in rows
    ]  # fmt: skip


def _book(documents: Sequence[Posted], found: Mapping[UUID, Row]) -> dict[UUID, Booked]:
    """Return the amounts in the book currency; a credit note is booked at its invoice's rate. Raises NoRate."""
    credited = Invoice.objects.filter(id__in={row["credits_id"] for row in found.values()} - {None})
    days: dict[UUID, tuple[str, date]] = {}
    fixed: dict[UUID, Rate] = {}
    for row in credited.only("currency", "issue_date", "rate", "rate_day", "rate_source"):
        days[row.id] = (row.currency, row.issue_date)
        if row.rate is not None:
            fixed[row.id] = Rate(row.currency, row.rate_day or row.issue_date, row.rate, row.rate_source)
    rates: dict[tuple[str, date], Rate] = {}
    booked = {}
    for each in documents:
        key = found[each.id]["credits_id"]
        rate = fixed.get(key)
        if rate is None:
            place = days.get(key, (each.currency, each.issue_date))
            rate = rates.get(place) or rates.setdefault(place, find_rate(*place))
        booked[each.id] = book(each, rate)
    return booked


def _take_numbers(
    connection: Any, documents: Sequence[Posted], found: Mapping[UUID, Row]
) -> dict[UUID, tuple[str, int]]:
    """Return number and sequence by id, in the order given within each series and year."""
    numbers: dict[UUID, tuple[str, int]] = {}

    def place(each: Posted) -> tuple[str, int]:
        return found[each.id]["series"], each.issue_date.year

    keeps_order = get_settings().is_date_order_kept
    # Always in the same order, so that two sets never wait for each other's counter in a circle.
    for (series, year), group in groupby(sorted(documents, key=place), key=place):
        members = list(group)
        if keeps_order:
            for day, later in pairwise(each.issue_date for each in members):
                if later < day:
                    raise DateOutOfOrder("The set is not in the order of its dates.", field="issue_date")
            check_date_order(connection, series=series, day=members[0].issue_date)
        last = max(each.issue_date for each in members)
        first = take_numbers(connection, series=series, year=year, count=len(members), last_date=last)
        for sequence, each in enumerate(members, start=first):
            numbers[each.id] = (number_text(series, year, sequence), sequence)
    return numbers


def _write_posted(
    connection: Any,
    documents: Sequence[Posted],
    booked: Mapping[UUID, Booked],
    numbers: Mapping[UUID, tuple[str, int]],
    now: datetime,
) -> None:
    rows = (
        (each.id, *numbers[each.id], b.currency, b.rate.rate, b.rate.day, b.rate.source, b.net_minor, b.tax_minor)
        for each in documents
        for b in [booked[each.id]]
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_POST, [now, *_transposed(rows), current_tenant_id()])
        if cursor.rowcount != len(documents):
            raise InvalidTransition("Not every document of the set could be posted; none was.")


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
                x.tax_category,
                x.tax_rate,
                x.net_minor,
            )


def _transposed(rows: Iterable[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]
