"""Documents in the admin: what the state machine allows, by the operations that pages and API use."""

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
from apps.core.clock import local_date
from apps.core.scope import Actor
from apps.core.web.admin import HouseAdmin
from apps.invoices.access import list_allowed_actions
from apps.invoices.models import (
    Adjustment,
    ImportBatch,
    Instalment,
    Invoice,
    Line,
    RecurringInvoice,
    RecurringRun,
    TaxSubtotal,
)
from apps.invoices.operations import change_draft, credit_invoice, delete_draft, post_invoice, void_invoice
from apps.invoices.transitions import DELETE, EDIT, POST, VOID, Action
from apps.tenancy.access import may
from apps.tenancy.web.middleware import tenant_of

HEADER = ["issue_date", "due_date", "note"]


class ReasonForm(ActionForm):  # type: ignore[misc]
    """The choice of an action, with the reason that voiding asks for."""

    reason = forms.CharField(
        required=False,
        max_length=500,
        label="",
        widget=UnfoldAdminTextInputWidget(
            attrs={"placeholder": "Reason, for voiding", "aria-label": "Reason"}
        ),
    )


class LineInline(TabularInline):  # type: ignore[misc]
    """A document's lines; they are written with the document, on its page."""

    model = Line
    extra = 0
    per_page = 100
    can_delete = False
    fields = readonly_fields = [
        "position", "description", "quantity", "unit", "unit_price", "tax_category", "tax_rate", "net_minor",
    ]  # fmt: skip
    ordering = ["position"]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may("invoices.read")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Invoice)
class InvoiceAdmin(HouseAdmin):
    reads: ClassVar[str] = "invoices.read"
    writes: ClassVar[str] = "invoices.write"
    deletes: ClassVar[bool] = True
    action_form = ReasonForm
    actions = ["post_chosen", "credit_chosen", "void_chosen", "delete_chosen"]
    inlines = [LineInline]
    list_display = [
        "__str__",
        "kind",
        "state",
        "customer",
        "issue_date",
        "due_date",
        "total_minor",
        "currency",
    ]
    list_filter = ["state", "kind"]
    list_select_related = ["customer"]
    search_fields = ["number", "external_number"]
    ordering = ["-issue_date", "-id"]

    def get_readonly_fields(self, request: HttpRequest, obj: Invoice | None = None) -> list[str]:
        """Fix everything but a draft's header; lines are changed on the document's page."""
        names = [field.name for field in Invoice._meta.fields if field.name != "tenant_id"]
        return [name for name in names if name not in HEADER]

    def has_change_permission(self, request: HttpRequest, obj: Invoice | None = None) -> bool:
        return _allows(obj, EDIT)

    def has_delete_permission(self, request: HttpRequest, obj: Invoice | None = None) -> bool:
        return _allows(obj, DELETE)

    def change(self, row: Invoice, changes: dict[str, Any], version: int | None, actor: Actor) -> None:
        change_draft(invoice_id=row.id, version=version, **changes, actor=actor, now=clock.now())

    def remove(self, row: Invoice, actor: Actor) -> None:
        delete_draft(invoice_id=row.id, version=row.version, actor=actor, now=clock.now())

    def has_post_permission(self, request: HttpRequest) -> bool:
        return may(POST.permission)

    def has_void_permission(self, request: HttpRequest) -> bool:
        return may(VOID.permission)

    def has_write_permission(self, request: HttpRequest) -> bool:
        return may(EDIT.permission)

    @admin.action(description="Post", permissions=["post"])
    def post_chosen(self, request: HttpRequest, rows: QuerySet[Invoice]) -> None:
        """Post each chosen draft, oldest first: numbers follow the order of posting."""

        def post(row: Invoice, actor: Actor, now: datetime) -> None:
            post_invoice(invoice_id=row.id, version=row.version, actor=actor, now=now)

        self.act_on_each(request, rows.order_by("issue_date", "id"), post, "posted")

    @admin.action(description="Credit", permissions=["write"])
    def credit_chosen(self, request: HttpRequest, rows: QuerySet[Invoice]) -> None:
        """Draft a credit note for each chosen invoice."""

        def credit(row: Invoice, actor: Actor, now: datetime) -> None:
            today = local_date(now, tenant_of(request).time_zone)
            credit_invoice(invoice_id=row.id, issue_date=today, actor=actor, now=now, source="admin")

        self.act_on_each(request, rows, credit, "credit notes drafted")

    @admin.action(description="Void", permissions=["void"])
    def void_chosen(self, request: HttpRequest, rows: QuerySet[Invoice]) -> None:
        """Void each chosen document for the reason that was given."""
        reason = request.POST.get("reason", "")

        def void(row: Invoice, actor: Actor, now: datetime) -> None:
            void_invoice(invoice_id=row.id, reason=reason, version=row.version, actor=actor, now=now)

        self.act_on_each(request, rows, void, "voided")

    @admin.action(description="Delete drafts", permissions=["write"])
    def delete_chosen(self, request: HttpRequest, rows: QuerySet[Invoice]) -> None:
        """Delete each chosen draft."""

        def delete(row: Invoice, actor: Actor, now: datetime) -> None:
            delete_draft(invoice_id=row.id, version=row.version, actor=actor, now=now)

        self.act_on_each(request, rows, delete, "deleted")


@admin.register(Line)
class LineAdmin(HouseAdmin):
    reads: ClassVar[str] = "invoices.read"
    list_display = [
        "invoice_id",
        "position",
        "description",
        "quantity",
        "unit_price",
        "tax_rate",
        "net_minor",
    ]
    search_fields = ["description"]
    ordering = ["-id"]


@admin.register(Adjustment)
class AdjustmentAdmin(HouseAdmin):
    reads: ClassVar[str] = "invoices.read"
    list_display = [
        "invoice_id",
        "position",
        "is_charge",
        "amount_minor",
        "percent",
        "reason",
        "tax_category",
    ]
    search_fields = ["reason"]
    ordering = ["-id"]


@admin.register(TaxSubtotal)
class TaxSubtotalAdmin(HouseAdmin):
    reads: ClassVar[str] = "invoices.read"
    list_display = ["invoice_id", "category", "rate", "base_minor", "tax_minor", "exemption_reason"]
    ordering = ["-id"]


@admin.register(Instalment)
class InstalmentAdmin(HouseAdmin):
    reads: ClassVar[str] = "invoices.read"
    list_display = ["invoice_id", "position", "due_date", "amount_minor"]
    ordering = ["-id"]


@admin.register(RecurringInvoice)
class RecurringInvoiceAdmin(HouseAdmin):
    reads: ClassVar[str] = "invoices.read"
    list_display = ["name", "customer", "every", "next_date", "end_date", "is_paused", "posts_itself"]
    list_select_related = ["customer"]
    search_fields = ["name"]
    ordering = ["next_date", "id"]


@admin.register(RecurringRun)
class RecurringRunAdmin(HouseAdmin):
    reads: ClassVar[str] = "invoices.read"
    list_display = ["recurring_id", "period_date", "invoice_id", "problem"]
    ordering = ["-period_date", "-id"]


@admin.register(ImportBatch)
class ImportBatchAdmin(HouseAdmin):
    reads: ClassVar[str] = "imports.read"
    list_display = [
        "file_name",
        "state",
        "source",
        "shift_days",
        "created_by_label",
        "started_at",
        "finished_at",
    ]
    list_filter = ["state"]
    ordering = ["-started_at", "-id"]


def _allows(invoice: Invoice | None, action: Action) -> bool:
    if invoice is None:
        return may(action.permission)
    return action in list_allowed_actions(invoice.kind, invoice.state)
