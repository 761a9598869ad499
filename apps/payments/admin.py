"""Payments, runs and bank statements in the admin: read only; numbers of bank accounts stay on their own page."""

from typing import Any, ClassVar

from django.contrib import admin

from apps.core.web.admin import HouseAdmin
from apps.payments.models import BankLine, BankStatement, OwnAccount, Payment, PaymentRun, PaymentRunRow


class PaymentsAdmin(HouseAdmin):
    """Whoever may see payments may look."""

    reads: ClassVar[str] = "payments.read"


@admin.register(OwnAccount)
class OwnAccountAdmin(PaymentsAdmin):
    list_display = ["name", "currency", "ledger_account", "iban_tail", "is_active"]
    exclude = ["iban"]
    ordering = ["name", "id"]


@admin.register(Payment)
class PaymentAdmin(PaymentsAdmin):
    list_display = ["number", "direction", "payment_date", "currency", "amount_minor", "state", "method"]
    search_fields = ["number", "reference"]
    list_filter = ["direction", "state", "method"]
    exclude = ["customer", "supplier", "item"]
    readonly_fields: ClassVar[list[Any]] = ["customer_id", "supplier_id", "item_id"]
    ordering = ["-payment_date", "-id"]


@admin.register(PaymentRun)
class PaymentRunAdmin(PaymentsAdmin):
    list_display = ["number", "state", "pay_date", "currency", "created_by_label", "released_by_label"]
    list_filter = ["state"]
    ordering = ["-created_at", "-id"]


@admin.register(PaymentRunRow)
class PaymentRunRowAdmin(PaymentsAdmin):
    list_display = ["number", "supplier_name", "due_date", "open_minor", "discount_minor", "state", "reason"]
    exclude = ["payment"]
    readonly_fields: ClassVar[list[Any]] = ["payment_id"]
    ordering = ["-id"]


@admin.register(BankStatement)
class BankStatementAdmin(PaymentsAdmin):
    list_display = ["name", "format", "currency", "new_lines", "known_lines", "imported_at"]
    ordering = ["-imported_at", "-id"]


@admin.register(BankLine)
class BankLineAdmin(PaymentsAdmin):
    list_display = ["booking_date", "amount_minor", "currency", "counterparty", "reference", "state"]
    list_filter = ["state"]
    exclude = ["counterparty_iban", "payment"]
    readonly_fields: ClassVar[list[Any]] = ["payment_id"]
    ordering = ["-booking_date", "-id"]
