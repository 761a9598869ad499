"""Bodies: a request that says more than the API knows is refused, so that no wish is lost in silence."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

MAX_NAMES_SHOWN = 20


class Body(serializers.Serializer[Any]):
    """A request's body; every name in it must be one of the fields."""

    def to_internal_value(self, data: Any) -> Any:
        unknown = self._unknown(data)
        try:
            value = super().to_internal_value(data)
        except ValidationError as error:
            if isinstance(error.detail, dict):
                raise ValidationError({**error.detail, **unknown}) from None
            raise
        if unknown:
            raise ValidationError(unknown)
        return value

    def _unknown(self, data: Any) -> dict[str, list[ErrorDetail]]:
        names = sorted(set(data) - set(self.fields)) if isinstance(data, Mapping) else []
        return {
            name[:100]: [ErrorDetail("There is no such field.", code="unknown_field")]
            for name in names[:MAX_NAMES_SHOWN]
        }


class Shown(serializers.Serializer[Any]):
    """An object as the API shows it; never read from a request."""


class FieldErrorShown(Shown):
    """One input that is at fault."""

    field = serializers.CharField(help_text="Path in the body (`lines[0].quantity`) or name of a parameter.")
    code = serializers.CharField(help_text="Stable; for programs.")
    message = serializers.CharField(help_text="For people.")


class ProblemShown(Shown):
    """A refusal (RFC 9457). `code` is stable; `detail` and `cure` are for people."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="What happened, and what was kept.")
    code = serializers.CharField(help_text="Stable; for programs.")
    cure = serializers.CharField(allow_blank=True, help_text="What to do next.")
    errors = FieldErrorShown(many=True)  # type: ignore[assignment]  # the framework takes fields off the class
    request_id = serializers.CharField(help_text="Also in the header `X-Request-ID`.")
    facts = serializers.DictField(required=False, help_text="Plain facts for programs, where there are any.")
