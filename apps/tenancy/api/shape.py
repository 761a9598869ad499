"""What an answer shows: only some fields (`fields=`), or whole records instead of their ids (`expand=`)."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from apps.tenancy.access import check_permission

PARAMETERS = ("fields", "expand")
MAX_NAMES = 50
Shape = dict[str, Any]


@dataclass(frozen=True)
class Expansion:
    """A field that holds an id, whose record may stand in its place. `load` finds many records in one question."""

    permission: str
    load: Callable[[Collection[UUID]], Mapping[str, Shape]]


def shape(request: Request, response: Response, expansions: Mapping[str, Expansion]) -> None:
    """Change a successful answer to what the request asks to see. Raises ValidationError, Forbidden."""
    rows = _rows_of(response)
    if (names := _names(request, "expand")) and rows is not None:
        _check(names, expansions, "expand")
        for name in names:
            _expand(rows, name, expansions[name])
    if (names := _names(request, "fields")) and rows is not None:
        if rows:
            _check(names, rows[0], "fields")
        kept = [{name: row[name] for name in row if name in names} for row in rows]
        response.data = {**response.data, "results": kept} if _is_list(response) else kept[0]


def _expand(rows: list[Shape], name: str, expansion: Expansion) -> None:
    check_permission(expansion.permission)
    ids = {UUID(str(row[name])) for row in rows if row.get(name)}
    found = expansion.load(ids) if ids else {}
    for row in rows:
        row[name] = found.get(str(row[name])) if row.get(name) else None


def _rows_of(response: Response) -> list[Shape] | None:
    if response.status_code != 200 or not isinstance(getattr(response, "data", None), dict):
        return None
    return list(response.data["results"]) if _is_list(response) else [response.data]


def _is_list(response: Response) -> bool:
    return "results" in response.data and "next_cursor" in response.data


def _names(request: Request, parameter: str) -> list[str]:
    given = request.query_params.get(parameter, "")
    return [name.strip() for name in given.split(",") if name.strip()][:MAX_NAMES]


def _check(names: Collection[str], known: Collection[str], parameter: str) -> None:
    unknown = sorted(set(names) - set(known))
    if unknown:
        told = ", ".join(sorted(known)) or "nothing"
        message = ErrorDetail(f"“{unknown[0][:60]}” is not one of: {told}.", code=f"unknown_{parameter}")
        raise ValidationError({parameter: [message]})
