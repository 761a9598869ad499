"""Reads of endpoints, deliveries and attempts."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, QuerySet

from apps.webhooks.models import Attempt, Delivery, Endpoint, Event


@dataclass(frozen=True)
class DeliveryInfo:
    """A delivery with its event and its tries, newest first."""

    delivery: Delivery
    event: Event
    endpoint: Endpoint
    attempts: tuple[Attempt, ...]


def list_endpoints() -> QuerySet[Endpoint]:
    """Return the endpoints that are told or paused; the caller orders and pages."""
    return Endpoint.objects.exclude(state="removed")


def list_deliveries(
    *, endpoint_id: UUID | None = None, state: str = "", kind: str = ""
) -> QuerySet[Delivery]:
    """Return deliveries with their events; the caller orders and pages."""
    wanted = {"endpoint_id": endpoint_id, "state": state, "event__type": kind}
    found = Delivery.objects.filter(**{name: value for name, value in wanted.items() if value})
    return found.prefetch_related("event")


def get_delivery(delivery: Delivery) -> DeliveryInfo:
    """Return everything about a delivery."""
    attempts = Attempt.objects.filter(delivery=delivery).order_by("-at", "-id")[:50]
    event = Event.objects.get(id=delivery.event_id)
    return DeliveryInfo(delivery, event, Endpoint.objects.get(id=delivery.endpoint_id), tuple(attempts))


def count_waiting() -> dict[UUID, int]:
    """Return how many deliveries wait, by endpoint."""
    waiting = Delivery.objects.filter(state="waiting").values_list("endpoint_id")
    return dict(waiting.annotate(Count("id")))
