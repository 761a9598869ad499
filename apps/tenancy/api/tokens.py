"""Access tokens of people: made after password, lock-out and second factor; useless once the membership ends."""

from dataclasses import dataclass
from datetime import timedelta

from allauth.mfa.models import Authenticator
from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_cool_off
from django.contrib.auth import authenticate
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.tokens import RefreshToken

from apps.core.errors import DomainError, InputError
from apps.core.scope import platform_scope
from apps.tenancy.access import actor_of
from apps.tenancy.api.authentication import (
    MARK_CLAIM,
    TENANT_CLAIM,
    find_membership,
    find_token_user,
    password_mark,
    token_refused,
)
from apps.tenancy.models import User
from apps.tenancy.queries import MembershipInfo, TenantInfo, list_my_memberships

ACCESS_LIFETIME = timedelta(minutes=15)
REFRESH_LIFETIME = timedelta(hours=12)


class SignInRefused(DomainError):
    """Address, password or code do not fit; which of them is not said."""

    code = "sign_in_refused"
    status = 401
    cure = "Check the address and the password."


class CodeNeeded(SignInRefused):
    """The account has a second factor and the request brings no code."""

    code = "code_needed"
    cure = "Send the code of your authenticator app, or a recovery code, as `code`."


class LockedOut(DomainError):
    """Too many failed sign-ins."""

    code = "locked_out"
    status = 429


@dataclass(frozen=True)
class Tokens:
    """What a person gets who proved who they are."""

    access: str
    refresh: str
    expires_in: int
    tenant: TenantInfo


def sign_in(request: HttpRequest, *, email: str, password: str, code: str) -> User:
    """Return the person. Raises SignInRefused, CodeNeeded, LockedOut; failures count towards the lock-out."""
    email = email.strip().lower()
    user = authenticate(request, login=email, email=email, password=password)
    _check_lock(request)
    if not isinstance(user, User) or not user.is_active:
        raise SignInRefused("The address or the password is not right.")
    factors = list(Authenticator.objects.filter(user_id=user.id))
    if factors and not code:
        raise CodeNeeded("This account needs a second factor.")
    if factors and not any(_accepts(factor, code) for factor in factors):
        user_login_failed.send(sender=__name__, credentials={"login": email}, request=request)
        _check_lock(request)
        raise SignInRefused("The code is not right.", cure="Wait for the next code and try again.")
    AxesProxyHandler.user_logged_in(sender=User, request=request, user=user)
    return user


def choose_membership(user: User, tenant: str) -> MembershipInfo:
    """Return the membership in the tenant named by slug or id, or the only one. Raises InputError."""
    if tenant:
        found = find_membership(user, tenant)
        if found is None:
            raise InputError("There is no such company for you.", code="unknown_tenant", field="tenant")
        return found
    with platform_scope(actor_of(user)):
        memberships = list_my_memberships()
    if len(memberships) == 1:
        return memberships[0]
    slugs = ", ".join(one.tenant.slug for one in memberships)
    message = "Say which company." if slugs else "You are not a member of any company here."
    raise InputError(
        message, code="tenant_needed", field="tenant", cure=f"Your companies: {slugs or 'none'}."
    )


def issue_tokens(user: User, tenant: TenantInfo) -> Tokens:
    """Return an access token and a refresh token for one tenant."""
    refresh = RefreshToken()
    refresh.set_exp(lifetime=REFRESH_LIFETIME)
    refresh["user_id"] = str(user.id)
    refresh[TENANT_CLAIM] = str(tenant.id)
    refresh[MARK_CLAIM] = password_mark(user)
    return Tokens(_access_of(refresh), str(refresh), int(ACCESS_LIFETIME.total_seconds()), tenant)


def renew(raw: str) -> Tokens:
    """Return a new access token for a refresh token. Raises AuthenticationFailed once the person may not enter."""
    try:
        refresh = RefreshToken(raw.encode())  # type: ignore[arg-type]
    except TokenError:
        raise token_refused() from None
    membership = find_membership(find_token_user(refresh), str(refresh.get(TENANT_CLAIM, "")))
    if membership is None:
        raise token_refused()
    return Tokens(_access_of(refresh), raw, int(ACCESS_LIFETIME.total_seconds()), membership.tenant)


def _access_of(refresh: RefreshToken) -> str:
    access = refresh.access_token
    access.set_exp(lifetime=ACCESS_LIFETIME)
    return str(access)


def _accepts(factor: Authenticator, code: str) -> bool:
    return factor.type in {"totp", "recovery_codes"} and bool(factor.wrap().validate_code(code))


def _check_lock(request: HttpRequest) -> None:
    if not getattr(request, "axes_locked_out", False):
        return
    # The lock-out's own middleware would answer with a page.
    request.axes_locked_out = False  # type: ignore[attr-defined]
    wait = get_cool_off(request) or timedelta(minutes=15)
    raise LockedOut(
        "Too many failed sign-ins; this address and account are locked for a while.",
        cure=f"Wait {round(wait.total_seconds() / 60)} minutes.",
        detail={"retry_after": round(wait.total_seconds())},
    )
