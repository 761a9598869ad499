"""Errors of the API as RFC 9457 problem details: what happened, what to do, and which fields are at fault.

No text of the database, of a library or of the code ever reaches the caller; it goes to the log with the request id.
"""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import singledispatch
from http import HTTPStatus
from typing import Any

from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.db import Error as DatabaseError
from django.http import Http404, UnreadablePostError
from rest_framework import exceptions
from rest_framework.response import Response

from apps.core.api.database_errors import refusal_of
from apps.core.errors import DomainError
from apps.core.scope import find_scope

log = logging.getLogger(__name__)
REALM = 'Bearer realm="Bulkhead"'
CONTENT_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:problem-type:bulkhead:"
SIGN_IN = "Send a valid API key or access token; see /api/docs."
MENDED = "Mend the named fields and send the request again."


@dataclass(frozen=True)
class FieldError:
    """What is wrong with one input; `field` is its path in the body (`lines[0].quantity`) or a parameter's name."""

    field: str
    code: str
    message: str


@dataclass(frozen=True)
class Problem:
    """A refusal as the caller is told of it."""

    status: int
    code: str
    detail: str
    cure: str = ""
    errors: tuple[FieldError, ...] = ()
    facts: Mapping[str, object] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def as_response(self) -> Response:
        """Return the problem as an `application/problem+json` response."""
        return Response(self.members(), self.status, headers=dict(self.headers), content_type=CONTENT_TYPE)

    def members(self) -> dict[str, object]:
        """Return what stands in the body."""
        scope = find_scope()
        members: dict[str, object] = {
            "type": f"{TYPE_PREFIX}{self.code}",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            "cure": self.cure,
            "errors": [vars(error) for error in self.errors],
            "request_id": scope.request_id if scope else "",
        }
        return members | ({"facts": dict(self.facts)} if self.facts else {})


def render_problem(error: Exception, context: dict[str, Any]) -> Response:
    """Answer any error of an API view with a problem; the outermost edge of the API."""
    problem = problem_of(error)
    if problem.status >= 500:
        view = type(context.get("view")).__name__
        log.error("%s failed (%s)", view, problem.code, exc_info=error)
    return problem.as_response()


@singledispatch
def problem_of(_error: Exception) -> Problem:
    """Return what the caller may know of an error."""
    return Problem(
        500, "internal_error", "The request failed on our side.",
        cure="Try again later; when you ask about it, give the request id.",
    )  # fmt: skip


@problem_of.register
def _(error: DomainError) -> Problem:
    errors = (FieldError(error.field, error.code, error.message),) if error.field else ()
    facts = {name: _plain(value) for name, value in error.detail.items()}
    headers = {"Retry-After": str(error.detail["retry_after"])} if "retry_after" in error.detail else {}
    return Problem(error.status, error.code, error.message, error.cure, errors, facts, headers)


@problem_of.register
def _(error: exceptions.ValidationError) -> Problem:
    errors = tuple(_flatten(error.detail))
    return Problem(422, "invalid_input", "Some fields are not accepted; nothing was changed.", MENDED, errors)


@problem_of.register
def _(error: exceptions.APIException) -> Problem:
    detail = error.detail if isinstance(error.detail, str) else error.default_detail
    code = getattr(error.detail, "code", error.default_code)
    headers = {}
    if header := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = header
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(max(1, round(wait)))
    cure = SIGN_IN if error.status_code == 401 else getattr(error, "cure", "")
    return Problem(error.status_code, str(code), str(detail), cure, headers=headers)


@problem_of.register
def _(_error: Http404) -> Problem:
    return Problem(404, "not_found", "There is nothing at this address.", "Check the address; see /api/docs.")


@problem_of.register
def _(_error: PermissionDenied) -> Problem:
    return Problem(403, "forbidden", "This is not allowed.")


@problem_of.register(SuspiciousOperation)
@problem_of.register(BadRequest)
@problem_of.register(UnreadablePostError)
def _(error: Exception) -> Problem:
    if isinstance(error, RequestDataTooBig):
        return Problem(413, "body_too_large", "The body is too large.", "Send less at once.")
    return Problem(400, "bad_request", "The request cannot be understood.")


@problem_of.register
def _(error: DatabaseError) -> Problem:
    refusal = refusal_of(error)
    if refusal is None:
        return problem_of.dispatch(Exception)(error)
    log.warning("The database refused a request: %s", refusal.code, exc_info=error)
    headers = {"Retry-After": str(refusal.retry_after)} if refusal.retry_after else {}
    return Problem(refusal.status, refusal.code, refusal.detail, refusal.cure, headers=headers)


def _flatten(detail: Any, path: str = "") -> Iterator[FieldError]:
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            yield from _flatten(inner, _step(path, name))
    elif not isinstance(detail, list | tuple):
        yield FieldError(path, str(getattr(detail, "code", "invalid")), str(detail))
    else:
        for index, inner in enumerate(detail):
            # A list of texts speaks of one field; a list of objects has one entry for each item sent.
            yield from _flatten(inner, _step(path, index) if isinstance(inner, Mapping | list) else path)


def _step(path: str, name: object) -> str:
    if isinstance(name, int):
        return f"{path}[{name}]"
    own = "" if name == "non_field_errors" else str(name)
    return ".".join(part for part in (path, own) if part)


def _plain(value: object) -> object:
    return value if isinstance(value, str | int | bool | list | dict | None) else str(value)
