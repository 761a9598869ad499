"""Background work as rows: PostgreSQL holds the promise, the queue only rings the bell."""

from django.db import models

from apps.core.models import TenantModel

STATES = ("queued", "running", "succeeded", "failed", "cancelled")


class Job(TenantModel):
    """One piece of long work: what to do, who wants it, how far it is, who holds it.

    `lease_until` and `fence` keep two workers from doing it at once: a worker whose fence is old writes nothing.
    """

    kind = models.TextField()
    title = models.TextField()
    state = models.TextField(choices=[(state, state) for state in STATES], default="queued")
    arguments = models.JSONField(default=dict)
    result = models.JSONField(null=True, blank=True)
    error = models.JSONField(null=True, blank=True)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True, blank=True)
    note = models.TextField(default="", blank=True)
    attempts = models.SmallIntegerField(default=0)
    fence = models.BigIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    is_cancel_requested = models.BooleanField(default=False)
    created_by = models.UUIDField()
    created_by_label = models.TextField(default="")
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=STATES), name="jobs_known_state"),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "-created_at", "id"], name="jobs_newest"),
            models.Index(
                fields=["tenant_id", "lease_until"], name="jobs_open", condition=models.Q(finished_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.state})"
