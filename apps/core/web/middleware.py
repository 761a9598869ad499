"""Middleware that every request passes: a scope, a policy for content, errors told as pages."""

import logging
import re
from collections.abc import Callable
from fnmatch import fnmatchcase
from uuid import UUID, uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.core.errors import DomainError
from apps.core.scope import Actor, platform_scope

log = logging.getLogger(__name__)
GetResponse = Callable[[HttpRequest], HttpResponse]
NOBODY = Actor(kind="system", id=UUID(int=1), label="Anonymous")
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
TRACE_PARENT = re.compile(r"00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")

STRICT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)
# The admin's theme and the API's reader build styles and expressions in the page; our own pages never do.
BUILT_IN_PAGE = STRICT.replace(
    "script-src 'self'", "script-src 'self' 'unsafe-inline' 'unsafe-eval'"
).replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
RELAXED_PATHS = ("/admin/", "/api/docs")


class RequestScope:
    """Open the platform scope of a request, with its request id."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        request_id = given if REQUEST_ID.fullmatch(given) else uuid4().hex
        trace = TRACE_PARENT.fullmatch(request.headers.get("traceparent", ""))
        with platform_scope(NOBODY, request_id=request_id, trace_id=trace[1] if trace else ""):
            response = self.get_response(request)
        response["X-Request-ID"] = request_id
        return response


class ContentSecurity:
    """Say what a page may load (nothing inline, nothing from elsewhere) and who may keep it: one browser."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        policy = BUILT_IN_PAGE if request.path.startswith(RELAXED_PATHS) else STRICT
        response.setdefault("Content-Security-Policy", policy)
        # A cache between must not hand one person's page to the next; files of the house say otherwise themselves.
        response.setdefault("Cache-Control", "private, no-cache")
        return response


class BodyLimit:
    """Refuse a body that is too long by what its header says, before any of it is read or kept.

    The API is left alone: it refuses in its own words and reads no forms.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        large = (
            each for pattern, each in settings.LARGE_BODIES.items() if fnmatchcase(request.path, pattern)
        )
        limit = next(large, settings.BODY_BYTES)
        length = request.META.get("CONTENT_LENGTH") or "0"
        if request.path.startswith("/api/") or (length.isdigit() and int(length) <= limit):
            return self.get_response(request)
        error = DomainError(
            f"What was sent is larger than {limit // 1_000_000:,} MB. Nothing was kept.", code="too_large",
            status=413, cure="Send less at once; a file may be packed with gzip or split.",
        )  # fmt: skip
        return render(request, "413.html", {"error": error}, status=413)


class DomainErrors:
    """Tell a refused request as a page: what happened, what was kept, what to do."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, DomainError):
            return None
        context = {"error": error, "status": error.status}
        return render(request, "error.html", context, status=error.status)
