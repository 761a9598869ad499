"""Customers as the API takes and shows them."""

from rest_framework import serializers

from apps.core.api.fields import Count, Text
from apps.core.api.serializers import Body, Shown


class CustomerShown(Shown):
    """A customer. The e-mail address is personal; it stands behind `…/contact`."""

    id = serializers.UUIDField()
    code = serializers.CharField(help_text="The company's own name for the customer; unique.")
    name = serializers.CharField()
    country_code = serializers.CharField(help_text="ISO 3166, two letters.")
    tax_id = serializers.CharField(allow_blank=True)
    is_walk_in = serializers.BooleanField(help_text="Stands for buyers who are not known.")
    created_at = serializers.DateTimeField()
    version = serializers.IntegerField(help_text="Rises with each change; also the ETag.")


class ContactShown(Shown):
    """How to reach a customer."""

    email = serializers.CharField(allow_blank=True)


class NewCustomer(Body):
    """A customer to create."""

    code = Text(max_length=64)
    name = Text(max_length=300)
    country_code = Text(max_length=2, min_length=2)
    tax_id = Text(max_length=64, required=False, allow_blank=True)
    email = Text(max_length=320, required=False, allow_blank=True)


class CustomerChanges(Body):
    """The fields to change; the others stay."""

    name = Text(max_length=300, required=False)
    country_code = Text(max_length=2, min_length=2, required=False)
    tax_id = Text(max_length=64, required=False, allow_blank=True)
    email = Text(max_length=320, required=False, allow_blank=True)
    version = Count(min_value=1, max_value=2**31 - 1, required=False, help_text="Instead of If-Match.")
