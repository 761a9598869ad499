"""Endpoints of other systems, what happened in the books, and how the telling went."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from apps.core.fields import EncryptedTextField
from apps.core.models import TenantForeignKey, TenantModel

ENDPOINT_STATES = {"active": "Active", "paused": "Paused", "removed": "Removed"}
DELIVERY_STATES = {"waiting": "Waiting", "delivered": "Delivered", "failed": "Given up"}


class Endpoint(TenantModel):
    """An address that is told. `events` are types, or beginnings of types that end in `.*`, or `*`.

    Two secrets are valid while one replaces the other. `failing_since` is empty after each success.
    """

    url = models.TextField()
    description = models.TextField(default="", blank=True)
    events = ArrayField(models.TextField())
    state = models.TextField(choices=list(ENDPOINT_STATES.items()), default="active")
    paused_reason = models.TextField(default="", blank=True)
    secret = EncryptedTextField()
    old_secret = EncryptedTextField(default="", blank=True)
    old_secret_until = models.DateTimeField(null=True, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ENDPOINT_STATES), name="webhooks_known_endpoint_state"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "state"], name="webhooks_by_state"),
        ]

    def __str__(self) -> str:
        return self.url


class Event(TenantModel):
    """Something that happened, as it is told: written by a trigger in the transaction in which it happened."""

    type = models.TextField()
    subject_id = models.UUIDField()
    data = models.JSONField()
    occurred_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["tenant_id", "-occurred_at", "-id"], name="webhooks_events_newest"),
        ]

    def __str__(self) -> str:
        return self.type


class Delivery(TenantModel):
    """One event for one endpoint. `lease_until` keeps two workers from sending it at once."""

    endpoint = TenantForeignKey(Endpoint, related_name="+")
    event = TenantForeignKey(Event, related_name="+")
    state = models.TextField(choices=list(DELIVERY_STATES.items()), default="waiting")
    attempts = models.SmallIntegerField(default=0)
    next_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    last_status = models.SmallIntegerField(null=True, blank=True)
    last_error = models.TextField(default="", blank=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "endpoint", "event"], name="webhooks_told_once"),
            models.CheckConstraint(
                condition=Q(state__in=DELIVERY_STATES), name="webhooks_known_delivery_state"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "endpoint", "-created_at", "-id"], name="webhooks_by_endpoint"),
            models.Index(fields=["tenant_id", "event"], name="webhooks_by_event"),
            models.Index(
                fields=["tenant_id", "endpoint", "next_at"],
                name="webhooks_waiting",
                condition=Q(state="waiting"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} ({self.state})"


class Attempt(TenantModel):
    """One try: what the endpoint answered, or why it was not reached."""

    delivery = TenantForeignKey(Delivery, related_name="+")
    at = models.DateTimeField()
    status = models.SmallIntegerField(null=True, blank=True)
    error = models.TextField(default="", blank=True)
    answer = models.TextField(default="", blank=True)
    milliseconds = models.IntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["tenant_id", "delivery", "at"], name="webhooks_attempts"),
        ]

    def __str__(self) -> str:
        return str(self.status or self.error)
