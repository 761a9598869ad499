"""Webhooks as the API takes and shows them."""

from rest_framework import serializers

from apps.core.api.fields import Count, Text
from apps.core.api.serializers import Body, Shown
from apps.webhooks.catalog import choices
from apps.webhooks.models import DELIVERY_STATES


class EventName(serializers.ChoiceField):
    """A type of event, the beginning of types, or everything."""

    def __init__(self) -> None:
        super().__init__(choices=choices())


class EndpointShown(Shown):
    """An address that is told."""

    id = serializers.UUIDField()
    url = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    events = serializers.ListField(child=serializers.CharField())
    state = serializers.ChoiceField(choices=["active", "paused"])
    paused_reason = serializers.CharField(allow_blank=True)
    failing_since = serializers.DateTimeField(
        allow_null=True, help_text="Null while it takes what it is told."
    )
    created_at = serializers.DateTimeField()
    version = serializers.IntegerField(help_text="Rises with each change; also the ETag.")


class EndpointMade(EndpointShown):
    """An endpoint with its secret, which is shown only here."""

    secret = serializers.CharField(help_text="Proves messages (Standard Webhooks, HMAC-SHA256). Shown once.")


class NewEndpoint(Body):
    """An endpoint to register."""

    url = Text(max_length=2000, help_text="https, on the open internet.")
    description = Text(max_length=200, required=False, allow_blank=True)
    events = serializers.ListField(child=EventName(), min_length=1, max_length=100)


class EndpointChanges(Body):
    """The fields to change; the others stay."""

    url = Text(max_length=2000, required=False)
    description = Text(max_length=200, required=False, allow_blank=True)
    events = serializers.ListField(child=EventName(), min_length=1, max_length=100, required=False)
    state = serializers.ChoiceField(choices=["active", "paused"], required=False)
    version = Count(min_value=1, max_value=2**31 - 1, required=False, help_text="Instead of If-Match.")


class EventShown(Shown):
    """Something that happened, as it is told."""

    id = serializers.UUIDField()
    type = serializers.CharField()
    occurred_at = serializers.DateTimeField()
    data = serializers.DictField()  # type: ignore[assignment]  # the framework takes fields off the class


class DeliveryShown(Shown):
    """One event for one endpoint."""

    id = serializers.UUIDField()
    endpoint = serializers.UUIDField(source="endpoint_id")
    event = EventShown()
    state = serializers.ChoiceField(choices=list(DELIVERY_STATES.items()))
    attempts = serializers.IntegerField()
    next_at = serializers.DateTimeField(help_text="When it is tried next, while it waits.")
    last_status = serializers.IntegerField(allow_null=True, help_text="HTTP status of the last answer.")
    last_error = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
