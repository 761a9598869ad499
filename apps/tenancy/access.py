"""Doors: from a session or key to a tenant's scope, and from a scope to what it may do."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from apps.core.errors import Forbidden
from apps.core.scope import Actor, current_scope
from apps.tenancy.models import User
from apps.tenancy.permissions import PERMISSIONS


def actor_of(user: User) -> Actor:
    """Return a person as an actor."""
    return Actor(kind="person", id=user.id, label=str(user))


def may(permission: str) -> bool:
    """Say whether the open scope grants a permission."""
    assert permission in PERMISSIONS, permission
    return permission in current_scope().permissions


def check_permission(permission: str) -> None:
    """Raise Forbidden unless the open scope grants a permission."""
    if not may(permission):
        wanted = PERMISSIONS[permission]
        raise Forbidden(
            f"Your role does not allow this: {wanted[0].lower()}{wanted[1:]}.",
            cure="Ask an admin of your company to give your role this permission.",
            detail={"permission": permission},
        )


View = Callable[..., HttpResponseBase]


def requires(permission: str) -> Callable[[View], View]:
    """Open a page to signed-in people whose role in the open tenant grants a permission."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            check_permission(permission)
            return view(request, *args, **kwargs)

        guarded.required_permission = permission  # type: ignore[attr-defined]
        return login_required(guarded)

    return decorate
