"""Three ways to prove who calls: an API key, an access token, the browser's session. Each is checked live."""

import hmac
from datetime import timedelta
from uuid import UUID

from rest_framework.authentication import BaseAuthentication, SessionAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.tokens import AccessToken, Token

from apps.core import clock
from apps.core.api.problems import REALM
from apps.core.scope import Scope, current_scope, open_scope, platform_scope
from apps.tenancy.access import actor_of
from apps.tenancy.api.callers import Caller, caller_of_key, caller_of_member
from apps.tenancy.models import User
from apps.tenancy.operations import KEY_PREFIX, digest_of, note_key_use
from apps.tenancy.queries import KeyInfo, MembershipInfo, find_api_key, list_my_memberships

USE_NOTED_EVERY = timedelta(minutes=1)
TENANT_CLAIM = "tenant_id"
MARK_CLAIM = "mark"
Proof = tuple[Caller | User, Caller]


class ApiKeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer bh_…` or `X-API-Key: bh_…`; looked up at each request, so a revoked key ends at once."""

    def authenticate(self, request: Request) -> Proof | None:
        secret = request.headers.get("X-API-Key") or bearer_of(request)
        if not secret or (not secret.startswith(KEY_PREFIX) and "X-API-Key" not in request.headers):
            return None
        key = find_api_key(digest_of(secret))
        if key is None:
            raise AuthenticationFailed("The API key is unknown, expired or revoked.", code="key_invalid")
        caller = caller_of_key(key)
        _note_use(key, caller)
        return caller, caller

    def authenticate_header(self, request: Request) -> str:
        return REALM


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer <access token>` of a person; their membership is read at each request."""

    def authenticate(self, request: Request) -> Proof | None:
        raw = bearer_of(request)
        if not raw or raw.startswith(KEY_PREFIX):
            return None
        try:
            token = AccessToken(raw.encode("utf-8", "replace"))  # type: ignore[arg-type]
        except TokenError:
            raise token_refused() from None
        caller = caller_of_token(token)
        return caller, caller

    def authenticate_header(self, request: Request) -> str:
        return REALM


class PageSessionAuthentication(SessionAuthentication):
    """The browser's session, with its cross-site token on writes."""

    def authenticate(self, request: Request) -> Proof | None:
        found = super().authenticate(request)
        if found is None:
            return None
        user, membership = found[0], getattr(request._request, "membership", None)
        if membership is None:
            raise AuthenticationFailed("You are not a member of any company here.", code="no_membership")
        return user, caller_of_member(user, membership)


def bearer_of(request: Request) -> str:
    """Return the bearer credential of a request; empty when there is none."""
    scheme, _, credential = get_authorization_header(request).decode("latin-1").partition(" ")
    return credential.strip() if scheme.lower() == "bearer" else ""


def caller_of_token(token: Token) -> Caller:
    """Return whom a token stands for now. Raises AuthenticationFailed when the person may no longer enter."""
    user = find_token_user(token)
    membership = find_membership(user, str(token.get(TENANT_CLAIM, "")))
    if membership is None:
        raise AuthenticationFailed("Your membership in this company has ended.", code="membership_ended")
    return caller_of_member(user, membership)


def find_token_user(token: Token) -> User:
    """Return the person a token was made for. Raises AuthenticationFailed."""
    try:
        user = User.objects.filter(id=UUID(str(token.get("user_id")))).first()
    except ValueError:
        raise token_refused() from None
    # A changed password ends every token that was made before it.
    if user is None or not user.is_active or not _same(token.get(MARK_CLAIM), password_mark(user)):
        raise token_refused()
    return user


def find_membership(user: User, tenant: str) -> MembershipInfo | None:
    """Return a person's live membership in a tenant named by id or slug."""
    with platform_scope(actor_of(user)):
        memberships = list_my_memberships()
    return next((one for one in memberships if tenant in (str(one.tenant.id), one.tenant.slug)), None)


def password_mark(user: User) -> str:
    """Return a mark that changes with the person's password and says nothing about it."""
    return user.get_session_auth_hash()[:32]


def token_refused() -> AuthenticationFailed:
    """Return the one answer to every token that is not valid."""
    return AuthenticationFailed("The access token is not valid or has expired.", code="token_invalid")


def _same(given: object, wanted: str) -> bool:
    return isinstance(given, str) and hmac.compare_digest(given.encode(), wanted.encode())


def _note_use(key: KeyInfo, caller: Caller) -> None:
    now = clock.now()
    if key.last_used_at is not None and now - key.last_used_at < USE_NOTED_EVERY:
        return
    around = current_scope()
    # Not narrowed to the key's customer: keys are not a customer's rows.
    scope = Scope(
        actor=caller.actor, tenant_id=key.tenant.id, request_id=around.request_id, trace_id=around.trace_id
    )
    with open_scope(scope):
        note_key_use(key_id=key.id, now=now)
