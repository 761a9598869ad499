"""Members, roles and keys in the admin."""

from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Field, QuerySet
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminSelectWidget

from apps.core import clock
from apps.core.scope import Actor
from apps.core.web.admin import HouseAdmin
from apps.tenancy.access import may
from apps.tenancy.models import ApiKey, IdempotentAnswer, Membership, RolePermission, RowFile, Tenant, User
from apps.tenancy.operations import change_member_role, end_membership, revoke_api_key, set_role_permission
from apps.tenancy.permissions import PERMISSIONS


@admin.register(Tenant)
class TenantAdmin(HouseAdmin):
    reads: ClassVar[str] = "members.read"
    list_display = ["name", "slug", "currency", "country_code", "time_zone", "locale", "created_at"]


@admin.register(User)
class UserAdmin(HouseAdmin):
    """People are shared by all tenants; here only those who work in the open one."""

    reads: ClassVar[str] = "members.read"
    list_display = ["email", "name", "is_active", "last_login"]
    fields = ["email", "name", "is_active", "last_login", "created_at"]
    search_fields = ["email", "name"]
    ordering = ["email"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        members = Membership.objects.filter(ended_at=None).values_list("user_id", flat=True)
        return User.objects.filter(id__in=list(members)).order_by(*self.ordering)


@admin.register(Membership)
class MembershipAdmin(HouseAdmin):
    reads: ClassVar[str] = "members.read"
    writes: ClassVar[str] = "members.manage"
    actions = ["end_chosen"]
    list_display = ["user", "role", "created_at", "ended_at"]
    list_filter = ["role"]
    list_select_related = ["user"]
    fields = ["user", "role", "created_at", "ended_at"]
    readonly_fields = ["user", "created_at", "ended_at"]
    ordering = ["-created_at", "id"]

    def has_change_permission(self, request: HttpRequest, obj: Membership | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.ended_at is None)

    def has_manage_permission(self, request: HttpRequest) -> bool:
        return may("members.manage")

    def change(self, row: Membership, changes: dict[str, Any], version: int | None, actor: Actor) -> None:
        if "role" in changes:
            change_member_role(membership_id=row.id, role=changes["role"], actor=actor, now=clock.now())

    @admin.action(description="End membership", permissions=["manage"])
    def end_chosen(self, request: HttpRequest, rows: QuerySet[Membership]) -> None:
        """End each chosen membership."""

        def end(row: Membership, actor: Actor, now: datetime) -> None:
            end_membership(membership_id=row.id, actor=actor, now=now)

        self.act_on_each(request, rows, end, "ended")


@admin.register(RolePermission)
class RolePermissionAdmin(HouseAdmin):
    """The cells of the matrix. A cell is there or not; it does not change."""

    reads: ClassVar[str] = "members.read"
    writes: ClassVar[str] = "roles.manage"
    creates: ClassVar[bool] = True
    deletes: ClassVar[bool] = True
    list_display = ["role", "permission"]
    list_filter = ["role"]
    search_fields = ["permission"]
    fields = ["role", "permission"]
    ordering = ["role", "permission", "id"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def formfield_for_dbfield(self, db_field: "Field[Any, Any]", request: Any, **options: Any) -> Any:
        """Offer the permissions there are."""
        if db_field.name == "permission":
            choices = [(name, f"{label} ({name})") for name, label in PERMISSIONS.items()]
            return forms.ChoiceField(choices=choices, widget=UnfoldAdminSelectWidget)
        return super().formfield_for_dbfield(db_field, request, **options)

    def create(self, values: dict[str, Any], actor: Actor) -> RolePermission:
        set_role_permission(**values, granted=True, actor=actor, now=clock.now())
        return RolePermission.objects.get(**values)

    def remove(self, row: RolePermission, actor: Actor) -> None:
        set_role_permission(
            role=row.role, permission=row.permission, granted=False, actor=actor, now=clock.now()
        )


@admin.register(ApiKey)
class ApiKeyAdmin(HouseAdmin):
    """Keys are made on their page, which shows the secret once; here they are looked at and revoked."""

    reads: ClassVar[str] = "keys.manage"
    actions = ["revoke_chosen"]
    list_display = ["name", "prefix", "created_at", "expires_at", "revoked_at", "last_used_at"]
    exclude = ["digest"]
    ordering = ["-created_at", "id"]

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        return may("keys.manage")

    @admin.action(description="Revoke", permissions=["revoke"])
    def revoke_chosen(self, request: HttpRequest, rows: QuerySet[ApiKey]) -> None:
        """Revoke each chosen key."""

        def revoke(row: ApiKey, actor: Actor, now: datetime) -> None:
            revoke_api_key(key_id=row.id, actor=actor, now=now)

        self.act_on_each(request, rows, revoke, "revoked")


@admin.register(IdempotentAnswer)
class IdempotentAnswerAdmin(HouseAdmin):
    """Which requests were answered once; what the answers say stays closed."""

    reads: ClassVar[str] = "keys.manage"
    list_display = ["key", "principal_id", "status", "created_at"]
    fields = ["key", "principal_id", "status", "created_at"]
    ordering = ["-created_at", "id"]


@admin.register(RowFile)
class RowFileAdmin(HouseAdmin):
    """Files of rows that people sent; what stood in them is personal and not shown here."""

    reads: ClassVar[str] = "imports.read"
    list_display = ["name", "kind", "state", "created_rows", "changed_rows", "refused_rows", "created_at"]
    list_filter = ["state"]
    fields = [
        "name", "kind", "state", "created_rows", "changed_rows", "same_rows", "refused_rows", "created_by",
        "created_at", "started_at", "done_at",
    ]  # fmt: skip
    ordering = ["-created_at", "id"]
