"""Pages of purchase orders: the list with its file, one order, what its buttons do, receipts."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from apps.audit.operations import record_access
from apps.catalog.access import access_product
from apps.core import clock
from apps.core.errors import DomainError, InputError, NotFound, StaleVersion
from apps.core.money import from_minor
from apps.core.scope import current_scope
from apps.core.web.csv_files import check_rows, csv_file
from apps.core.web.form_fields import read_version
from apps.core.web.keyset import Sort, page_of, read_sort
from apps.core.web.list_query import read_choice, read_day, read_id, read_text
from apps.core.web.listing import Filter, dates_filter, fixed_filter, options_filter
from apps.orders.access import access_purchase_order, access_receipt
from apps.orders.models import PURCHASE_STATES, PurchaseOrder
from apps.orders.operations import (
    cancel_purchase_order,
    close_purchase_order,
    open_purchase_order_again,
    reverse_receipt,
    send_purchase_order,
    submit_purchase_order,
    withdraw_purchase_order,
)
from apps.orders.queries import (
    PurchaseFilter,
    get_purchase_order,
    list_purchase_orders,
    list_receipts,
    sum_orders,
)
from apps.orders.queries.sales import allowed_here
from apps.orders.transitions import CANCEL_PURCHASE, CLOSE, OPEN_AGAIN, SEND, SUBMIT, WITHDRAW, Action
from apps.orders.wording import wording_of_purchase
from apps.parties.suppliers import access_supplier
from apps.tenancy.access import check_permission, may, requires
from apps.tenancy.timeline import explain_stale, list_happenings
from apps.tenancy.web.middleware import tenant_of

LOOK_AGAIN = "It is shown below as it is now. Do it again if it is still right."
SORTS = {"order_date": "order_date", "total_minor": "total_minor", "number": "number"}
RECEIPT_SORTS = {"received_on": "received_on", "number": "number"}
DEFAULT_SORT = "-order_date"
EXCEPTIONS = {"yes": "Short or rejected"}
HEADINGS = ("Number", "State", "Ordered", "Expected", "Supplier code", "Supplier", "Currency", "Net", "Tax", "Freight",
            "Total", "Their reference", "Outside number")  # fmt: skip


@dataclass(frozen=True)
class PurchaseList:
    """A list as its address describes it."""

    found: QuerySet[PurchaseOrder]
    sort: Sort
    supplier_name: str = ""
    product_name: str = ""


def read_list(query: QueryDict) -> PurchaseList:
    """Return the list that an address asks for; what it says wrongly is left out. Raises NotFound."""
    supplier_id, product_id = read_id(query, "supplier"), read_id(query, "product")
    wanted = PurchaseFilter(
        text=read_text(query), state=read_choice(query, "state", PURCHASE_STATES), supplier_id=supplier_id,
        product_id=product_id, ordered_from=read_day(query, "from"), ordered_to=read_day(query, "to"),
        has_exception=read_choice(query, "exceptions", EXCEPTIONS) == "yes",
    )  # fmt: skip
    return PurchaseList(
        found=list_purchase_orders(wanted),
        sort=read_sort(query, SORTS, DEFAULT_SORT),
        supplier_name=access_supplier(supplier_id).name if supplier_id else "",
        product_name=access_product(product_id).name if product_id else "",
    )


@require_GET
@requires("purchasing.read")
def purchase_list(request: HttpRequest) -> HttpResponse:
    """Show the list of purchase orders with the totals of all of it."""
    shown = read_list(request.GET)
    totals = sum_orders(shown.found)
    rows = shown.found.prefetch_related("supplier")
    page = page_of(rows, request.GET, shown.sort, show=lambda row: row, total=totals.count)
    filters = _filters(request.GET, shown)
    return render(request, "orders/purchases.html", {
        "page": page, "totals": totals, "filters": filters, "is_filtered": any(each.is_on for each in filters),
        "sort": shown.sort.name, "may_create": may("purchasing.write"), "may_export": may("exports.run"),
    })  # fmt: skip


def _filters(query: QueryDict, shown: PurchaseList) -> tuple[Filter, ...]:
    chips = [
        options_filter(query, "state", "State", PURCHASE_STATES),
        dates_filter(query, "Ordered"),
        options_filter(query, "exceptions", "Receipts", EXCEPTIONS),
    ]
    if shown.supplier_name:
        chips.append(fixed_filter(query, "supplier", "Supplier", shown.supplier_name))
    if shown.product_name:
        chips.append(fixed_filter(query, "product", "Product", shown.product_name))
    return tuple(chips)


@require_GET
@requires("exports.run")
def purchase_export(request: HttpRequest) -> FileResponse:
    """Give the list as a file; that it was taken is recorded first."""
    check_permission("purchasing.read")
    shown = read_list(request.GET)
    number = shown.found.count()
    check_rows(number)
    told = {"rows": number, "list": request.GET.urlencode()}
    record_access(kind="export", subject="purchase orders", detail=told)
    return csv_file("purchase-orders.csv", HEADINGS, _rows(shown))


def _rows(shown: PurchaseList) -> Iterator[tuple[object, ...]]:
    found = shown.found.prefetch_related("supplier").order_by(*shown.sort.columns())
    for each in found.iterator(2000):
        amounts = (each.net_minor, each.tax_minor, each.freight_minor, each.total_minor)
        yield (
            each.number, PURCHASE_STATES[each.state], each.order_date, each.expected_date, each.supplier.code,
            each.supplier.name, each.currency, *(from_minor(minor, each.currency) for minor in amounts),
            each.supplier_reference, each.external_number,
        )  # fmt: skip


@require_GET
@requires("purchasing.read")
def receipt_list(request: HttpRequest) -> HttpResponse:
    """Show the list of receipts."""
    found = list_receipts(text=read_text(request.GET))
    sort = read_sort(request.GET, RECEIPT_SORTS, "-received_on")
    rows = found.prefetch_related("order__supplier")
    page = page_of(rows, request.GET, sort, show=lambda row: row, total=found.count())
    return render(request, "orders/receipts.html", {
        "page": page, "filters": (), "is_filtered": False, "sort": sort.name,
    })  # fmt: skip


@require_GET
@requires("purchasing.read")
def purchase_detail(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Show a purchase order."""
    return _detail(request, order_id, None)


@dataclass(frozen=True)
class Sent:
    """What a button sends."""

    order_id: UUID
    version: int
    reason: str

    def who(self) -> dict[str, object]:
        """Return what every operation takes."""
        return {
            "order_id": self.order_id,
            "version": self.version,
            "actor": current_scope().actor,
            "now": clock.now(),
        }


def _submit(sent: Sent) -> str:
    order = submit_purchase_order(**sent.who())  # type: ignore[arg-type]
    if order.state == "awaiting_approval":
        return f"{order.number} waits for approval."
    return f"No policy asks for an approval: {order.number} is free."


def _plain(work: Callable[..., PurchaseOrder], told: str) -> Callable[[Sent], str]:
    return lambda sent: told.format(work(**sent.who()).number)


def _because(work: Callable[..., PurchaseOrder], told: str) -> Callable[[Sent], str]:
    return lambda sent: told.format(work(**sent.who(), reason=sent.reason).number)


ACTS: dict[str, tuple[Action, Callable[[Sent], str]]] = {
    action.name: (action, run)
    for action, run in (
        (SUBMIT, _submit),
        (WITHDRAW, _plain(withdraw_purchase_order, "{} is a draft again.")),
        (SEND, _plain(send_purchase_order, "{} is sent; its goods are expected.")),
        (CLOSE, _because(close_purchase_order, "{} is closed.")),
        (OPEN_AGAIN, _because(open_purchase_order_again, "{} is open again.")),
        (CANCEL_PURCHASE, _because(cancel_purchase_order, "{} is cancelled.")),
    )
}


@require_POST
@requires("purchasing.read")
def purchase_act(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Do what a button of an order says; a refusal is shown on its page."""
    name = request.POST.get("action", "")
    if name not in ACTS:
        raise InputError("There is no such action.", code="unknown_action", field="action")
    action, run = ACTS[name]
    access_purchase_order(order_id, permission=action.permission)
    try:
        told = run(Sent(order_id, read_version(request.POST), request.POST.get("reason", "")))
    except NotFound:
        raise
    except DomainError as error:
        return _detail(request, order_id, error)
    messages.success(request, told)
    return redirect("orders:purchase_detail", order_id)


@require_POST
@requires("purchasing.receive")
def receipt_reverse(request: HttpRequest, receipt_id: UUID) -> HttpResponse:
    """Take a receipt back; a refusal is shown on its order's page."""
    receipt = access_receipt(receipt_id, permission="purchasing.receive")
    today = clock.local_date(clock.now(), tenant_of(request).time_zone)
    try:
        back = reverse_receipt(
            receipt_id=receipt_id, reason=request.POST.get("reason", ""), received_on=today,
            actor=current_scope().actor, now=clock.now(),
        )  # fmt: skip
    except NotFound:
        raise
    except DomainError as error:
        return _detail(request, receipt.order_id, error)
    messages.success(request, f"{receipt.number} is taken back by {back.number}.")
    return redirect("orders:purchase_detail", receipt.order_id)


def _detail(request: HttpRequest, order_id: UUID, problem: DomainError | None) -> HttpResponse:
    order = get_purchase_order(order_id)
    wording = wording_of_purchase(order.currency)
    if isinstance(problem, StaleVersion):
        problem = explain_stale(wording, order.id, problem, tenant_of(request).locale, cure=LOOK_AGAIN)
    return render(request, "orders/purchase.html", {
        "order": order, "actions": allowed_here(order.actions), "timeline": list_happenings(wording, order.id),
        "problem": problem, "may_reverse": may("purchasing.receive") and order.state in ("partly_received", "received"),
        "may_see_approvals": may("approvals.read"),
    }, status=problem.status if problem else 200)  # fmt: skip
