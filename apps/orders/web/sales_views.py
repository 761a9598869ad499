"""Pages of sales orders: the list with its file, one order, what its buttons do, a delivery note."""

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
from apps.orders.access import access_sales_order, access_shipment
from apps.orders.models import SALES_STATES, SalesOrder
from apps.orders.operations import (
    cancel_order,
    cancel_rest,
    clear_credit,
    confirm_order,
    deliver_order,
    hold_order,
    release_order,
    reopen_order,
    reserve_rest,
    start_picking,
)
from apps.orders.queries import SalesFilter, get_sales_order, list_sales_orders, sum_orders
from apps.orders.queries.sales import allowed_here
from apps.orders.transitions import (
    BACKORDER,
    CANCEL,
    CANCEL_REST,
    CLEAR_CREDIT,
    CONFIRM,
    DELIVER,
    HOLD,
    RELEASE,
    REOPEN,
    RESERVE,
    START,
    Action,
)
from apps.orders.wording import wording_of_sale
from apps.parties.access import access_customer
from apps.tenancy.access import check_permission, may, requires
from apps.tenancy.timeline import explain_stale, list_happenings
from apps.tenancy.web.middleware import tenant_of

LOOK_AGAIN = "It is shown below as it is now. Do it again if it is still right."
SORTS = {"order_date": "order_date", "total_minor": "total_minor", "number": "number"}
DEFAULT_SORT = "-order_date"
HEADINGS = ("Number", "State", "Ordered", "Wanted", "Customer code", "Customer", "Currency", "Net", "Tax", "Total",
            "Their reference")  # fmt: skip


@dataclass(frozen=True)
class SalesList:
    """A list as its address describes it."""

    wanted: SalesFilter
    found: QuerySet[SalesOrder]
    sort: Sort
    customer_name: str = ""
    product_name: str = ""


def read_list(query: QueryDict) -> SalesList:
    """Return the list that an address asks for; what it says wrongly is left out. Raises NotFound."""
    customer_id, product_id = read_id(query, "customer"), read_id(query, "product")
    wanted = SalesFilter(
        text=read_text(query), state=read_choice(query, "state", SALES_STATES), customer_id=customer_id,
        product_id=product_id, ordered_from=read_day(query, "from"), ordered_to=read_day(query, "to"),
    )  # fmt: skip
    return SalesList(
        wanted=wanted,
        found=list_sales_orders(wanted),
        sort=read_sort(query, SORTS, DEFAULT_SORT),
        customer_name=access_customer(customer_id).name if customer_id else "",
        product_name=access_product(product_id).name if product_id else "",
    )


@require_GET
@requires("orders.read")
def sale_list(request: HttpRequest) -> HttpResponse:
    """Show the list of sales orders with the totals of all of it."""
    shown = read_list(request.GET)
    totals = sum_orders(shown.found)
    rows = shown.found.prefetch_related("customer")
    page = page_of(rows, request.GET, shown.sort, show=lambda row: row, total=totals.count)
    filters = _filters(request.GET, shown)
    return render(request, "orders/sales.html", {
        "page": page, "totals": totals, "filters": filters, "is_filtered": any(each.is_on for each in filters),
        "sort": shown.sort.name, "may_create": may("orders.write"), "may_export": may("exports.run"),
        "may_confirm": may("orders.write"),
    })  # fmt: skip


def _filters(query: QueryDict, shown: SalesList) -> tuple[Filter, ...]:
    chips = [options_filter(query, "state", "State", SALES_STATES), dates_filter(query, "Ordered")]
    if shown.customer_name:
        chips.append(fixed_filter(query, "customer", "Customer", shown.customer_name))
    if shown.product_name:
        chips.append(fixed_filter(query, "product", "Product", shown.product_name))
    return tuple(chips)


@require_GET
@requires("exports.run")
def sale_export(request: HttpRequest) -> FileResponse:
    """Give the list as a file; that it was taken is recorded first."""
    check_permission("orders.read")
    shown = read_list(request.GET)
    number = shown.found.count()
    check_rows(number)
    told = {"rows": number, "list": request.GET.urlencode()}
    record_access(kind="export", subject="sales orders", detail=told)
    return csv_file("sales-orders.csv", HEADINGS, _rows(shown))


def _rows(shown: SalesList) -> Iterator[tuple[object, ...]]:
    found = shown.found.prefetch_related("customer").order_by(*shown.sort.columns())
    for each in found.iterator(2000):
        amounts = (each.net_minor, each.tax_minor, each.total_minor)
        yield (
            each.number, SALES_STATES[each.state], each.order_date, each.wanted_date, each.customer.code,
            each.customer.name, each.currency, *(from_minor(minor, each.currency) for minor in amounts),
            each.customer_reference,
        )  # fmt: skip


@require_GET
@requires("orders.read")
def sale_detail(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Show a sales order."""
    return _detail(request, order_id, None)


@require_GET
@requires("orders.read")
def sale_note(request: HttpRequest, shipment_id: UUID) -> HttpResponse:
    """Show a delivery note, fit for printing."""
    shipment = access_shipment(shipment_id)
    order = get_sales_order(shipment.order_id)
    shown = next(each for each in order.shipments if each.id == shipment_id)
    return render(request, "orders/delivery_note.html", {"order": order, "shipment": shown})


@dataclass(frozen=True)
class Sent:
    """What a button sends, and when."""

    order_id: UUID
    version: int
    reason: str
    request: HttpRequest

    def who(self) -> dict[str, object]:
        """Return what every operation takes."""
        return {
            "order_id": self.order_id,
            "version": self.version,
            "actor": current_scope().actor,
            "now": clock.now(),
        }


def _confirm(sent: Sent) -> str:
    order = confirm_order(**sent.who())  # type: ignore[arg-type]
    if order.state == "on_hold":
        return f"{order.number} is on hold: {order.hold_reason}"
    return f"{order.number} is confirmed."


def _backorder(sent: Sent) -> str:
    order = confirm_order(**sent.who(), backorder=True)  # type: ignore[arg-type]
    if order.state == "on_hold":
        return f"{order.number} is on hold: {order.hold_reason}"
    return f"{order.number} is confirmed. What is not in stock waits."


def _deliver(sent: Sent) -> str:
    today = clock.local_date(clock.now(), tenant_of(sent.request).time_zone)
    return f"{deliver_order(**sent.who(), delivered_on=today).number} is delivered."  # type: ignore[arg-type]


def _plain(work: Callable[..., SalesOrder], told: str) -> Callable[[Sent], str]:
    return lambda sent: told.format(work(**sent.who()).number)


def _because(work: Callable[..., SalesOrder], told: str) -> Callable[[Sent], str]:
    return lambda sent: told.format(work(**sent.who(), reason=sent.reason).number)


ACTS: dict[str, tuple[Action, Callable[[Sent], str]]] = {
    action.name: (action, run)
    for action, run in (
        (CONFIRM, _confirm),
        (BACKORDER, _backorder),
        (DELIVER, _deliver),
        (RELEASE, _plain(release_order, "{} goes on.")),
        (REOPEN, _plain(reopen_order, "{} is pending again; its reservations have ended.")),
        (START, _plain(start_picking, "{} is being picked.")),
        (RESERVE, _plain(reserve_rest, "{}: what has arrived is reserved.")),
        (HOLD, _because(hold_order, "{} is on hold.")),
        (CLEAR_CREDIT, _because(clear_credit, "{} may pass the limit; confirm it now.")),
        (CANCEL, _because(cancel_order, "{} is cancelled; its reservations have ended.")),
        (CANCEL_REST, _because(cancel_rest, "{}: the rest is cancelled.")),
    )
}


@require_POST
@requires("orders.read")
def sale_act(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Do what a button of an order says; a refusal is shown on its page."""
    action, run = _act_named(request.POST.get("action", ""))
    access_sales_order(order_id, permission=action.permission)
    try:
        told = run(Sent(order_id, read_version(request.POST), request.POST.get("reason", ""), request))
    except NotFound:
        raise
    except DomainError as error:
        return _detail(request, order_id, error)
    messages.success(request, told)
    return redirect("orders:sale_detail", order_id)


def _act_named(name: str) -> tuple[Action, Callable[[Sent], str]]:
    if name not in ACTS:
        raise InputError("There is no such action.", code="unknown_action", field="action")
    return ACTS[name]


def _detail(request: HttpRequest, order_id: UUID, problem: DomainError | None) -> HttpResponse:
    order = get_sales_order(order_id)
    wording = wording_of_sale(order.currency)
    if isinstance(problem, StaleVersion):
        problem = explain_stale(wording, order.id, problem, tenant_of(request).locale, cure=LOOK_AGAIN)
    return render(request, "orders/sale.html", {
        "order": order, "actions": allowed_here(order.actions), "timeline": list_happenings(wording, order.id),
        "problem": problem, "may_invoice": order.may_invoice and may("invoices.write"),
    }, status=problem.status if problem else 200)  # fmt: skip
