"""Pages of a list by position instead of by count: rows that are added meanwhile move nothing.

A position is the ordering's value and the id of the last row shown; the id makes it unique. It travels as a signed
cursor, so that a caller can neither read meaning into it nor forge it.
"""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol, cast
from urllib.parse import urlencode
from uuid import UUID

from django.core import signing
from django.core.exceptions import ValidationError as FieldRefused
from django.db.models import Model, Q
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

if TYPE_CHECKING:  # the framework imports this module while it makes its views
    from rest_framework.views import APIView

SALT = "bulkhead.api.cursor"
DEFAULT_SIZE = 50
MAX_SIZE = 200
PARAMETERS = ("cursor", "ordering", "page_size")
Schema = dict[str, Any]


class SortedView(Protocol):
    """A list's view: public names of its orderings with their fields, and the one used unless asked otherwise."""

    orderings: dict[str, str]
    default_ordering: str


@dataclass(frozen=True)
class Ordering:
    """How a list is sorted: one field, then the id in the same direction."""

    name: str
    field: str

    @property
    def descends(self) -> bool:
        return self.name.startswith("-")

    def columns(self) -> tuple[str, ...]:
        """Return the terms of ORDER BY."""
        sign = "-" if self.descends else ""
        return (f"{sign}id",) if self.field == "id" else (f"{sign}{self.field}", f"{sign}id")

    def after(self, value: Any, row_id: UUID) -> Q:
        """Return the condition of rows that come after a position; its first part fits an index range."""
        side = "lt" if self.descends else "gt"
        if self.field == "id":
            return Q(**{f"id__{side}": row_id})
        return Q(**{f"{self.field}__{side}e": value}) & (
            Q(**{f"{self.field}__{side}": value}) | Q(**{f"id__{side}": row_id})
        )


class KeysetPagination(BasePagination):
    """Walk a list in pages of 50 (up to 200), sorted as the view (a SortedView) allows."""

    next_cursor: str | None = None
    next_link: str | None = None

    def paginate_queryset(self, queryset: Any, request: Request, view: "APIView | None" = None) -> list[Any]:
        given = request.query_params
        cursor = _Cursor.read(given["cursor"]) if given.get("cursor") else None
        ordering = _ordering(given.get("ordering"), cursor, cast(SortedView, view))
        size = _size(given.get("page_size"))
        if cursor is not None:
            queryset = queryset.filter(cursor.condition(ordering, queryset.model))
        rows = list(queryset.order_by(*ordering.columns())[: size + 1])
        if len(rows) > size:
            self._point_after(rows[size - 1], ordering, request)
        return rows[:size]

    def _point_after(self, row: Model, ordering: Ordering, request: Request) -> None:
        self.next_cursor = _Cursor.at(row, ordering).written()
        kept = [(name, value) for name, value in request.query_params.items() if name != "cursor"]
        address = request.build_absolute_uri(request.path)
        self.next_link = f"{address}?{urlencode([*kept, ('cursor', self.next_cursor)])}"

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"results": data, "next_cursor": self.next_cursor, "next": self.next_link})

    def get_paginated_response_schema(self, schema: Schema) -> Schema:
        text = {"type": "string", "nullable": True}
        cursor = {**text, "example": "WyItaXNzdWVfZGF0ZSJd", "description": "Send it back as `cursor`."}
        address = "https://books.example/api/v1/invoices?cursor=WyItaXNzdWVfZGF0ZSJd"
        link = {
            **text,
            "format": "uri",
            "example": address,
            "description": "The next page; null on the last.",
        }
        return {
            "type": "object",
            "required": ["results", "next_cursor", "next"],
            "properties": {"results": schema, "next_cursor": cursor, "next": link},
        }

    def get_schema_operation_parameters(self, view: Any) -> list[Schema]:
        names = [name for one in view.orderings for name in (one, f"-{one}")]
        size = {"type": "integer", "minimum": 1, "maximum": MAX_SIZE, "default": DEFAULT_SIZE}
        return [
            _parameter("cursor", {"type": "string"}, "Where the last page ended, from `next_cursor`."),
            _parameter("ordering", {"type": "string", "enum": names, "default": view.default_ordering},
                       "Sorted by this, then by id; a minus turns it round."),
            _parameter("page_size", size, "Rows on a page."),
        ]  # fmt: skip


@dataclass(frozen=True)
class _Cursor:
    ordering: str
    value: str | int | None
    row_id: str

    @classmethod
    def at(cls, row: Model, ordering: Ordering) -> "_Cursor":
        value = None if ordering.field == "id" else getattr(row, ordering.field)
        return cls(ordering.name, value.isoformat() if isinstance(value, date) else value, str(row.pk))

    @classmethod
    def read(cls, text: str) -> "_Cursor":
        try:
            ordering, value, row_id = signing.loads(text, salt=SALT)
        except (signing.BadSignature, ValueError, TypeError):
            raise _refused(
                "cursor", "invalid_cursor", "This is no cursor of ours; start at the first page."
            ) from None
        return cls(ordering, value, row_id)

    def written(self) -> str:
        return signing.dumps([self.ordering, self.value, self.row_id], salt=SALT)

    def condition(self, ordering: Ordering, model: type[Model]) -> Q:
        try:
            field = cast(Any, model._meta.get_field(ordering.field))
            return ordering.after(field.to_python(self.value), UUID(self.row_id))
        except (FieldRefused, ValueError):
            raise _refused("cursor", "invalid_cursor", "The cursor belongs to another list.") from None


def _ordering(given: str | None, cursor: _Cursor | None, view: SortedView) -> Ordering:
    name = given or (cursor.ordering if cursor else view.default_ordering)
    if cursor is not None and name != cursor.ordering:
        raise _refused(
            "cursor", "invalid_cursor", "The cursor belongs to another ordering; start at the first page."
        )
    field = view.orderings.get(name.removeprefix("-"))
    if field is None:
        known = ", ".join(view.orderings)
        raise _refused("ordering", "unknown_ordering", f"The list can be sorted by: {known}.")
    return Ordering(name, field)


def _size(given: str | None) -> int:
    if given is None:
        return DEFAULT_SIZE
    if given.isascii() and given.isdigit() and len(given) <= 4 and 1 <= int(given) <= MAX_SIZE:
        return int(given)
    raise _refused("page_size", "out_of_range", f"A page has from 1 to {MAX_SIZE} rows.")


def _refused(name: str, code: str, message: str) -> ValidationError:
    return ValidationError({name: [ErrorDetail(message, code=code)]})


def _parameter(name: str, schema: Schema, description: str) -> Schema:
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": description}
