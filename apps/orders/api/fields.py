"""Fields that bodies of orders share."""

from typing import Any

from rest_framework import serializers

from apps.core.api.fields import Count, Number


def quantity_field(**options: Any) -> Number:
    """Return the field of a quantity."""
    return Number(max_digits=18, decimal_places=6, **options)


def rate_field(**options: Any) -> Number:
    """Return the field of a tax rate in percent."""
    return Number(max_digits=7, decimal_places=4, help_text="Percent.", **options)


def version_field() -> serializers.IntegerField:
    """Return the field that stands instead of If-Match."""
    return Count(min_value=1, max_value=2**31 - 1, required=False, help_text="Instead of If-Match.")
