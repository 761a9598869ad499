"""Reads of documents."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import BigIntegerField, Case, Count, F, Q, QuerySet, Sum, When

from apps.core.errors import NotFound
from apps.documents.units import unit_name
from apps.invoices.crediting import list_creditable
from apps.invoices.models import Adjustment, Instalment, Invoice, Line, TaxSubtotal
from apps.invoices.standing import documents_due, documents_in_state, get_balance
from apps.parties.queries import list_customers
from apps.settlement.queries import Balance


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
    payment: str = ""
    due_from: date | None = None
    due_to: date | None = None
    total_from: int | None = None
    total_to: int | None = None


def list_invoices(wanted: InvoiceFilter) -> QuerySet[Invoice]:
    """Return the documents a filter describes, with their customers; the caller orders and pages."""
    exact = {
        "kind": wanted.kind, "state": wanted.state, "customer_id": wanted.customer_id,
        "country_code": wanted.country_code, "currency": wanted.currency,
        "issue_date__gte": wanted.issued_from, "issue_date__lte": wanted.issued_to,
        "total_minor__gte": wanted.total_from, "total_minor__lte": wanted.total_to,
    }  # fmt: skip
    found = Invoice.objects.filter(**{name: value for name, value in exact.items() if value})
    if wanted.product_id:
        found = found.filter(id__in=Line.objects.filter(product_id=wanted.product_id).values("invoice_id"))
    if wanted.payment:
        found = found.filter(id__in=documents_in_state(wanted.payment))
    if wanted.due_from or wanted.due_to:
        found = found.filter(id__in=documents_due(wanted.due_from, wanted.due_to))
    if wanted.text:
        found = found.filter(_holds(wanted.text.strip()))
    return found


def _holds(text: str) -> Q:
    customers = list_customers(text=text).values("id")
    return Q(number__icontains=text) | Q(external_number__icontains=text) | Q(customer_id__in=customers)


@dataclass(frozen=True)
class AdjustmentInfo:
    """An allowance or charge as pages show it."""

    is_charge: bool
    amount_minor: int
    base_minor: int | None
    percent: Decimal | None
    reason: str
    reason_code: str
    tax_category: str
    tax_rate: Decimal


@dataclass(frozen=True)
class LineInfo:
    """A line as pages show it."""

    id: UUID
    position: int
    product_id: UUID | None
    description: str
    quantity: Decimal
    unit: str
    base_quantity: Decimal
    gross_price: Decimal | None
    price_discount: Decimal | None
    unit_price: Decimal
    tax_category: str
    tax_rate: Decimal
    exemption_reason: str
    exemption_code: str
    net_minor: int
    credits_line_id: UUID | None
    adjustments: tuple[AdjustmentInfo, ...]

    @property
    def unit_name(self) -> str:
        """How people call the unit."""
        return unit_name(self.unit)


@dataclass(frozen=True)
class TaxInfo:
    """The tax of one category and rate, and why none is charged."""

    category: str
    rate: Decimal
    base_minor: int
    tax_minor: int
    exemption_reason: str
    exemption_code: str


@dataclass(frozen=True)
class InstalmentInfo:
    """A part of what is due."""

    due_date: date
    share: Decimal
    amount_minor: int


@dataclass(frozen=True)
class DocumentInfo:
    """A document with its customer's name and all that stands on it, as it is stored."""

    id: UUID
    kind: str
    state: str
    number: str | None
    external_number: str
    order_reference: str
    issue_date: date
    due_date: date
    delivery_date: date | None
    customer_id: UUID
    customer_name: str
    customer_code: str
    country_code: str
    currency: str
    lines_minor: int
    allowance_minor: int
    charge_minor: int
    net_minor: int
    tax_minor: int
    total_minor: int
    rounding_minor: int
    prepaid_minor: int
    payable_minor: int
    due_minor: int
    tax_rounding: str
    terms: str
    discount_percent: Decimal
    discount_until: date | None
    book_currency: str
    rate: Decimal | None
    rate_day: date | None
    rate_source: str
    book_net_minor: int | None
    book_tax_minor: int | None
    book_total_minor: int | None
    note: str
    source: str
    credits_id: UUID | None
    created_at: datetime
    posted_at: datetime | None
    voided_at: datetime | None
    version: int
    lines: tuple[LineInfo, ...]
    adjustments: tuple[AdjustmentInfo, ...]
    taxes: tuple[TaxInfo, ...]
    instalments: tuple[InstalmentInfo, ...]
    balance: Balance
    blocked: frozenset[str]

    @property
    def title(self) -> str:
        """How people call the document."""
        kind = "Invoice" if self.kind == "invoice" else "Credit note"
        return f"{kind} {self.number}" if self.number else f"{kind} (draft)"

    @property
    def payment_state(self) -> str:
        """Open, partly paid, paid, overdue, or none while it is no open item (books.md 25)."""
        return self.balance.payment_state

    @property
    def open_minor(self) -> int:
        """What is still to be paid, or of a credit note to be applied."""
        return self.balance.open_minor

    @property
    def is_foreign(self) -> bool:
        """Whether it is booked in another currency than its own."""
        return self.book_currency not in {"", self.currency}


_STORED = tuple(
    name
    for name in DocumentInfo.__dataclass_fields__
    if hasattr(Invoice, name) and name not in {"lines", "adjustments", "taxes", "instalments"}
)
_LINE = tuple(name for name in LineInfo.__dataclass_fields__ if name != "adjustments")
_ADJUSTMENT = tuple(AdjustmentInfo.__dataclass_fields__)
_TAX = tuple(TaxInfo.__dataclass_fields__)


def get_document(invoice_id: UUID) -> DocumentInfo:
    """Return a document of the open tenant, in the same number of queries whatever its size. Raises NotFound."""
    invoice = Invoice.objects.select_related("customer").filter(id=invoice_id).first()
    if invoice is None:
        raise NotFound("There is no such document.")
    of_line: dict[UUID | None, list[AdjustmentInfo]] = defaultdict(list)
    for row in Adjustment.objects.filter(invoice=invoice).order_by("position"):
        of_line[row.line_id].append(AdjustmentInfo(**{name: getattr(row, name) for name in _ADJUSTMENT}))
    is_posted = invoice.state == "posted"
    balance = get_balance(invoice.kind, invoice.id) if is_posted else Balance()
    return DocumentInfo(
        **{name: getattr(invoice, name) for name in _STORED},
        customer_name=invoice.customer.name,
        customer_code=invoice.customer.code,
        lines=tuple(
            LineInfo(**{name: getattr(x, name) for name in _LINE}, adjustments=tuple(of_line[x.id]))
            for x in Line.objects.filter(invoice=invoice).order_by("position")
        ),
        adjustments=tuple(of_line[None]),
        taxes=tuple(
            TaxInfo(**{name: getattr(x, name) for name in _TAX})
            for x in TaxSubtotal.objects.filter(invoice=invoice).order_by("position")
        ),
        instalments=tuple(
            InstalmentInfo(x.due_date, x.share, x.amount_minor)
            for x in Instalment.objects.filter(invoice=invoice).order_by("position")
        ),
        balance=balance,
        blocked=find_blocked(invoice, balance) if is_posted else frozenset(),
    )


def list_creditable_lines(document: DocumentInfo) -> list[tuple[LineInfo, Decimal]]:
    """Return the lines of a posted invoice of which something is left to credit, with how much."""
    if document.kind != "invoice" or "credit" in document.blocked:
        return []
    left = list_creditable(Invoice(id=document.id))
    return [(line, left[line.id]) for line in document.lines if left.get(line.id)]


def find_blocked(invoice: Invoice, balance: Balance) -> frozenset[str]:
    """Return which actions of a posted document would be refused as it stands: no button fails after the click."""
    blocked = set()
    if balance.open_minor != balance.total_minor:
        blocked.add("void")
    if invoice.kind == "invoice":
        notes = Invoice.objects.filter(credits=invoice).exclude(state="void").values_list("state", flat=True)
        states = set(notes)
        if states:
            blocked.add("void")
        if "draft" not in states and not any(list_creditable(invoice).values()):
            blocked.add("credit")
    elif not balance.open_minor or not _is_open_invoice(invoice.credits_id):
        blocked.add("apply")
    return frozenset(blocked)


def _is_open_invoice(invoice_id: UUID | None) -> bool:
    return invoice_id is not None and get_balance("invoice", invoice_id).open_minor > 0


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
