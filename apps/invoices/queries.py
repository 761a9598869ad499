"""Reads of documents."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import BigIntegerField, Case, Count, F, Q, QuerySet, Sum, When

from apps.core.errors import NotFound
from apps.documents.arithmetic import Totals, document_totals
from apps.invoices.models import Invoice, Line
from apps.parties.queries import list_customers


@dataclass(frozen=True)
class InvoiceFilter:
    """What a list of documents shows; empty fields do not narrow."""

    text: str = ""
    kind: str = ""
    state: str = ""
    customer_id: UUID | None = None
    product_id: UUID | None = None
    country_code: str = ""
    currency: str = ""
    issued_from: date | None = None
    issued_to: date | None = None


def list_invoices(wanted: InvoiceFilter) -> QuerySet[Invoice]:
    """Return the documents a filter describes, with their customers; the caller orders and pages."""
    exact = {
        "kind": wanted.kind, "state": wanted.state, "customer_id": wanted.customer_id,
        "country_code": wanted.country_code, "currency": wanted.currency,
        "issue_date__gte": wanted.issued_from, "issue_date__lte": wanted.issued_to,
    }  # fmt: skip
    found = Invoice.objects.filter(**{name: value for name, value in exact.items() if value})
    if wanted.product_id:
        found = found.filter(id__in=Line.objects.filter(product_id=wanted.product_id).values("invoice_id"))
    if wanted.text:
        found = found.filter(_holds(wanted.text.strip()))
    return found


def _holds(text: str) -> Q:
    customers = list_customers(text=text).values("id")
    return Q(number__icontains=text) | Q(external_number__icontains=text) | Q(customer_id__in=customers)


@dataclass(frozen=True)
class LineInfo:
    """A line as pages show it."""

    position: int
    product_id: UUID | None
    description: str
    quantity: Decimal
    unit_price: Decimal
    tax_rate: Decimal
    net_minor: int


@dataclass(frozen=True)
class DocumentInfo:
    """A document with its customer's name, its lines and its taxes by rate."""

    id: UUID
    kind: str
    state: str
    number: str | None
    external_number: str
    issue_date: date
    due_date: date
    customer_id: UUID
    customer_name: str
    customer_code: str
    country_code: str
    currency: str
    net_minor: int
    tax_minor: int
    total_minor: int
    note: str
    source: str
    credits_id: UUID | None
    created_at: datetime
    posted_at: datetime | None
    voided_at: datetime | None
    version: int
    lines: tuple[LineInfo, ...]
    totals: Totals

    @property
    def title(self) -> str:
        """How people call the document."""
        kind = "Invoice" if self.kind == "invoice" else "Credit note"
        return f"{kind} {self.number}" if self.number else f"{kind} (draft)"


def get_document(invoice_id: UUID) -> DocumentInfo:
    """Return a document of the open tenant in two queries. Raises NotFound."""
    invoice = Invoice.objects.select_related("customer").filter(id=invoice_id).first()
    if invoice is None:
        raise NotFound("There is no such document.")
    lines = list(Line.objects.filter(invoice_id=invoice_id).order_by("position"))
    shared = (
        field for field in DocumentInfo.__dataclass_fields__ if hasattr(invoice, field) and field != "lines"
    )
    return DocumentInfo(
        **{field: getattr(invoice, field) for field in shared},
        customer_name=invoice.customer.name,
        customer_code=invoice.customer.code,
        lines=tuple(
            LineInfo(
                x.position, x.product_id, x.description, x.quantity, x.unit_price, x.tax_rate, x.net_minor
            )
            for x in lines
        ),
        totals=document_totals(lines),
    )


@dataclass(frozen=True)
class CurrencyTotal:
    """The documents of a list in one currency; credit notes count against the net amount."""

    currency: str
    count: int
    net_minor: int


@dataclass(frozen=True)
class ListTotals:
    """How many documents a list holds, and their revenue by currency."""

    parts: tuple[CurrencyTotal, ...]

    @property
    def count(self) -> int:
        """How many documents there are."""
        return sum(part.count for part in self.parts)

    @property
    def by_currency(self) -> tuple[tuple[str, int], ...]:
        """Currency and net amount, by currency."""
        return tuple((part.currency, part.net_minor) for part in self.parts)

    @property
    def currencies(self) -> list[str]:
        """The currencies of the list."""
        return [part.currency for part in self.parts]

    def only(self, currency: str) -> "ListTotals":
        """Return the part in one currency, or everything when none is named."""
        return ListTotals(tuple(part for part in self.parts if currency in ("", part.currency)))


def sum_invoices(found: QuerySet[Invoice]) -> ListTotals:
    """Return the totals of a whole list, computed in SQL, never from the page that is shown."""
    sign = Case(When(kind="credit_note", then=-1), default=1, output_field=BigIntegerField())
    rows = found.order_by("currency").values("currency")
    rows = rows.annotate(number=Count("id"), net=Sum(F("net_minor") * sign))
    return ListTotals(tuple(CurrencyTotal(row["currency"], row["number"], int(row["net"])) for row in rows))


@dataclass(frozen=True)
class RelatedDocument:
    """Another document as a link names it."""

    id: UUID
    number: str | None


def find_credited(document: DocumentInfo) -> RelatedDocument | None:
    """Return the invoice that a credit note takes back."""
    if document.credits_id is None:
        return None
    row = Invoice.objects.filter(id=document.credits_id).values_list("id", "number").first()
    return RelatedDocument(*row) if row else None


def list_credit_notes(invoice_id: UUID) -> list[RelatedDocument]:
    """Return the credit notes that refer to an invoice, void ones included, oldest first."""
    found = Invoice.objects.filter(credits_id=invoice_id).order_by("created_at", "id")
    return [RelatedDocument(*row) for row in found.values_list("id", "number")]


def list_empty_documents(ids: set[UUID]) -> set[UUID]:
    """Return which of these documents have no lines."""
    filled = Line.objects.filter(invoice_id__in=ids).values_list("invoice_id", flat=True).distinct()
    return ids - set(filled)
