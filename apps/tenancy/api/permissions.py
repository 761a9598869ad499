"""What a view needs of its caller. A view that does not say is closed."""

from typing import TYPE_CHECKING

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from apps.tenancy.access import check_permission
from apps.tenancy.api.callers import Caller

if TYPE_CHECKING:  # the framework imports this module while it makes its views
    from rest_framework.views import APIView


class ScopePermission(BasePermission):
    """Check the permission that the view declares for the method in `required_permissions`."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        if not isinstance(request.auth, Caller):
            return False
        if request.method not in view.allowed_methods:
            return True  # no handler: the answer is 405
        needed = permission_for(view, request.method or "")
        if needed is None:
            return False
        check_permission(needed)
        return True


def permission_for(view: "APIView", method: str) -> str | None:
    """Return the permission that a view declares for a method, or None."""
    declared: dict[str, str] = getattr(view, "required_permissions", {})
    return declared.get("GET" if method == "HEAD" else method)
