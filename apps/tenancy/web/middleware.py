"""Open the scope of the tenant that a signed-in person works in."""

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from apps.core.scope import platform_scope, tenant_scope
from apps.tenancy.access import actor_of
from apps.tenancy.models import User
from apps.tenancy.queries import MembershipInfo, list_my_memberships

SESSION_KEY = "tenant_id"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class TenantOfSession:
    """Read the person's memberships, open the chosen tenant's scope: safe requests read from the replica."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.memberships, request.membership = [], None  # type: ignore[attr-defined]
        if request.path.startswith(("/api/", "/static/", "/healthz")) and "sessionid" not in request.COOKIES:
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
        with tenant_scope(
            membership.tenant.id,
            actor,
            database=membership.tenant.database,
            reads="replica" if request.method in SAFE_METHODS else "primary",
            permissions=membership.permissions,
        ):
            return self.get_response(request)


def choose(memberships: list[MembershipInfo], wanted: str | None) -> MembershipInfo | None:
    """Return the membership of the tenant the session names, else the first."""
    for membership in memberships:
        if wanted and membership.tenant.id == UUID(wanted):
            return membership
    return memberships[0] if memberships else None
