"""Reads of bills."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import BigIntegerField, Case, Count, F, Q, QuerySet, Sum, When

from apps.approvals.choosing import choose
from apps.approvals.desk import current_versions
from apps.approvals.queries import NO_STANDING, Standing, standing_of, subjects_in_state
from apps.approvals.rules import Facts
from apps.bills.duplicates import Candidate, find_duplicates
from apps.bills.models import Bill, BillAdjustment, BillLine, BillTax, LineMatch
from apps.bills.numbers import number_key
from apps.bills.parts import list_adjustments, list_taxes
from apps.bills.posting import SOURCE_KINDS, book_total, source_kind_of
from apps.core.errors import NotFound
from apps.documents.files import list_files
from apps.documents.models import StoredFile
from apps.parties.suppliers import list_suppliers
from apps.settlement.queries import Balance, balances_of, sources_in_state


@dataclass(frozen=True)
class BillFilter:
    """What a list of bills shows; empty fields do not narrow. `paid` is a payment state, computed (books.md 25)."""

    text: str = ""
    kind: str = ""
    state: str = ""
    match: str = ""
    suspected: bool = False
    flagged: bool = False
    approval: str = ""
    paid: str = ""
    supplier_id: UUID | None = None
    currency: str = ""
    issued_from: date | None = None
    issued_to: date | None = None
    due_until: date | None = None


def list_bills(wanted: BillFilter, *, today: date) -> QuerySet[Bill]:
    """Return the bills a filter describes; the caller orders and pages."""
    exact = {
        "kind": wanted.kind, "state": wanted.state, "match_state": wanted.match, "supplier_id": wanted.supplier_id,
        "currency": wanted.currency, "issue_date__gte": wanted.issued_from, "issue_date__lte": wanted.issued_to,
        "due_date__lte": wanted.due_until, "has_duplicates": wanted.suspected,
    }  # fmt: skip
    found = Bill.objects.filter(**{name: value for name, value in exact.items() if value})
    if wanted.flagged:
        found = found.exclude(payee_flag="")
    if wanted.approval:
        found = found.filter(id__in=subjects_in_state("bill", wanted.approval))
    if wanted.paid:
        found = found.filter(_paid(wanted.paid, today))
    if wanted.text:
        found = found.filter(holds(wanted.text.strip()))
    return found


def _paid(state: str, today: date) -> Q:
    found = Q()
    for source_kind in SOURCE_KINDS.values():
        found |= Q(id__in=sources_in_state(source_kind=source_kind, state=state, today=today))
    return ~found if state == "none" else found


def holds(text: str) -> Q:
    """Find by any number that a person holds: ours, the supplier's however it is typed, the order's."""
    suppliers = list_suppliers(text=text).values("id")
    return (
        Q(number__icontains=text)
        | Q(supplier_number__icontains=text)
        | Q(number_key=number_key(text))
        | Q(order_reference__icontains=text)
        | Q(supplier_id__in=suppliers)
    )


@dataclass(frozen=True)
class LineInfo:
    """A line with its match, where it has one."""

    line: BillLine
    match: LineMatch | None
    order_number: str
    order_id: UUID | None


@dataclass(frozen=True)
class BillInfo:
    """A bill with everything that its page shows."""

    bill: Bill
    supplier_name: str
    supplier_code: str
    lines: tuple[LineInfo, ...]
    adjustments: tuple[BillAdjustment, ...]
    taxes: tuple[BillTax, ...]
    duplicates: tuple[Candidate, ...]
    balance: Balance
    approval: Standing
    needs_approval: bool
    original: StoredFile | None
    credited: Bill | None
    credit_notes: tuple[Bill, ...]

    @property
    def title(self) -> str:
        """How people call the bill."""
        kind = "Bill" if self.bill.kind == "invoice" else "Credit note"
        return f"{kind} {self.bill.number or self.bill.supplier_number}"

    @property
    def is_matched(self) -> bool:
        """Whether any line was compared with an order."""
        return any(line.match for line in self.lines)


def get_bill(bill_id: UUID) -> BillInfo:
    """Return a bill of the open tenant, in as many queries however many lines. Raises NotFound."""
    bill = Bill.objects.prefetch_related("supplier", "credits").filter(id=bill_id).first()
    if bill is None:
        raise NotFound("There is no such bill.")
    kind = source_kind_of(bill)
    originals = list_files(subject_kind="bill", subject_id=bill.id, purpose="original")
    notes = Bill.objects.filter(credits=bill).order_by("created_at", "id")
    return BillInfo(
        bill=bill, supplier_name=bill.supplier.name, supplier_code=bill.supplier.code, lines=_lines(bill),
        adjustments=tuple(list_adjustments(bill)), taxes=tuple(list_taxes(bill)),
        duplicates=tuple(find_duplicates([bill])[bill.id]) if bill.state != "void" else (),
        balance=balances_of(source_kind=kind, source_ids=[bill.id])[bill.id],
        approval=standing_of("bill", bill.id), needs_approval=bill.id in wants_approval([bill]),
        original=originals[0] if originals else None, credited=bill.credits, credit_notes=tuple(notes),
    )  # fmt: skip


def wants_approval(bills: Collection[Bill]) -> set[UUID]:
    """Return which drafts a policy speaks about as they are now, in one query; without a rate nobody can tell yet."""
    drafts = [bill for bill in bills if bill.state == "draft" and bill.rate is not None]
    if not drafts:
        return set()
    policies = list(current_versions().filter(subject_kind="bill"))
    return {
        bill.id
        for bill in drafts
        if choose(policies, Facts("bill", book_total(bill), bill.supplier_id, bill.category)) is not None
    }


def _lines(bill: Bill) -> tuple[LineInfo, ...]:
    found = BillLine.objects.filter(bill=bill).order_by("position")
    lines = list(found.prefetch_related("purchase_line__order"))
    matches = {each.line_id: each for each in LineMatch.objects.filter(line__in=[line.id for line in lines])}
    shown = []
    for line in lines:
        order = line.purchase_line.order if line.purchase_line else None
        shown.append(
            LineInfo(line, matches.get(line.id), order.number if order else "", order.id if order else None)
        )
    return tuple(shown)


@dataclass(frozen=True)
class CurrencyTotal:
    """The bills of a list in one currency; credit notes count against the total."""

    currency: str
    count: int
    total_minor: int


@dataclass(frozen=True)
class ListTotals:
    """How many bills a list holds, and what they come to by currency."""

    parts: tuple[CurrencyTotal, ...]

    @property
    def count(self) -> int:
        """How many bills there are."""
        return sum(part.count for part in self.parts)

    @property
    def by_currency(self) -> tuple[tuple[str, int], ...]:
        """Currency and total, by currency."""
        return tuple((part.currency, part.total_minor) for part in self.parts)


def sum_bills(found: QuerySet[Bill]) -> ListTotals:
    """Return the totals of a whole list, computed in SQL, never from the page that is shown."""
    sign = Case(When(kind="credit_note", then=-1), default=1, output_field=BigIntegerField())
    rows = found.order_by("currency").values("currency")
    rows = rows.annotate(number=Count("id"), sum=Sum(F("total_minor") * sign))
    return ListTotals(tuple(CurrencyTotal(row["currency"], row["number"], int(row["sum"])) for row in rows))


def balances(bills: Collection[Bill], *, today: date) -> dict[UUID, Balance]:
    """Return what of posted bills is open, in two queries."""
    found: dict[UUID, Balance] = {}
    for kind, source_kind in SOURCE_KINDS.items():
        ids = [bill.id for bill in bills if bill.kind == kind and bill.state == "posted"]
        if ids:
            found |= balances_of(source_kind=source_kind, source_ids=ids, today=today)
    return found


def standing_in(standings: dict[UUID, Standing], bill: Bill) -> Standing:
    """Return a bill's standing among those that were fetched."""
    return standings.get(bill.id, NO_STANDING)
