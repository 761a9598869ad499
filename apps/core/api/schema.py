"""The API's description: what every operation has in common, said once."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework.serializers import BaseSerializer

from apps.core.api.conditional import TAG_FORM
from apps.core.api.problems import CONTENT_TYPE
from apps.core.api.serializers import ProblemShown

Serializer = type[BaseSerializer[Any]]
Responses = dict[Any, Any]
_HEADERS = {
    "ETag": "The record's version.",
    "Location": "Address of the new record.",
    "Idempotent-Replayed": "“true” when this is the stored answer of an earlier request with the same key.",
    "Bulkhead-Age": "Age of the data in seconds.",
    "Bulkhead-As-Of": "Position in the database's log that the data are as of.",
}


def created(serializer: Serializer) -> Responses:
    """Return the responses of an operation that makes a record."""
    return {201: OpenApiResponse(serializer, "Created.")}


def shown(serializer: Serializer) -> Responses:
    """Return the responses of an operation that shows a record."""
    return {200: OpenApiResponse(serializer, "The record as it is now.")}


def gone() -> Responses:
    """Return the responses of an operation that removes a record."""
    return {204: OpenApiResponse(None, "Removed.")}


class HouseSchema(AutoSchema):
    """Adds to each operation the headers it reads and the problem it may answer with."""

    def get_override_parameters(self) -> list[Any]:
        found = [
            _header("X-Request-ID", "Names the request in answers, logs and the audit log; else one is made.")
        ]
        if self.method == "GET":
            found.append(
                _header("Bulkhead-At-Least", "A `Bulkhead-As-Of` that the answer must not be older than.")
            )
        if self.method == "POST" and self.get_security_of_view():
            found.append(
                _header(
                    "Idempotency-Key", "Makes a repetition harmless for 24 hours: one effect, one answer."
                )
            )
        if self.method in {"PATCH", "DELETE"}:
            found.append(_header("If-Match", f"The ETag that the change was made from, {TAG_FORM}."))
        return found

    def get_serializer_name(self, serializer: BaseSerializer[Any], direction: Any) -> str:
        return type(serializer).__name__.removesuffix("Shown")

    def _is_list_view(self, serializer: Any = None) -> bool:
        return self.method == "GET" and hasattr(self.view, "orderings")

    def get_security_of_view(self) -> bool:
        """Say whether the operation asks who calls."""
        return bool(self.view.get_authenticators())

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        operation: dict[str, Any] | None = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        problem = self.resolve_serializer(ProblemShown, "response").ref
        operation["responses"]["default"] = {
            "description": "Any refusal (RFC 9457): nothing was changed.",
            "content": {CONTENT_TYPE: {"schema": problem}},
        }
        for status, response in operation["responses"].items():
            response.setdefault("headers", {}).update(self._headers_of(status))
        return operation

    def _headers_of(self, status: str) -> dict[str, Any]:
        names = {"default": ["Retry-After"]}.get(status, [])
        if status == "200" and self.method == "GET":
            names = ["Bulkhead-Age", "Bulkhead-As-Of"]
        if (
            status in {"200", "201"}
            and not self._is_list_view()
            and getattr(self.view, "is_versioned", False)
        ):
            names = [*names, "ETag"]
        if self.method == "POST" and status != "default" and self.get_security_of_view():
            names = [*names, "Idempotent-Replayed"]
        if status == "201":
            names = [*names, "Location"]
        texts = {**_HEADERS, "Retry-After": "Seconds to wait, with 409 while in flight, 429 and 503."}
        return {name: {"description": texts[name], "schema": {"type": "string"}} for name in names}


def _header(name: str, description: str) -> OpenApiParameter:
    return OpenApiParameter(name, OpenApiTypes.STR, OpenApiParameter.HEADER, description=description)
