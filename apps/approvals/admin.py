"""Approvals in the admin: read only. Decisions are made in the inbox, policies on their own pages."""

from typing import ClassVar

from django.contrib import admin

from apps.approvals.models import Decision, Delegation, PersonLimit, Policy, PolicyVersion, Request
from apps.core.web.admin import HouseAdmin


@admin.register(Policy)
class PolicyAdmin(HouseAdmin):
    reads: ClassVar[str] = "approvals.read"
    list_display = ["name", "subject_kind", "position", "is_active", "version"]
    list_filter = ["is_active"]
    ordering = ["position", "id"]


@admin.register(PolicyVersion)
class PolicyVersionAdmin(HouseAdmin):
    reads: ClassVar[str] = "approvals.read"
    list_display = ["name", "number", "subject_kind", "min_minor", "max_minor", "created_at"]
    ordering = ["-created_at", "id"]


@admin.register(Request)
class RequestAdmin(HouseAdmin):
    reads: ClassVar[str] = "approvals.read"
    list_display = ["label", "subject_kind", "state", "level", "amount_minor", "currency", "requested_at"]
    list_filter = ["state"]
    ordering = ["-requested_at", "-id"]


@admin.register(Decision)
class DecisionAdmin(HouseAdmin):
    reads: ClassVar[str] = "approvals.read"
    list_display = ["verdict", "level", "decided_by", "decided_at"]
    list_filter = ["verdict"]
    ordering = ["-decided_at", "-id"]


@admin.register(Delegation)
class DelegationAdmin(HouseAdmin):
    reads: ClassVar[str] = "approvals.read"
    list_display = ["holder_id", "delegate_id", "subject_kind", "starts_on", "ends_on", "revoked_at"]
    ordering = ["-created_at", "-id"]


@admin.register(PersonLimit)
class PersonLimitAdmin(HouseAdmin):
    reads: ClassVar[str] = "approvals.read"
    list_display = ["person_id", "subject_kind", "limit_minor", "changed_at"]
    ordering = ["id"]
