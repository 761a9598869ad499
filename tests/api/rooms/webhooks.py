"""Routes of webhooks."""

from typing import Any

from apps.core import clock
from apps.webhooks.models import Delivery
from apps.webhooks.operations import create_endpoint
from tests.api.call import Call
from tests.factories.books import make_product
from tests.factories.tenants import Company

NEED = "webhooks.manage"
URL = "https://example.com/hook"


def make_records(company: Company) -> dict[str, Any]:
    """Make endpoints, one of them with something to be told."""

    def make(*events: str) -> Any:
        endpoint, _ = create_endpoint(url=URL, events=events, actor=company.actor(), now=clock.now())
        return endpoint.id

    endpoint, other = make("product.*"), make("invoice.*")
    make_product()
    return {"endpoint": endpoint, "other": other, "delivery": Delivery.objects.get(endpoint_id=endpoint).id}


CALLS = [
    Call("api-webhooks", "GET", "webhooks", NEED, names_record=False),
    Call("api-webhooks", "POST", "webhooks", NEED, 201, {"url": URL, "events": ["*"]}, names_record=False),
    Call("api-webhook", "GET", "webhooks/{endpoint}", NEED),
    Call("api-webhook", "PATCH", "webhooks/{endpoint}", NEED, body={"state": "paused", "version": 1}),
    Call("api-webhook", "PATCH", "webhooks/{endpoint}", NEED, body={"state": "active", "version": 3}),
    Call("api-webhook-secret", "POST", "webhooks/{endpoint}/secret", NEED, 201),
    Call("api-webhook-test", "POST", "webhooks/{endpoint}/test", NEED, 201),
    Call("api-webhook-deliveries", "GET", "webhooks/deliveries", NEED, names_record=False),
    Call("api-webhook-replay", "POST", "webhooks/deliveries/{delivery}/replay", NEED),
    Call("api-webhook", "DELETE", "webhooks/{other}", NEED, 204),
]
