"""Pages of webhooks."""

from uuid import UUID

from apps.core import clock
from apps.core.ids import new_id
from apps.core.scope import current_scope, open_scope
from apps.webhooks.models import Attempt, Delivery
from apps.webhooks.operations import create_endpoint
from tests.factories.books import make_product
from tests.factories.tenants import Company
from tests.flows.calls import Call, Sent, World

NEED = ("webhooks.manage",)


def make_world(company: Company) -> World:
    """Make an endpoint that waits to be told of something."""
    with open_scope(company.scope()):
        url = f"https://example.com/{new_id().hex[-8:]}"
        endpoint, secret = create_endpoint(
            url=url, events=["product.*"], actor=current_scope().actor, now=clock.now()
        )
        product = make_product(sku=f"SKU{new_id().hex[-8:]}")
        delivery = Delivery.objects.get(endpoint=endpoint)
        ids: dict[str, UUID | int] = {"endpoint": endpoint.id, "delivery": delivery.id}
    return World(company, ids, (url, secret, product.sku, str(endpoint.id), str(delivery.id)))


def make_admin_rows(company: Company) -> dict[str, UUID]:
    """Make one row of each model."""
    endpoint, _ = create_endpoint(
        url=f"https://example.com/{company.id.hex}",
        events=["product.*"],
        actor=company.actor(),
        now=clock.now(),
    )
    make_product()
    delivery = Delivery.objects.get(endpoint=endpoint)
    attempt = Attempt.objects.create(delivery=delivery, at=clock.now(), status=200, milliseconds=1)
    return {
        "Endpoint": endpoint.id, "Event": delivery.event_id, "Delivery": delivery.id, "Attempt": attempt.id,
    }  # fmt: skip


def new_endpoint(_: World) -> Sent:
    return {"url": f"https://example.com/{new_id().hex}", "events": ["*"]}


def act(name: str) -> Call:
    """Return the call of a button."""
    return Call("webhooks:act", NEED, "endpoint", "POST", lambda _: {"action": name}, ok=(302,), note=name)


CALLS = (
    Call("webhooks:list", NEED),
    Call("webhooks:create", NEED),
    Call("webhooks:create", NEED, method="POST", send=new_endpoint),
    Call("webhooks:detail", NEED, "endpoint"),
    Call("webhooks:edit", NEED, "endpoint"),
    Call("webhooks:edit", NEED, "endpoint", "POST", lambda w: {**new_endpoint(w), "version": "1"}, ok=(302,)),
    act("pause"),
    act("resume"),
    act("remove"),
    act("test"),
    Call("webhooks:rotate", NEED, "endpoint", "POST", lambda _: {"version": "1"}),
    Call("webhooks:delivery", NEED, "delivery"),
    Call("webhooks:replay", NEED, "delivery", "POST", ok=(302,)),
)
