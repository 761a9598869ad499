"""What a worker does for one endpoint: take what is due, send it in order, write down how it went."""

import json
from datetime import datetime
from uuid import UUID

from apps.core import clock
from apps.core.scope import Actor, current_tenant_id
from apps.webhooks.models import Endpoint, Event
from apps.webhooks.operations import claim_deliveries, note_attempt, release_deliveries
from apps.webhooks.signatures import headers
from apps.webhooks.wire import call

USER_AGENT = "Bulkhead-Webhooks/1"


def tell_endpoint(*, endpoint_id: UUID, actor: Actor) -> int:
    """Send what is due for an endpoint and return how much was delivered. The first failure ends the round."""
    messages = claim_deliveries(endpoint_id=endpoint_id, actor=actor, now=clock.now())
    events = {event.id: event for event in Event.objects.filter(id__in=[each.event_id for each in messages])}
    for done, message in enumerate(messages):
        endpoint = Endpoint.objects.get(id=endpoint_id)
        body = body_of(events[message.event_id])
        now = clock.now()
        answer = call(
            endpoint.url, {**_plain_headers(), **_proof(endpoint, message.event_id, now, body)}, body
        )
        if not note_attempt(message=message, answer=answer, actor=actor, now=clock.now()):
            release_deliveries(messages=messages[done + 1 :], actor=actor, now=clock.now())
            return done
    return len(messages)


def body_of(event: Event) -> bytes:
    """Return the body of a message: the same bytes at every try."""
    told = {
        "id": str(event.id),
        "type": event.type,
        "timestamp": event.occurred_at.isoformat(),
        "tenant": str(current_tenant_id()),
        "data": event.data,
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def _proof(endpoint: Endpoint, event_id: UUID, now: datetime, body: bytes) -> dict[str, str]:
    keys = [endpoint.secret]
    if endpoint.old_secret and endpoint.old_secret_until and now < endpoint.old_secret_until:
        keys.append(endpoint.old_secret)
    return headers(keys=keys, event_id=str(event_id), at=now, body=body)


def _plain_headers() -> dict[str, str]:
    return {
        "content-type": "application/json",
        "user-agent": USER_AGENT,
        "accept": "*/*",
        "connection": "close",
    }
