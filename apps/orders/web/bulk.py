"""The page that confirms many orders: first what would happen, then what happened, row by row."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from apps.core import clock
from apps.core.errors import DomainError, InputError
from apps.core.scope import current_scope
from apps.orders.models import SalesOrder
from apps.orders.operations import confirm_order
from apps.orders.queries import sum_orders
from apps.orders.queries.availability import find_short_orders
from apps.orders.web.sales_views import read_list
from apps.tenancy.access import check_permission, requires

AT_ONCE = 100


@dataclass(frozen=True)
class Candidate:
    """An order that would be confirmed; `warning` says what may stand against it."""

    key: str
    id: UUID
    number: str
    customer_name: str
    order_date: date
    total_minor: int
    currency: str
    warning: str


@dataclass(frozen=True)
class Outcome:
    """What became of one order; `refusal` says why it is still pending, `hold` why it is on hold."""

    id: UUID
    number: str
    hold: str
    refusal: str


@require_http_methods(["GET", "POST"])
@requires("orders.write")
def sale_bulk(request: HttpRequest) -> HttpResponse:
    """Show the pending orders of a list before they are confirmed, or confirm the chosen ones, each on its own."""
    check_permission("orders.read")
    if request.method == "POST":
        outcomes = [_confirm(key, version) for key, version in _chosen(request.POST)]
        done = sum(not each.refusal and not each.hold for each in outcomes)
        context = {"outcomes": outcomes, "done": done, "failed": len(outcomes) - done}
        return render(request, "orders/bulk_done.html", context)
    return _preview(request)


def _preview(request: HttpRequest) -> HttpResponse:
    pending = read_list(request.GET).found.filter(state="pending")
    # Oldest first: who ordered first gets the stock first.
    rows = list(pending.prefetch_related("customer").order_by("order_date", "id")[:AT_ONCE])
    short = find_short_orders(rows)
    return render(request, "orders/bulk.html", {
        "candidates": [_candidate(row, short) for row in rows],
        "totals": sum_orders(pending),
        "back": f"{reverse('orders:sales')}?{request.GET.urlencode()}",
    })  # fmt: skip


def _candidate(row: SalesOrder, short: set[UUID]) -> Candidate:
    return Candidate(
        key=f"{row.id}:{row.version}", id=row.id, number=row.number, customer_name=row.customer.name,
        order_date=row.order_date, total_minor=row.total_minor, currency=row.currency,
        warning="Not all of it is in stock." if row.id in short else "",
    )  # fmt: skip


def _chosen(sent: QueryDict) -> Iterable[tuple[UUID, int]]:
    """Return the chosen orders with the versions that were shown. Raises InputError."""
    texts = sent.getlist("order")
    if not 1 <= len(texts) <= AT_ONCE:
        raise InputError(
            f"Choose from 1 to {AT_ONCE} orders. Nothing was confirmed.", cure="Go back and choose."
        )
    pairs = [text.partition(":")[::2] for text in texts]
    try:
        return [(UUID(key), int(version)) for key, version in pairs]
    except ValueError:
        raise InputError(
            "A choice could not be read. Nothing was confirmed.", cure="Open the list again."
        ) from None


def _confirm(order_id: UUID, version: int) -> Outcome:
    try:
        order = confirm_order(
            order_id=order_id, version=version, actor=current_scope().actor, now=clock.now()
        )
    except DomainError as error:
        number = SalesOrder.objects.filter(id=order_id).values_list("number", flat=True).first()
        return Outcome(order_id, number or "Order", "", f"{error.message} {error.cure}".strip())
    return Outcome(order_id, order.number, order.hold_reason, "")
