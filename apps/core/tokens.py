"""The signed context: what a transaction may see, in a text that the database verifies itself."""

import hmac
import time
from functools import cache
from uuid import UUID

from django.conf import settings

from apps.core.scope import Scope

LIFETIME_SECONDS = 3600


@cache
def signing_key() -> tuple[str, bytes]:
    """Return the key id and the key that sign new contexts (the first of CONTEXT_KEYS)."""
    kid, _, key = settings.CONTEXT_KEYS.partition(",")[0].partition(":")
    return kid, bytes.fromhex(key)


def _text(value: UUID | str | int | None) -> str:
    # A separator or a line break inside a field would let one field speak for its neighbour.
    text = "" if value is None else str(value)
    return "".join(c for c in text if c != "|" and c.isprintable())[:200]


def sign_context(scope: Scope, *, backend_pid: int | None = None, now: float | None = None) -> str:
    """Return the token of a scope; it expires after an hour and may be bound to one database backend."""
    kid, key = signing_key()
    expires = int(time.time() if now is None else now) + LIFETIME_SECONDS
    actor = scope.actor
    fields = ("v1", kid, scope.tenant_id, scope.customer_id, actor.kind, actor.id, actor.principal_id,
              scope.request_id, scope.trace_id, expires, backend_pid)  # fmt: skip
    message = "|".join(_text(field) for field in fields)
    mac = hmac.digest(key, message.encode(), "sha256").hex()
    return f"{message}|{mac}"
