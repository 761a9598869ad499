"""The API's description: what every operation has in common, said once."""

from typing import Any

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework.serializers import BaseSerializer

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

# Headers that requests may bring: what for, and their shape.
_READ = {
    "X-Request-ID": (
        "Names the request in answers, logs and the audit log; one that does not fit is replaced.",
        r"^[A-Za-z0-9._-]{8,64}$",
    ),
    "Bulkhead-At-Least": (
        "A `Bulkhead-As-Of` that the answer must not be older than.", r"^[0-9A-F]{1,8}/[0-9A-F]{1,8}$",
    ),
    "Idempotency-Key": ("Makes a repetition harmless for 24 hours: one effect, one answer.", r"^[!-~]{1,255}$"),
    "If-Match": (
        "The ETag that the change was made from; needed unless the body has a `version`.", r'^"[0-9]{1,9}"$',
    ),
}  # fmt: skip


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
        names = ["X-Request-ID"]
        if self.method == "GET":
            names.append("Bulkhead-At-Least")
        if self.method == "POST" and self.get_security_of_view():
            names.append("Idempotency-Key")
        if self.method in {"PATCH", "DELETE"}:
            names.append("If-Match")
        return [*(_header(name) for name in names), *self._shaping()]

    def _shaping(self) -> list[Any]:
        """Return the parameters by which a caller chooses what an answer shows."""
        if self.method != "GET" or not self.get_security_of_view():
            return []
        text = "Only these fields of each record, with commas between: `id,version`."
        found = [OpenApiParameter("fields", str, OpenApiParameter.QUERY, description=text)]
        if expansions := sorted(getattr(self.view, "expansions", {})):
            text = f"Records instead of their ids, with commas between: {', '.join(expansions)}."
            found.append(OpenApiParameter("expand", str, OpenApiParameter.QUERY, description=text))
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


class NumberShape(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """Exact numbers: shown as strings, taken as strings or JSON numbers."""

    target_class = "apps.core.api.fields.Number"

    def map_serializer_field(self, auto_schema: AutoSchema, direction: str) -> dict[str, Any]:
        whole, places = self.target.max_digits - self.target.decimal_places, self.target.decimal_places
        text = {"type": "string", "pattern": rf"^-?[0-9]{{1,{whole}}}(\.[0-9]{{1,{places}}})?$"}
        return text if direction == "response" else {"oneOf": [text, {"type": "number"}]}


def _header(name: str) -> OpenApiParameter:
    description, pattern = _READ[name]
    shape = {"type": "string", "pattern": pattern}
    return OpenApiParameter(name, shape, OpenApiParameter.HEADER, description=description)
