"""Orders in the admin: what the state machine allows, by the operations that pages and API use. Facts are read only."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import TabularInline
from unfold.forms import ActionForm
from unfold.widgets import UnfoldAdminTextInputWidget

from apps.core import clock
from apps.core.scope import Actor
from apps.core.web.admin import HouseAdmin
from apps.orders.models import (
    BilledQuantity,
    InvoicedQuantity,
    OrderPolicy,
    PurchaseLine,
    PurchaseOrder,
    Receipt,
    ReceiptLine,
    ReturnLine,
    SalesLine,
    SalesOrder,
    SalesReturn,
    Shipment,
    ShipmentLine,
)
from apps.orders.operations import (
    cancel_order,
    cancel_purchase_order,
    change_order_policy,
    change_purchase_order,
    change_sales_order,
    close_purchase_order,
    confirm_order,
    hold_order,
    release_order,
    send_purchase_order,
    submit_purchase_order,
)
from apps.tenancy.access import may

READ, WRITE, BUY_READ, BUY_WRITE = "orders.read", "orders.write", "purchasing.read", "purchasing.write"
Rows = QuerySet[Any]
Work = Callable[..., Any]


class ReasonForm(ActionForm):  # type: ignore[misc]
    """The choice of an action, with the reason that some of them ask for."""

    reason = forms.CharField(
        required=False,
        max_length=500,
        label="",
        widget=UnfoldAdminTextInputWidget(attrs={"placeholder": "Reason", "aria-label": "Reason"}),
    )


class _Lines(TabularInline):  # type: ignore[misc]
    """An order's lines; they are written with the order, on its page."""

    extra = 0
    per_page = 100
    can_delete = False
    ordering = ["position"]
    reads: ClassVar[str]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(self.reads)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class SalesLines(_Lines):
    model = SalesLine
    reads = READ
    fields = readonly_fields = [
        "position", "description", "quantity", "unit_price", "net_minor", "reserved", "shipped", "returned", "invoiced",
    ]  # fmt: skip


class PurchaseLines(_Lines):
    model = PurchaseLine
    reads = BUY_READ
    fields = readonly_fields = [
        "position", "description", "quantity", "unit_price", "net_minor", "received", "rejected", "billed",
    ]  # fmt: skip


class _OrderAdmin(HouseAdmin):
    """An order: its note changes while it may be edited, its actions are those of the state machine."""

    open_states: ClassVar[tuple[str, ...]]
    action_form = ReasonForm
    ordering = ["-order_date", "-id"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Fix everything but the note; lines are changed on the order's page."""
        return [field.name for field in self.model._meta.fields if field.name not in ("tenant_id", "note")]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(self.writes) and (obj is None or obj.state in self.open_states)

    def has_write_permission(self, request: HttpRequest) -> bool:
        return may(self.writes)

    def do(self, request: HttpRequest, rows: Rows, work: Work, told: str, *, says_why: bool = False) -> None:
        """Run an operation on each chosen order, with the reason where it asks for one."""
        why = {"reason": request.POST.get("reason", "")} if says_why else {}

        def act(row: Any, actor: Actor, now: datetime) -> None:
            work(order_id=row.id, version=row.version, actor=actor, now=now, **why)

        self.act_on_each(request, rows.order_by("order_date", "id"), act, told)


@admin.register(SalesOrder)
class SalesOrderAdmin(_OrderAdmin):
    reads: ClassVar[str] = READ
    writes: ClassVar[str] = WRITE
    open_states = ("pending",)
    actions = ["confirm_chosen", "hold_chosen", "release_chosen", "cancel_chosen"]
    inlines = [SalesLines]
    list_display = ["number", "state", "customer", "order_date", "total_minor", "currency"]
    list_filter = ["state"]
    list_select_related = ["customer"]
    search_fields = ["number", "customer_reference", "external_number"]

    def change(self, row: SalesOrder, changes: dict[str, Any], version: int | None, actor: Actor) -> None:
        change_sales_order(order_id=row.id, version=version, **changes, actor=actor, now=clock.now())

    @admin.action(description="Confirm", permissions=["write"])
    def confirm_chosen(self, request: HttpRequest, rows: Rows) -> None:
        """Confirm each chosen order, oldest first: who ordered first gets the stock first."""
        self.do(request, rows, confirm_order, "confirmed or held")

    @admin.action(description="Hold", permissions=["write"])
    def hold_chosen(self, request: HttpRequest, rows: Rows) -> None:
        """Hold each chosen order for the reason that was given."""
        self.do(request, rows, hold_order, "held", says_why=True)

    @admin.action(description="Release", permissions=["write"])
    def release_chosen(self, request: HttpRequest, rows: Rows) -> None:
        """Release each chosen order."""
        self.do(request, rows, release_order, "released")

    @admin.action(description="Cancel", permissions=["write"])
    def cancel_chosen(self, request: HttpRequest, rows: Rows) -> None:
        """Cancel each chosen order for the reason that was given."""
        self.do(request, rows, cancel_order, "cancelled", says_why=True)


@admin.register(PurchaseOrder)
class PurchaseOrderAdmin(_OrderAdmin):
    reads: ClassVar[str] = BUY_READ
    writes: ClassVar[str] = BUY_WRITE
    open_states = ("draft", "awaiting_approval", "approved")
    actions = ["submit_chosen", "send_chosen", "close_chosen", "cancel_chosen"]
    inlines = [PurchaseLines]
    list_display = ["number", "state", "supplier", "order_date", "total_minor", "currency"]
    list_filter = ["state"]
    list_select_related = ["supplier"]
    search_fields = ["number", "supplier_reference", "external_number"]

    def change(self, row: PurchaseOrder, changes: dict[str, Any], version: int | None, actor: Actor) -> None:
        change_purchase_order(order_id=row.id, version=version, **changes, actor=actor, now=clock.now())

    @admin.action(description="Ask for approval", permissions=["write"])
    def submit_chosen(self, request: HttpRequest, rows: Rows) -> None:
        """Ask for the approval of each chosen order."""
        self.do(request, rows, submit_purchase_order, "submitted")

    @admin.action(description="Mark as sent", permissions=["write"])
    def send_chosen(self, request: HttpRequest, rows: Rows) -> None:
        """Mark each chosen order as sent, if it is approved."""
        self.do(request, rows, send_purchase_order, "sent")

    @admin.action(description="Close", permissions=["write"])
    def close_chosen(self, request: HttpRequest, rows: Rows) -> None:
        """Close each chosen order for the reason that was given."""
        self.do(request, rows, close_purchase_order, "closed", says_why=True)

    @admin.action(description="Cancel", permissions=["write"])
    def cancel_chosen(self, request: HttpRequest, rows: Rows) -> None:
        """Cancel each chosen order for the reason that was given."""
        self.do(request, rows, cancel_purchase_order, "cancelled", says_why=True)


@admin.register(OrderPolicy)
class OrderPolicyAdmin(HouseAdmin):
    reads: ClassVar[str] = "members.read"
    writes: ClassVar[str] = "members.manage"
    fields = ["invoice_basis", "checks_credit", "over_receipt_percent"]
    list_display = ["__str__", "invoice_basis", "checks_credit", "over_receipt_percent"]
    ordering = ["id"]

    def change(self, row: OrderPolicy, changes: dict[str, Any], version: int | None, actor: Actor) -> None:
        change_order_policy(version=version, **changes, actor=actor, now=clock.now())


@admin.register(SalesLine)
class SalesLineAdmin(HouseAdmin):
    reads: ClassVar[str] = READ
    list_display = [
        "order_id",
        "position",
        "description",
        "quantity",
        "reserved",
        "shipped",
        "returned",
        "invoiced",
    ]
    search_fields = ["description"]
    ordering = ["-id"]


@admin.register(Shipment)
class ShipmentAdmin(HouseAdmin):
    reads: ClassVar[str] = READ
    list_display = ["number", "order_id", "shipped_on", "delivered_on", "carrier", "tracking"]
    search_fields = ["number", "tracking"]
    ordering = ["-shipped_on", "-id"]


@admin.register(ShipmentLine)
class ShipmentLineAdmin(HouseAdmin):
    reads: ClassVar[str] = READ
    list_display = ["shipment_id", "line_id", "quantity", "lot_id"]
    ordering = ["-id"]


@admin.register(SalesReturn)
class SalesReturnAdmin(HouseAdmin):
    reads: ClassVar[str] = READ
    list_display = ["number", "order_id", "returned_on", "reason"]
    search_fields = ["number"]
    ordering = ["-returned_on", "-id"]


@admin.register(ReturnLine)
class ReturnLineAdmin(HouseAdmin):
    reads: ClassVar[str] = READ
    list_display = ["sales_return_id", "line_id", "quantity", "disposition", "lot_id"]
    list_filter = ["disposition"]
    ordering = ["-id"]


@admin.register(InvoicedQuantity)
class InvoicedQuantityAdmin(HouseAdmin):
    reads: ClassVar[str] = READ
    list_display = ["line_id", "document_id", "quantity", "created_at"]
    ordering = ["-created_at", "-id"]


@admin.register(PurchaseLine)
class PurchaseLineAdmin(HouseAdmin):
    reads: ClassVar[str] = BUY_READ
    list_display = ["order_id", "position", "description", "quantity", "received", "rejected", "billed"]
    search_fields = ["description"]
    ordering = ["-id"]


@admin.register(Receipt)
class ReceiptAdmin(HouseAdmin):
    reads: ClassVar[str] = BUY_READ
    list_display = ["number", "order_id", "received_on", "delivery_note", "reverses_id"]
    search_fields = ["number", "delivery_note"]
    ordering = ["-received_on", "-id"]


@admin.register(ReceiptLine)
class ReceiptLineAdmin(HouseAdmin):
    reads: ClassVar[str] = BUY_READ
    list_display = ["receipt_id", "line_id", "received", "rejected", "reject_reason"]
    ordering = ["-id"]


@admin.register(BilledQuantity)
class BilledQuantityAdmin(HouseAdmin):
    reads: ClassVar[str] = BUY_READ
    list_display = ["line_id", "document_id", "quantity", "created_at"]
    ordering = ["-created_at", "-id"]
