"""Doors: from an id outside to an endpoint or delivery of the open tenant."""

from uuid import UUID

from apps.core.errors import NotFound
from apps.tenancy.access import check_permission
from apps.webhooks.models import Delivery, Endpoint

PERMISSION = "webhooks.manage"


def access_endpoint(endpoint_id: UUID) -> Endpoint:
    """Return an endpoint that is told or paused. Raises Forbidden, NotFound."""
    check_permission(PERMISSION)
    endpoint = Endpoint.objects.filter(id=endpoint_id).exclude(state="removed").first()
    if endpoint is None:
        raise NotFound("There is no such endpoint.")
    return endpoint


def access_delivery(delivery_id: UUID) -> Delivery:
    """Return a delivery, also of an endpoint that was removed. Raises Forbidden, NotFound."""
    check_permission(PERMISSION)
    delivery = Delivery.objects.filter(id=delivery_id).first()
    if delivery is None:
        raise NotFound("There is no such delivery.")
    return delivery
