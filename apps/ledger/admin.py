"""The ledger in the admin. Entries, lines, closed periods and their reports are facts: they are only read here."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from apps.core import clock
from apps.core.scope import Actor
from apps.core.web.admin import HouseAdmin
from apps.ledger.models import (
    Account,
    AccountRole,
    BooksSettings,
    Entry,
    ExchangeRate,
    JournalCounter,
    Line,
    LockDate,
    LockException,
    Period,
    Snapshot,
)
from apps.ledger.operations import change_account, create_account


@admin.register(Account)
class AccountAdmin(HouseAdmin):
    reads: ClassVar[str] = "ledger.read"
    writes: ClassVar[str] = "ledger.manage"
    creates: ClassVar[bool] = True
    list_display = ["code", "name", "kind", "control", "is_active"]
    list_filter = ["kind", "control", "is_active"]
    search_fields = ["code", "name"]
    fields = ["code", "name", "kind", "control", "is_active", "created_at", "version"]
    ordering = ["code", "id"]

    def get_readonly_fields(self, request: HttpRequest, obj: Account | None = None) -> list[str]:
        """Fix what is given once: lines that are booked rely on it."""
        return ["created_at", "version", *(["code", "kind", "control"] if obj else [])]

    def create(self, values: dict[str, Any], actor: Actor) -> Account:
        return create_account(**values, actor=actor, now=clock.now())

    def change(self, row: Account, changes: dict[str, Any], version: int | None, actor: Actor) -> None:
        change_account(account_id=row.id, changes=changes, version=version, actor=actor, now=clock.now())


@admin.register(AccountRole)
class AccountRoleAdmin(HouseAdmin):
    reads: ClassVar[str] = "ledger.read"
    list_display = ["role", "account", "version"]
    list_select_related = ["account"]
    ordering = ["role", "id"]


@admin.register(Entry)
class EntryAdmin(HouseAdmin):
    reads: ClassVar[str] = "ledger.read"
    list_display = [
        "source_number",
        "entry_date",
        "kind",
        "text",
        "total_minor",
        "book_currency",
        "line_count",
    ]
    list_filter = ["kind"]
    search_fields = ["source_number", "text"]
    ordering = ["-entry_date", "-id"]


@admin.register(Line)
class LineAdmin(HouseAdmin):
    reads: ClassVar[str] = "ledger.read"
    list_display = [
        "entry_date",
        "account",
        "debit_minor",
        "credit_minor",
        "amount_minor",
        "currency",
        "text",
    ]
    list_select_related = ["account"]
    search_fields = ["text", "tax_code", "dimension"]
    ordering = ["-id"]


@admin.register(LockDate)
class LockDateAdmin(HouseAdmin):
    reads: ClassVar[str] = "ledger.read"
    list_display = ["kind", "through", "reason", "changed_at"]
    ordering = ["kind", "id"]


@admin.register(LockException)
class LockExceptionAdmin(HouseAdmin):
    reads: ClassVar[str] = "ledger.read"
    list_display = ["kind", "first_day", "last_day", "reason", "opened_at", "expires_at", "ended_at"]
    list_filter = ["kind"]
    ordering = ["-opened_at", "-id"]


@admin.register(Period)
class PeriodAdmin(HouseAdmin):
    reads: ClassVar[str] = "ledger.read"
    list_display = ["__str__", "first_day", "last_day", "entry_count", "turnover_minor", "closed_at"]
    ordering = ["-last_day", "month", "id"]


@admin.register(Snapshot)
class SnapshotAdmin(HouseAdmin):
    """Which reports a closed period has; the bytes themselves are given out by the period's page."""

    reads: ClassVar[str] = "ledger.read"
    list_display = ["report", "period", "sha256", "made_at"]
    list_select_related = ["period"]
    fields = ["period", "report", "sha256", "made_at"]
    ordering = ["-made_at", "id"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Snapshot]:
        return super().get_queryset(request).defer("content")  # type: ignore[no-any-return]


@admin.register(ExchangeRate)
class ExchangeRateAdmin(HouseAdmin):
    reads: ClassVar[str] = "ledger.read"
    list_display = ["currency", "day", "rate", "source"]
    search_fields = ["currency", "source"]
    ordering = ["-day", "-id"]


@admin.register(BooksSettings)
class BooksSettingsAdmin(HouseAdmin):
    reads: ClassVar[str] = "ledger.read"
    list_display = ["__str__", "fiscal_start_month", "rate_max_days"]


@admin.register(JournalCounter)
class JournalCounterAdmin(HouseAdmin):
    reads: ClassVar[str] = "ledger.read"
    list_display = ["year", "last_number"]
    ordering = ["-year", "id"]
