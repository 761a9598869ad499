"""Customers, suppliers and what belongs to them. Personal data is shown and changed on the records' own pages."""

from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.forms import ActionForm
from unfold.widgets import UnfoldAdminTextInputWidget

from apps.core import clock
from apps.core.scope import Actor
from apps.core.web.admin import HouseAdmin
from apps.parties.banking import confirm_account, reject_account
from apps.parties.manufacturers import change_manufacturer, create_manufacturer
from apps.parties.models import BankAccount, Contact, Customer, Interaction, Manufacturer, Supplier
from apps.parties.operations import change_customer, create_customer
from apps.parties.suppliers import change_supplier, create_supplier
from apps.tenancy.access import may

TERMS = ["net_days", "discount_days", "discount_percent"]


class CodedAdmin(HouseAdmin):
    """A record with a code that is given once."""

    creates: ClassVar[bool] = True
    fixed: ClassVar[tuple[str, ...]] = ("created_at", "version")
    ordering = ["name", "id"]

    def get_readonly_fields(self, request: Any, obj: Any = None) -> list[str]:
        """Fix what is given once."""
        return [*self.fixed, *(["code"] if obj else [])]


@admin.register(Customer)
class CustomerAdmin(CodedAdmin):
    reads: ClassVar[str] = "customers.read"
    writes: ClassVar[str] = "customers.write"
    fixed: ClassVar[tuple[str, ...]] = ("is_walk_in", "created_at", "version")
    list_display = ["name", "code", "country_code", "tax_id", "status", "tier", "is_walk_in", "created_at"]
    search_fields = ["name", "code", "tax_id"]
    list_filter = ["status", "is_walk_in"]
    fields = [
        "code", "name", "country_code", "tax_id", "status", "tier", *TERMS, "credit_limit_minor",
        "credit_currency", "is_walk_in", "created_at", "version",
    ]  # fmt: skip

    def create(self, values: dict[str, Any], actor: Actor) -> Customer:
        return create_customer(**values, actor=actor, now=clock.now())

    def change(self, row: Customer, changes: dict[str, Any], version: int | None, actor: Actor) -> None:
        change_customer(customer_id=row.id, changes=changes, version=version, actor=actor, now=clock.now())


@admin.register(Supplier)
class SupplierAdmin(CodedAdmin):
    reads: ClassVar[str] = "suppliers.read"
    writes: ClassVar[str] = "suppliers.write"
    list_display = ["name", "code", "country_code", "tax_id", "status", "created_at"]
    search_fields = ["name", "code", "tax_id"]
    list_filter = ["status"]
    fields = ["code", "name", "country_code", "tax_id", "status", *TERMS, "created_at", "version"]

    def create(self, values: dict[str, Any], actor: Actor) -> Supplier:
        return create_supplier(**values, actor=actor, now=clock.now())

    def change(self, row: Supplier, changes: dict[str, Any], version: int | None, actor: Actor) -> None:
        change_supplier(supplier_id=row.id, changes=changes, version=version, actor=actor, now=clock.now())


@admin.register(Manufacturer)
class ManufacturerAdmin(CodedAdmin):
    reads: ClassVar[str] = "suppliers.read"
    writes: ClassVar[str] = "suppliers.write"
    list_display = ["name", "code", "country_code", "status"]
    search_fields = ["name", "code"]
    list_filter = ["status"]
    fields = ["code", "name", "country_code", "status", "created_at", "version"]

    def create(self, values: dict[str, Any], actor: Actor) -> Manufacturer:
        return create_manufacturer(**values, actor=actor, now=clock.now())

    def change(self, row: Manufacturer, changes: dict[str, Any], version: int | None, actor: Actor) -> None:
        now = clock.now()
        change_manufacturer(manufacturer_id=row.id, changes=changes, version=version, actor=actor, now=now)


@admin.register(Contact)
class ContactAdmin(HouseAdmin):
    """Contacts are changed on the page of their customer or supplier."""

    reads: ClassVar[str] = "customers.read"
    list_display = ["name", "role", "is_primary", "created_at"]
    search_fields = ["name"]
    fields = ["name", "role", "is_primary", "created_at", "version"]
    ordering = ["name", "id"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Contact]:
        """Leave out suppliers' people for a role that sees no suppliers."""
        found = Contact.objects.order_by(*self.ordering)
        return found if may("suppliers.read") else found.filter(supplier=None)


class ReasonForm(ActionForm):  # type: ignore[misc]
    """The choice of an action, with the reason that rejecting asks for."""

    reason = forms.CharField(
        required=False,
        max_length=500,
        label="",
        widget=UnfoldAdminTextInputWidget(
            attrs={"placeholder": "Reason, for rejecting", "aria-label": "Reason"}
        ),
    )


@admin.register(BankAccount)
class BankAccountAdmin(HouseAdmin):
    """Decided by an action, by somebody else than the proposer; never edited."""

    reads: ClassVar[str] = "suppliers.read"
    action_form = ReasonForm
    actions = ["confirm_chosen", "reject_chosen"]
    list_display = ["supplier", "last_four", "currency", "state", "proposed_by_label", "decided_by_label"]
    list_filter = ["state"]
    list_select_related = ["supplier"]
    fields = [
        "supplier", "state", "scheme", "last_four", "bank_code", "bank_name", "country_code", "currency", "reason",
        "proposed_by_label", "proposed_at", "decided_by_label", "decided_at", "decision_reason", "version",
    ]  # fmt: skip
    ordering = ["-proposed_at", "id"]

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return may("bankaccounts.approve")

    @admin.action(description="Confirm", permissions=["decide"])
    def confirm_chosen(self, request: HttpRequest, rows: QuerySet[BankAccount]) -> None:
        """Confirm each chosen proposal."""

        def confirm(row: BankAccount, actor: Actor, now: datetime) -> None:
            confirm_account(account_id=row.id, actor=actor, now=now)

        self.act_on_each(request, rows, confirm, "confirmed")

    @admin.action(description="Reject", permissions=["decide"])
    def reject_chosen(self, request: HttpRequest, rows: QuerySet[BankAccount]) -> None:
        """Reject each chosen proposal for the reason that was given."""
        reason = request.POST.get("reason", "")

        def reject(row: BankAccount, actor: Actor, now: datetime) -> None:
            reject_account(account_id=row.id, reason=reason, actor=actor, now=now)

        self.act_on_each(request, rows, reject, "rejected")


@admin.register(Interaction)
class InteractionAdmin(HouseAdmin):
    reads: ClassVar[str] = "interactions.read"
    list_display = ["subject", "customer", "channel", "kind", "handled_by", "who", "minutes", "occurred_at"]
    list_filter = ["channel", "kind", "handled_by"]
    list_select_related = ["customer"]
    search_fields = ["subject"]
    fields = [
        "customer", "channel", "kind", "subject", "handled_by", "who", "minutes", "occurred_at", "resolved_at",
        "created_at", "version",
    ]  # fmt: skip
    ordering = ["-occurred_at", "id"]
