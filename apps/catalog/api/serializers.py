"""Products as the API takes and shows them."""

from rest_framework import serializers

from apps.core.api.fields import Count, Flag, Number, Text
from apps.core.api.serializers import Body, Shown


class ProductShown(Shown):
    """A product. Its price has its own precision and is no amount: amounts are made on an invoice's line."""

    id = serializers.UUIDField()
    sku = serializers.CharField(help_text="Unique in the company.")
    name = serializers.CharField()
    unit_price = Number(max_digits=18, decimal_places=6)
    currency = serializers.CharField(help_text="ISO 4217, three letters.")
    tax_rate = Number(max_digits=7, decimal_places=4, help_text="Percent.")
    is_active = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    version = serializers.IntegerField(help_text="Rises with each change; also the ETag.")


class NewProduct(Body):
    """A product to create."""

    sku = Text(max_length=64)
    name = Text(max_length=300)
    unit_price = Number(max_digits=18, decimal_places=6)
    currency = Text(max_length=3, min_length=3)
    tax_rate = Number(max_digits=7, decimal_places=4, required=False)


class ProductChanges(Body):
    """The fields to change; the others stay. Old invoices keep the price they were made with."""

    name = Text(max_length=300, required=False)
    unit_price = Number(max_digits=18, decimal_places=6, required=False)
    tax_rate = Number(max_digits=7, decimal_places=4, required=False)
    is_active = Flag(required=False)
    version = Count(min_value=1, max_value=2**31 - 1, required=False, help_text="Instead of If-Match.")
