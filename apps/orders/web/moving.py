"""Pages on which goods move: ship, take back, receive. Each shows the lines there is room for, with its fields."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from apps.catalog.models import LotStock
from apps.core import clock
from apps.core.errors import DomainError
from apps.core.scope import current_scope
from apps.core.web.form_fields import decimal_mark, place_error, read_version
from apps.orders.access import access_purchase_order, access_sales_order
from apps.orders.operations import (
    BackInput,
    PickInput,
    ReceivedInput,
    receive_goods,
    return_goods,
    ship_order,
)
from apps.orders.queries import get_purchase_order, get_sales_order
from apps.orders.queries.purchases import PurchaseOrderInfo
from apps.orders.queries.sales import SalesOrderInfo
from apps.orders.queries.standing import check_purchase_action, check_sales_action
from apps.orders.transitions import RECEIVE, RETURN, SHIP
from apps.orders.web.forms import (
    BackForm,
    CameForm,
    PickForm,
    ReceivingForm,
    ReturnForm,
    RowForm,
    ShippingForm,
)
from apps.tenancy.access import requires
from apps.tenancy.web.middleware import tenant_of
from apps.tenancy.web.once import answer_once

ZERO = Decimal(0)
Lots = Mapping[UUID, Sequence[tuple[str, str]]]


@dataclass(frozen=True, kw_only=True)
class Moving:
    """One such page: its words, its forms, the figure that says how much room a line has, and what it does."""

    title: str
    submit: str
    room: str
    header: type[forms.Form]
    row: type[RowForm]
    day: str
    detail_page: str
    has_lots: bool = False
    room_of: Callable[[Any], Decimal]
    proposes: Callable[[Decimal], dict[str, Any]]
    do: Callable[[Any, dict[str, Any], Sequence[tuple[Any, dict[str, Any]]], int], str]


@dataclass
class Row:
    """A line of the order with its fields."""

    line: Any
    room: Decimal
    form: RowForm


@require_http_methods(["GET", "POST"])
@requires("orders.ship")
def sale_ship(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Show what of an order can leave, or ship it."""
    check_sales_action(access_sales_order(order_id, permission="orders.ship"), SHIP)
    return _page(SHIPPING, request, get_sales_order(order_id))


@require_http_methods(["GET", "POST"])
@requires("orders.ship")
def sale_return(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Show what of an order can come back, or take it back."""
    check_sales_action(access_sales_order(order_id, permission="orders.ship"), RETURN)
    return _page(RETURNING, request, get_sales_order(order_id))


@require_http_methods(["GET", "POST"])
@requires("purchasing.receive")
def purchase_receive(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Show what of an order is still to come, or receive it."""
    check_purchase_action(access_purchase_order(order_id, permission="purchasing.receive"), RECEIVE)
    return _page(RECEIVING, request, get_purchase_order(order_id))


def _page(moving: Moving, request: HttpRequest, order: Any) -> HttpResponse:
    sent = request.POST if request.method == "POST" else None
    form = moving.header(sent, initial={moving.day: _today(request)})
    rows = _rows(moving, order, sent, decimal_mark(tenant_of(request).locale))
    problem: DomainError | None = None
    if sent is not None and all([form.is_valid(), *(row.form.is_valid() for row in rows)]):
        filled = [(row.line, row.form.cleaned_data) for row in rows]
        version = read_version(request.POST)
        try:
            address = answer_once(request, lambda: _do(moving, order, form.cleaned_data, filled, version))
        except DomainError as error:
            problem = error
            place_error(form, error)
        else:
            messages.success(request, "Done. It stands below.")
            return redirect(address)
    is_bad = sent is not None and problem is None
    return render(request, "orders/moving.html", {
        "moving": moving, "order": order, "form": form, "rows": rows, "problem": problem,
        "back": reverse(moving.detail_page, args=[order.id]),
        "headings": [field.label for field in rows[0].form] if rows else [],
    }, status=problem.status if problem else 422 if is_bad else 200)  # fmt: skip


def _do(
    moving: Moving,
    order: Any,
    header: dict[str, Any],
    filled: Sequence[tuple[Any, dict[str, Any]]],
    version: int,
) -> str:
    values = {name: value for name, value in header.items() if name != "once"}
    moving.do(order, values, filled, version)
    return reverse(moving.detail_page, args=[order.id])


def _rows(moving: Moving, order: Any, sent: Any, mark: str) -> list[Row]:
    lots = _lots(order) if moving.has_lots else {}
    found = []
    for line in order.lines:
        room = moving.room_of(line)
        options: dict[str, Any] = {
            "prefix": f"line-{line.position}",
            "mark": mark,
            "initial": moving.proposes(room),
        }
        if moving.has_lots:
            options["lots"] = lots.get(line.product_id, ())
        if room > 0:
            found.append(Row(line, room, moving.row(sent, **options)))
    return found


def _lots(order: SalesOrderInfo) -> Lots:
    """Return the lots that lie in the order's warehouse by product, the one that expires first at the top."""
    if order.warehouse_id is None:
        return {}
    products = [line.product_id for line in order.lines if line.product_id]
    held = LotStock.objects.filter(
        stock__warehouse_id=order.warehouse_id, stock__product_id__in=products, on_hand__gt=0
    ).order_by("lot__expires_on", "lot__number")
    found: dict[UUID, list[tuple[str, str]]] = {}
    rows = held.values_list("stock__product_id", "lot_id", "lot__number", "lot__expires_on", "on_hand")
    for product_id, lot_id, number, expires_on, on_hand in rows:
        until = f", until {expires_on}" if expires_on else ""
        found.setdefault(product_id, []).append((str(lot_id), f"{number}{until} ({on_hand.normalize():f})"))
    return found


def _today(request: HttpRequest) -> date:
    return clock.local_date(clock.now(), tenant_of(request).time_zone)


def _ship(
    order: SalesOrderInfo, header: dict[str, Any], filled: Sequence[tuple[Any, Any]], version: int
) -> str:
    picks = [
        PickInput(line.id, given["quantity"], UUID(given["lot"]) if given["lot"] else None)
        for line, given in filled if given["quantity"]
    ]  # fmt: skip
    shipment = ship_order(
        order_id=order.id,
        picks=picks,
        version=version,
        actor=current_scope().actor,
        now=clock.now(),
        **header,
    )
    return shipment.number


def _take_back(
    order: SalesOrderInfo, header: dict[str, Any], filled: Sequence[tuple[Any, Any]], version: int
) -> str:
    backs = [
        BackInput(line.id, given["quantity"], given["disposition"])
        for line, given in filled
        if given["quantity"]
    ]
    taken = return_goods(
        order_id=order.id,
        backs=backs,
        version=version,
        actor=current_scope().actor,
        now=clock.now(),
        **header,
    )
    return taken.number


def _receive(
    order: PurchaseOrderInfo, header: dict[str, Any], filled: Sequence[tuple[Any, Any]], version: int
) -> str:
    lines = [
        ReceivedInput(line.id, given["received"], given["rejected"] or ZERO, given["reject_reason"],
                      given["lot_number"], given["expires_on"])
        for line, given in filled if given["received"]
    ]  # fmt: skip
    receipt = receive_goods(
        order_id=order.id,
        lines=lines,
        version=version,
        actor=current_scope().actor,
        now=clock.now(),
        **header,
    )
    return receipt.number


SHIPPING = Moving(
    title="Ship", submit="Ship", room="Can leave", header=ShippingForm, row=PickForm, day="shipped_on",
    detail_page="orders:sale_detail", has_lots=True, room_of=lambda line: line.shippable,
    proposes=lambda room: {"quantity": room}, do=_ship,
)  # fmt: skip
RETURNING = Moving(
    title="Take back", submit="Take back", room="Can come back", header=ReturnForm, row=BackForm, day="returned_on",
    detail_page="orders:sale_detail", room_of=lambda line: line.returnable, proposes=lambda _: {}, do=_take_back,
)  # fmt: skip
RECEIVING = Moving(
    title="Receive", submit="Receive", room="Still to come", header=ReceivingForm, row=CameForm, day="received_on",
    detail_page="orders:purchase_detail", room_of=lambda line: line.quantity, do=_receive,
    proposes=lambda _: {},
)  # fmt: skip
