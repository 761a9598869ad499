"""Bills as rows of a file, a row for each line: what each column means, and how rows get into the books."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.db.models import QuerySet
from django.http import QueryDict

from apps.bills.access import access_bill
from apps.bills.inputs import BillInput, BillLineInput, Stated
from apps.bills.models import KINDS, Bill
from apps.bills.operations import change_bill, create_bill
from apps.bills.ordering import order_lines
from apps.bills.parts import input_of
from apps.bills.wording import wording_of
from apps.core.errors import InputError
from apps.core.scope import Actor
from apps.documents.taxes import category_for
from apps.parties.models import Supplier
from apps.tenancy.rowfiles.answers import Outcome, RowKind
from apps.tenancy.rowfiles.columns import DAY, NUMBER, TEXT, WHOLE, Column, choice, money
from apps.tenancy.web.records.description import Entity, Listing

HEAD: Final = (
    "kind",
    "issue_date",
    "due_date",
    "currency",
    "order_reference",
    "category",
    "note",
    "total",
    "tax",
)
COLUMNS: Final = (
    Column("Our number", "number", TEXT, "bill__number", is_read=False),
    Column("State", "state", TEXT, "bill__state", is_read=False),
    Column("Supplier", "supplier", TEXT, "bill__supplier__code", is_required=True),
    Column("Their number", "supplier_number", TEXT, "bill__supplier_number", is_required=True),
    Column("Kind", "kind", choice(KINDS), "bill__kind"),
    Column("Dated", "issue_date", DAY, "bill__issue_date", is_required=True),
    Column("Due", "due_date", DAY, "bill__due_date"),
    Column("Currency", "currency", TEXT, "bill__currency", is_required=True),
    Column("Total", "total", money("currency"), "bill__total_minor"),
    Column("Tax", "tax", money("currency"), "bill__tax_minor"),
    Column("Order", "order_reference", TEXT, "bill__order_reference"),
    Column("Category", "category", TEXT, "bill__category"),
    Column("Note", "note", TEXT, "bill__note"),
    Column("Order line", "order_line", WHOLE, "purchase_line__position"),
    Column("Description", "description", TEXT, "description", is_required=True),
    Column("Quantity", "quantity", NUMBER, "quantity", is_required=True),
    Column("Unit price", "unit_price", NUMBER, "unit_price", is_required=True),
    Column("Tax %", "tax_rate", NUMBER, "tax_rate"),
    Column("Tax category", "tax_category", TEXT, "tax_category"),
    Column("Account", "account", TEXT, "account"),
    Column("Net", "net", money("currency"), "net_minor"),
)


def put_bill(*, rows: Sequence[Mapping[str, Any]], actor: Actor, now: datetime) -> Outcome:
    """Enter the bill that some rows make, or change its draft; a posted one is only compared (books.md 62).

    A bill is named by its supplier, the supplier's number, and its kind. Raises InputError with the row at fault.
    """
    given = _input(rows)
    found = Bill.objects.filter(
        supplier_id=given.supplier_id, supplier_number=given.supplier_number, kind=given.kind
    ).exclude(state="void")  # fmt: skip
    bill = found.order_by("created_at").first()
    if bill is None:
        create_bill(bill=given, actor=actor, now=now)
        return "created"
    held = input_of(bill)
    if held.adjustments:
        raise InputError(
            "This bill has allowances or charges; change it on its page.", code="has_adjustments"
        )
    changes = _changes(held, given, bill)
    if not changes:
        return "same"
    if bill.state != "draft":
        raise InputError(f"{bill.number} is posted and is not changed by a file.", code="is_posted")
    change_bill(bill_id=bill.id, changes=changes, actor=actor, now=now)
    return "changed"


def _input(rows: Sequence[Mapping[str, Any]]) -> BillInput:
    first = rows[0]
    for number, row in enumerate(rows):
        for name in HEAD:
            if row.get(name) != first.get(name):
                raise InputError("The rows of a bill say different things here.", code="rows_differ", field=name,
                                 detail={"row": number})  # fmt: skip
    supplier = Supplier.objects.filter(code=first["supplier"]).first()
    if supplier is None:
        raise InputError("There is no supplier with this code.", code="unknown_supplier", field="supplier")
    orders = order_lines(supplier.id, first.get("order_reference") or "")
    return BillInput(
        supplier_id=supplier.id, supplier_number=first["supplier_number"], kind=first.get("kind", "invoice"),
        issue_date=first["issue_date"], due_date=first.get("due_date"), currency=first["currency"].upper(),
        order_reference=first.get("order_reference") or "", category=first.get("category") or "",
        note=first.get("note") or "", stated=_stated(first), source="csv",
        lines=[_line(number, row, orders) for number, row in enumerate(rows)],
    )  # fmt: skip


def _stated(row: Mapping[str, Any]) -> Stated | None:
    total = row.get("total")
    return None if total is None else Stated(total_minor=total, tax_minor=row.get("tax") or 0)


def _line(number: int, row: Mapping[str, Any], orders: Any) -> BillLineInput:
    position = row.get("order_line")
    ordered = orders.at(position) if position else None
    if position and ordered is None:
        raise InputError("The order has no such line.", code="unknown_purchase_line", field="order_line",
                         detail={"row": number})  # fmt: skip
    rate = row.get("tax_rate") or Decimal(0)
    return BillLineInput(
        description=row["description"], quantity=row["quantity"], unit_price=row["unit_price"], tax_rate=rate,
        tax_category=row.get("tax_category") or category_for(rate), account=row.get("account") or "",
        net_minor=row.get("net"), purchase_line_id=ordered.id if ordered else None,
        product_id=ordered.product_id if ordered else None,
    )  # fmt: skip


def _changes(held: BillInput, given: BillInput, bill: Bill) -> dict[str, Any]:
    """Return what the rows say otherwise; what a file cannot say stays as it is."""
    found = {
        name: getattr(given, name)
        for name in ("issue_date", "currency", "order_reference", "category", "note")
        if getattr(given, name) != getattr(held, name)
    }
    if given.due_date and given.due_date != held.due_date:
        found["due_date"] = given.due_date
    if [_compared(line) for line in given.lines] != [_compared(line) for line in held.lines]:
        found["lines"] = given.lines
    stated = given.stated
    if stated and (stated.total_minor, stated.tax_minor) != (bill.total_minor, bill.tax_minor):
        found["stated"] = stated
    return found


def _compared(line: BillLineInput) -> tuple[object, ...]:
    price = line.unit_price / line.base_quantity
    return (line.description, line.quantity, price, line.tax_category, line.tax_rate, line.account,
            line.purchase_line_id)  # fmt: skip


def _none(_: QueryDict) -> QuerySet[Bill]:
    return Bill.objects.none()


BILL_ROWS = RowKind(
    name="bills", columns=COLUMNS, key=("supplier", "supplier_number", "kind"), put=put_bill, is_several=True
)
# What the pages of an import need to know of bills; lists and forms are pages of their own.
BILLS = Entity(
    listing=Listing(
        page="bills:list", name="bills", title="Bills", reads="bills.read", find=_none,
        sorts={"issue_date": "issue_date"}, sort="-issue_date", columns=COLUMNS,
    ),
    pages="bills:", one="bill", writes="bills.write", access=access_bill, wording=wording_of("GBP"), rows=BILL_ROWS,
)  # fmt: skip
