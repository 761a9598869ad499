"""Writes of endpoints, and of how telling them went."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from apps.audit.operations import record_access
from apps.core.db import write
from apps.core.errors import DomainError, InputError, NotFound, StaleVersion
from apps.core.scope import Actor
from apps.core.text import clean_text
from apps.webhooks.addresses import check_url
from apps.webhooks.catalog import TEST_TYPE, choices
from apps.webhooks.models import Attempt, Delivery, Endpoint, Event
from apps.webhooks.signatures import new_secret
from apps.webhooks.wire import Answer

MAX_ENDPOINTS = 20
OLD_SECRET_KEPT = timedelta(hours=24)
LEASE = timedelta(seconds=60)
BATCH = 20
# After the first failure it is tried again after these times, about three days in all.
WAITS = tuple(timedelta(seconds=s) for s in (10, 60, 300, 1800, 7200, 21600, 43200, 86400, 86400))
PATIENCE = timedelta(days=5)


class EndpointPaused(DomainError):
    """A paused endpoint is told nothing."""

    code = "endpoint_paused"
    cure = "Resume the endpoint first."


@dataclass(frozen=True)
class Message:
    """A delivery that this worker holds, ready to be sent."""

    delivery_id: UUID
    event_id: UUID
    attempts: int
    lease_until: datetime


def create_endpoint(
    *, url: str, events: Sequence[str], actor: Actor, now: datetime, description: str = ""
) -> tuple[Endpoint, str]:
    """Register an address and return it with its secret, which is shown once. Raises InputError."""
    endpoint = Endpoint(
        url=check_url(url), events=_check_events(events), secret=new_secret(), created_at=now,
        description=clean_text(description, field="description", limit=200, required=False),
    )  # fmt: skip
    with write():
        if Endpoint.objects.exclude(state="removed").count() >= MAX_ENDPOINTS:
            raise InputError(f"There are {MAX_ENDPOINTS} endpoints already.", code="too_many_endpoints",
                             cure="Remove one that is not needed.")  # fmt: skip
        endpoint.save(force_insert=True)
    return endpoint, endpoint.secret


def change_endpoint(
    *, endpoint_id: UUID, actor: Actor, now: datetime, url: str | None = None, events: Sequence[str] | None = None,
    description: str | None = None, version: int | None = None,
) -> Endpoint:  # fmt: skip
    """Change what an endpoint is told and where. Raises NotFound, StaleVersion, InputError."""
    with write():
        endpoint = _lock(endpoint_id, version)
        if url is not None:
            endpoint.url = check_url(url)
        if events is not None:
            endpoint.events = _check_events(events)
        if description is not None:
            endpoint.description = clean_text(description, field="description", limit=200, required=False)
        _save(endpoint, "url", "events", "description")
    return endpoint


def pause_endpoint(
    *, endpoint_id: UUID, actor: Actor, now: datetime, reason: str = "", version: int | None = None
) -> Endpoint:
    """Tell an endpoint nothing more until it is resumed; what happens meanwhile is not kept for it."""
    with write():
        endpoint = _lock(endpoint_id, version)
        if endpoint.state == "active":
            endpoint.state = "paused"
            endpoint.paused_reason = clean_text(reason, field="reason", limit=500, required=False)
            _save(endpoint, "state", "paused_reason")
    return endpoint


def resume_endpoint(
    *, endpoint_id: UUID, actor: Actor, now: datetime, version: int | None = None
) -> Endpoint:
    """Tell an endpoint again; what still waits for it is sent now."""
    with write():
        endpoint = _lock(endpoint_id, version)
        if endpoint.state == "paused":
            endpoint.state, endpoint.paused_reason, endpoint.failing_since = "active", "", None
            _save(endpoint, "state", "paused_reason", "failing_since")
            Delivery.objects.filter(endpoint=endpoint, state="waiting").update(next_at=now)
    return endpoint


def remove_endpoint(*, endpoint_id: UUID, actor: Actor, now: datetime, version: int | None = None) -> None:
    """Forget an address; the record of what it was told stays. What waits for it is given up."""
    with write():
        endpoint = _lock(endpoint_id, version)
        endpoint.state, endpoint.old_secret, endpoint.old_secret_until = "removed", "", None
        _save(endpoint, "state", "old_secret", "old_secret_until")
        waiting = Delivery.objects.filter(endpoint=endpoint, state="waiting")
        waiting.update(
            state="failed", last_error="the endpoint was removed", finished_at=now, lease_until=None
        )


def rotate_secret(
    *, endpoint_id: UUID, actor: Actor, now: datetime, version: int | None = None
) -> tuple[Endpoint, str]:
    """Make a new secret and return it, once; for 24 hours messages carry a signature of the old one too."""
    with write():
        endpoint = _lock(endpoint_id, version)
        endpoint.old_secret, endpoint.old_secret_until = endpoint.secret, now + OLD_SECRET_KEPT
        endpoint.secret = new_secret()
        _save(endpoint, "secret", "old_secret", "old_secret_until")
    return endpoint, endpoint.secret


def send_test_event(*, endpoint_id: UUID, actor: Actor, now: datetime) -> Delivery:
    """Tell an endpoint a test event. Each call is an event of its own. Raises EndpointPaused, NotFound."""
    with write():
        endpoint = _lock(endpoint_id, None)
        if endpoint.state != "active":
            raise EndpointPaused("This endpoint is paused.")
        event = Event.objects.create(
            type=TEST_TYPE, subject_id=endpoint.id, data={"message": "It works."}, occurred_at=now
        )
        return Delivery.objects.create(endpoint=endpoint, event=event, next_at=now, created_at=now)


def replay_delivery(*, delivery_id: UUID, actor: Actor, now: datetime) -> Delivery:
    """Send an event to its endpoint once more, under the same id. Raises NotFound, EndpointPaused."""
    with write():
        delivery = Delivery.objects.select_for_update().filter(id=delivery_id).first()
        if delivery is None:
            raise NotFound("There is no such delivery.")
        if Endpoint.objects.get(id=delivery.endpoint_id).state != "active":
            raise EndpointPaused("This endpoint is paused or removed.")
        if delivery.state != "waiting":
            record_access(kind="webhook replay", subject=f"webhooks_delivery {delivery.id}", detail={})
            delivery.state, delivery.attempts, delivery.finished_at = "waiting", 0, None
        delivery.next_at, delivery.lease_until = now, None
        delivery.save(update_fields=["state", "attempts", "finished_at", "next_at", "lease_until"])
    return delivery


def claim_deliveries(*, endpoint_id: UUID, actor: Actor, now: datetime) -> list[Message]:
    """Take what is due for an active endpoint, oldest first; nothing while another worker is sending to it."""
    with write():
        endpoint = (
            Endpoint.objects.select_for_update(no_key=True).filter(id=endpoint_id, state="active").first()
        )
        waiting = Delivery.objects.filter(endpoint_id=endpoint_id, state="waiting")
        if endpoint is None or waiting.filter(lease_until__gt=now).exists():
            return []
        due = list(waiting.filter(next_at__lte=now).order_by("next_at", "id")[:BATCH])
        Delivery.objects.filter(id__in=[each.id for each in due]).update(lease_until=now + LEASE)
    return [Message(each.id, each.event_id, each.attempts, now + LEASE) for each in due]


def note_attempt(*, message: Message, answer: Answer, actor: Actor, now: datetime) -> bool:
    """Write down how a try went and when the next one is; return whether it may be tried on with the next message.

    A worker whose lease ran out writes nothing: another one has sent the message meanwhile.
    """
    with write():
        held = Delivery.objects.select_for_update().filter(
            id=message.delivery_id, lease_until=message.lease_until
        )
        delivery = held.first()
        if delivery is None or delivery.state != "waiting":
            return False
        delivery.attempts += 1
        delivery.last_status, delivery.last_error, delivery.lease_until = answer.status, answer.error, None
        _decide(delivery, answer, now)
        delivery.save(update_fields=["attempts", "last_status", "last_error", "lease_until", "state", "next_at",
                                     "finished_at"])  # fmt: skip
        Attempt.objects.create(
            delivery=delivery, at=now, status=answer.status, error=answer.error, answer=answer.body,
            milliseconds=answer.milliseconds,
        )  # fmt: skip
        _note_health(delivery.endpoint_id, answer, now)
    return answer.is_success


def release_deliveries(*, messages: Sequence[Message], actor: Actor, now: datetime) -> None:
    """Give back what was taken and not tried, because the endpoint is not well."""
    held = Delivery.objects.filter(id__in=[each.delivery_id for each in messages], state="waiting")
    with write():
        held.filter(lease_until__in={each.lease_until for each in messages}).update(
            lease_until=None, next_at=now + WAITS[0]
        )


def _decide(delivery: Delivery, answer: Answer, now: datetime) -> None:
    if answer.is_success:
        delivery.state, delivery.finished_at = "delivered", now
    elif delivery.attempts > len(WAITS):
        delivery.state, delivery.finished_at = "failed", now
    else:
        delivery.next_at = now + WAITS[delivery.attempts - 1]


def _note_health(endpoint_id: UUID, answer: Answer, now: datetime) -> None:
    """Remember since when an endpoint fails; one that failed for days is paused."""
    endpoint = Endpoint.objects.select_for_update(no_key=True).get(id=endpoint_id)
    if answer.is_success and endpoint.failing_since is not None:
        endpoint.failing_since = None
        endpoint.save(update_fields=["failing_since"])
    elif not answer.is_success and endpoint.failing_since is None:
        endpoint.failing_since = now
        endpoint.save(update_fields=["failing_since"])
    elif not answer.is_success and endpoint.failing_since and now - endpoint.failing_since > PATIENCE:
        endpoint.state, endpoint.version = "paused", endpoint.version + 1
        endpoint.paused_reason = f"It took nothing for {PATIENCE.days} days: {answer.error or answer.status}."
        endpoint.save(update_fields=["state", "paused_reason", "version"])


def _lock(endpoint_id: UUID, version: int | None) -> Endpoint:
    endpoint = Endpoint.objects.select_for_update().filter(id=endpoint_id).exclude(state="removed").first()
    if endpoint is None:
        raise NotFound("There is no such endpoint.")
    if version is not None and version != endpoint.version:
        raise StaleVersion(
            "Somebody changed this endpoint after you opened it.", detail={"version": endpoint.version}
        )
    return endpoint


def _save(endpoint: Endpoint, *fields: str) -> None:
    endpoint.version += 1
    endpoint.save(update_fields=[*fields, "version"])


def _check_events(events: Sequence[str]) -> list[str]:
    unknown = sorted(set(events) - set(choices()))
    if unknown or not events:
        raise InputError(f"“{unknown[0]}” is not an event." if unknown else "Choose at least one event.",
                         code="unknown_event", field="events")  # fmt: skip
    return sorted(set(events))
