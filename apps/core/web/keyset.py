"""Pages of a list by position: rows that are added meanwhile move nothing, and no row is lost between pages.

A position is the sorted value and the id of a page's first or last row; the id makes it unique. It travels signed,
bound to the order it belongs to. What cannot be read means the first page.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from django.core import signing
from django.db.models import Model, Q, QuerySet
from django.http import QueryDict

from apps.core.web.listing import Page

SALT = "bulkhead.pages.cursor"
PAGE_ROWS = 50
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Sort:
    """An order of a list: its name in the address (a minus turns it round) and the model's field.

    The field may be another record's, as `product__name`; the list then fetches that record with its rows.
    """

    name: str
    field: str

    @property
    def descends(self) -> bool:
        """Whether the largest comes first."""
        return self.name.startswith("-")

    def columns(self, *, turned: bool = False) -> tuple[str, str]:
        """Return the terms of ORDER BY, the id last; `turned` walks the list backwards."""
        sign = "-" if self.descends != turned else ""
        return f"{sign}{self.field}", f"{sign}id"

    def beyond(self, value: Any, row_id: UUID, *, turned: bool = False) -> Q:
        """Return the condition of rows behind a position; its first part fits an index range."""
        side = "lt" if self.descends != turned else "gt"
        tie = Q(**{f"{self.field}__{side}": value}) | Q(**{f"id__{side}": row_id})
        return Q(**{f"{self.field}__{side}e": value}) & tie


def read_sort(query: QueryDict, sorts: Mapping[str, str], default: str) -> Sort:
    """Return the order that the address asks for, or the default where it names none of `sorts`."""
    name = query.get("sort", default)
    if name.removeprefix("-") not in sorts:
        name = default
    return Sort(name, sorts[name.removeprefix("-")])


def page_of(
    found: QuerySet[Row],
    query: QueryDict,
    sort: Sort,
    *,
    show: Callable[[Row], Any],
    total: int | None = None,
    size: int = PAGE_ROWS,
) -> Page:
    """Return the page of a list that the address names, each row as `show` makes it."""
    turned = "before" in query and "after" not in query
    position = _read(query.get("before" if turned else "after", ""), sort, found.model)
    turned = turned and position is not None
    if position is not None:
        found = found.filter(sort.beyond(*position, turned=turned))
    rows = list(found.order_by(*sort.columns(turned=turned))[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    if turned:
        rows.reverse()
    has_previous = more if turned else position is not None
    has_next = turned or more
    return Page(
        rows=[show(row) for row in rows],
        previous=_write(rows[0], sort) if rows and has_previous else "",
        next=_write(rows[-1], sort) if rows and has_next else "",
        total=total,
    )


def _write(row: Model, sort: Sort) -> str:
    value: Any = row
    for step in sort.field.split("__"):
        value = getattr(value, step)
    text = value.isoformat() if isinstance(value, date | datetime) else str(value)
    return signing.dumps([sort.name, text, str(row.pk)], salt=SALT, compress=True)


def _read(text: str, sort: Sort, model: type[Model]) -> tuple[Any, UUID] | None:
    try:
        name, value, row_id = signing.loads(text, salt=SALT)
    except (signing.BadSignature, ValueError):
        return None
    if name != sort.name:
        return None
    return _field(model, sort.field).to_python(value), UUID(row_id)


def _field(model: type[Model], path: str) -> Any:
    """Return the field that a path such as `product__name` leads to."""
    step, _, rest = path.partition("__")
    field: Any = model._meta.get_field(step)
    return _field(field.related_model, rest) if rest else field
