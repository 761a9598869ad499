"""Open the scope of the tenant that a signed-in person works in, and choose where its pages read from."""

import logging
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import DatabaseError, Error, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.urls import ResolverMatch
from django.utils import timezone

from apps.core.reads import Choice, Position, choose_after_failure, choose_reads, note_position
from apps.core.scope import Scope, current_scope, find_scope, open_scope, platform_scope, reading_from
from apps.tenancy.access import actor_of
from apps.tenancy.models import User
from apps.tenancy.queries import MembershipInfo, TenantInfo, list_my_memberships

log = logging.getLogger(__name__)
SESSION_KEY = "tenant_id"
WRITTEN_KEY = "written"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
WITHOUT_TENANT = ("/static/", "/healthz")


class TenantOfSession:
    """Read the person's memberships, open the chosen tenant's scope: safe requests read from the replica."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.memberships, request.membership, request.notice = [], None, ""  # type: ignore[attr-defined]
        if request.path.startswith(WITHOUT_TENANT):
            return self.get_response(request)
        if request.path.startswith("/api/") and "sessionid" not in request.COOKIES:
            return self.get_response(request)
        user = request.user
        if not isinstance(user, User):
            return self.get_response(request)
        actor = actor_of(user)
        with platform_scope(actor):
            memberships = list_my_memberships()
        membership = choose(memberships, request.session.get(SESSION_KEY))
        if membership is None:
            with platform_scope(actor):
                return self.get_response(request)
        request.memberships, request.membership = memberships, membership  # type: ignore[attr-defined]
        user.granted = membership.permissions
        with open_scope(_scope_of(user, membership)), timezone.override(membership.tenant.time_zone):
            return self._read(request) if request.method in SAFE_METHODS else self._write(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Read a page again from the primary when the replica was lost while it was being read."""
        scope = find_scope()
        if not isinstance(error, DatabaseError | InterfaceError) or scope is None or scope.reads == "primary":
            return None
        choice, match = choose_after_failure(error), request.resolver_match
        return None if choice is None or match is None else _read_again(request, match, choice)

    def _read(self, request: HttpRequest) -> HttpResponse:
        choice = choose_reads(_written(request))
        request.notice = choice.notice  # type: ignore[attr-defined]
        with reading_from(choice.reads):
            return self.get_response(request)

    def _write(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # Signing out leaves an anonymous session behind, which must stay empty.
        if isinstance(request.user, User):
            _remember_write(request)
        return response


def choose(memberships: list[MembershipInfo], wanted: str | None) -> MembershipInfo | None:
    """Return the membership of the tenant the session names, else the first."""
    for membership in memberships:
        if wanted and membership.tenant.id == UUID(wanted):
            return membership
    return memberships[0] if memberships else None


def tenant_of(request: HttpRequest) -> TenantInfo:
    """Return the open tenant of a request that has passed a door of `apps.tenancy.access`."""
    membership: MembershipInfo = request.membership  # type: ignore[attr-defined]
    return membership.tenant


def _scope_of(user: User, membership: MembershipInfo) -> Scope:
    around = current_scope()
    return Scope(
        actor=actor_of(user),
        tenant_id=membership.tenant.id,
        database=membership.tenant.database,
        permissions=membership.permissions,
        request_id=around.request_id,
        trace_id=around.trace_id,
    )


def _written(request: HttpRequest) -> Position | None:
    kept: list[Any] | None = request.session.get(WRITTEN_KEY)
    return Position(*kept) if kept else None


def _remember_write(request: HttpRequest) -> None:
    try:
        position = note_position()
    except Error:
        log.warning("The position of a write could not be read; the next page may be a moment old.")
        return
    request.session[WRITTEN_KEY] = [position.database, position.lsn, position.at]


def _read_again(request: HttpRequest, match: ResolverMatch, choice: Choice) -> HttpResponse:
    """Run the view once more; a template that is drawn late is drawn here, while the primary is chosen."""
    request.notice = choice.notice  # type: ignore[attr-defined]
    with reading_from(choice.reads):
        response: HttpResponse = match.func(request, *match.args, **match.kwargs)
        render = getattr(response, "render", None)
        return render() if callable(render) else response
