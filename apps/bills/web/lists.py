"""The list of bills: what its address asks for, as a query, as chips, as rows."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.http import QueryDict

from apps.approvals.queries import Standing, standings_of
from apps.bills.models import KINDS, MATCH_STATES, STATES, Bill
from apps.bills.queries import BillFilter, balances, list_bills, standing_in
from apps.core.web.keyset import Sort, read_sort
from apps.core.web.list_query import read_choice, read_day, read_id, read_text
from apps.core.web.listing import Filter, dates_filter, fixed_filter, options_filter
from apps.parties.suppliers import access_supplier
from apps.settlement.queries import PAYMENT_STATES, Balance

SORTS = {
    "issue_date": "issue_date", "due_date": "due_date", "total_minor": "total_minor", "created_at": "created_at",
}  # fmt: skip
SIGNS = {"duplicates": "May be a duplicate", "payee": "Another bank account"}
DUE = {"7": "In 7 days", "14": "In 14 days", "30": "In 30 days"}
APPROVALS = {"pending": "Waiting", "approved": "Approved", "rejected": "Rejected"}


@dataclass(frozen=True)
class BillList:
    """A list as its address describes it."""

    wanted: BillFilter
    found: QuerySet[Bill]
    sort: Sort
    supplier_name: str = ""


@dataclass(frozen=True)
class Row:
    """A bill as the list shows it; approval and balance are fetched for the whole page."""

    bill: Bill
    balance: Balance
    approval: Standing


def read_list(query: QueryDict, today: date) -> BillList:
    """Return the list that an address asks for; what it says wrongly is left out. Raises NotFound."""
    supplier_id: UUID | None = read_id(query, "supplier")
    supplier = access_supplier(supplier_id) if supplier_id else None
    signs, due = read_choice(query, "sign", SIGNS), read_choice(query, "due", DUE)
    wanted = BillFilter(
        text=read_text(query), kind=read_choice(query, "kind", KINDS), state=read_choice(query, "state", STATES),
        match=read_choice(query, "match", MATCH_STATES), suspected=signs == "duplicates", flagged=signs == "payee",
        approval=read_choice(query, "approval", APPROVALS), paid=read_choice(query, "paid", PAYMENT_STATES),
        supplier_id=supplier_id, currency=_currency(query), issued_from=read_day(query, "from"),
        issued_to=read_day(query, "to"), due_until=today + timedelta(days=int(due)) if due else None,
    )  # fmt: skip
    sort = read_sort(query, SORTS, "-issue_date")
    return BillList(wanted, list_bills(wanted, today=today), sort, supplier.name if supplier else "")


def filters_of(query: QueryDict, shown: BillList) -> tuple[Filter, ...]:
    """Return the chips above the list."""
    chips = [
        options_filter(query, "state", "State", STATES),
        options_filter(query, "match", "Match", MATCH_STATES),
        options_filter(query, "sign", "Signs", SIGNS),
        options_filter(query, "approval", "Approval", APPROVALS),
        options_filter(query, "paid", "Payment", PAYMENT_STATES),
        options_filter(query, "due", "Due", DUE),
        options_filter(query, "kind", "Kind", KINDS),
        dates_filter(query, "Dated"),
    ]
    if shown.supplier_name:
        chips.append(fixed_filter(query, "supplier", "Supplier", shown.supplier_name))
    return tuple(chips)


def rows_of(bills: list[Bill], today: date) -> list[Row]:
    """Return bills as rows, with what is open of them and how their approvals stand, in four queries."""
    open_of = balances(bills, today=today)
    standings = standings_of("bill", [bill.id for bill in bills])
    return [Row(bill, open_of.get(bill.id, Balance()), standing_in(standings, bill)) for bill in bills]


def _currency(query: QueryDict) -> str:
    text = query.get("currency", "")
    return text if len(text) == 3 and text.isascii() and text.isupper() else ""
