"""How far the copies have come, in the admin, to look at."""

from typing import ClassVar

from django.contrib import admin

from apps.changes.models import Checkpoint, Heartbeat
from apps.core.web.admin import HouseAdmin


@admin.register(Checkpoint)
class CheckpointAdmin(HouseAdmin):
    reads: ClassVar[str] = "audit.read"
    list_display = ["projection", "state", "committed_at", "applied_at", "changes", "problem"]


@admin.register(Heartbeat)
class HeartbeatAdmin(HouseAdmin):
    reads: ClassVar[str] = "audit.read"
    list_display = ["__str__"]
