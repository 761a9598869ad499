"""Fields of request and response bodies that take exactly one JSON type each; nothing is guessed."""

import re
from datetime import date
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.core.money import from_minor

_DECIMAL = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


class Text(serializers.CharField):
    """A JSON string."""

    def __init__(self, *, max_length: int = 500, **options: Any) -> None:
        super().__init__(max_length=max_length, **options)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Number(serializers.DecimalField):
    """A decimal as a JSON string ("12.50") or number, kept exact; shown as a string without trailing zeros."""

    def to_internal_value(self, data: Any) -> Decimal:
        if isinstance(data, bool) or not isinstance(data, str | int | Decimal):
            self.fail("invalid")
        if isinstance(data, str) and not _DECIMAL.fullmatch(data.strip()):
            self.fail("invalid")
        value = super().to_internal_value(str(data))
        return abs(value) if value == 0 else value

    def to_representation(self, value: Any) -> str:
        return plain(Decimal(value))


class Identifier(serializers.UUIDField):
    """An id as a JSON string."""

    def to_internal_value(self, data: Any) -> UUID:
        if not isinstance(data, str) or not _UUID.fullmatch(data):
            self.fail("invalid", value=str(data)[:60])
        return UUID(data)


class Flag(serializers.BooleanField):
    """JSON true or false, not their look-alikes."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=str(data)[:60])
        return data


class Day(serializers.DateField):
    """A calendar day as YYYY-MM-DD."""

    def to_internal_value(self, value: Any) -> date:
        if not isinstance(value, str) or not _DAY.fullmatch(value):
            self.fail("invalid", format="YYYY-MM-DD")
        return super().to_internal_value(value)


class Count(serializers.IntegerField):
    """A whole JSON number."""

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return super().to_internal_value(data)


@extend_schema_field({"type": "string", "pattern": r"^-?\d+(\.\d+)?$", "example": "12.30", "readOnly": True})
class Amount(serializers.Field[int, int, str, Any]):
    """Minor units in the books, a string in major units with the currency's decimals outside ("12.30").

    Reads `<name>_minor` and `currency` of the object that it belongs to.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(read_only=True, **options)

    def get_attribute(self, instance: Any) -> Any:
        # A line has no currency of its own; it has its document's.
        currency = getattr(instance, "currency", None) or cast(Any, self.root.instance).currency
        return from_minor(getattr(instance, f"{self.field_name}_minor"), currency)

    def to_representation(self, value: Any) -> str:
        return format(value, "f")


def plain(value: Decimal) -> str:
    """Return a decimal without exponent and trailing zeros."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
