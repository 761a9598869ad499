"""How often one may ask: counters in Redis for each key, tenant and address. While Redis is away nobody is stopped."""

import logging
import time
from typing import TYPE_CHECKING, Any

from django_redis import get_redis_connection
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.throttling import BaseThrottle

from apps.tenancy.api.callers import Caller

if TYPE_CHECKING:  # the framework imports this module while it makes its views
    from rest_framework.views import APIView

log = logging.getLogger(__name__)
WINDOW_SECONDS = 60
REST_SECONDS = 5.0
_away_until = 0.0


class KeyThrottle(BaseThrottle):
    """Limit requests a minute of a key (or person), of its tenant, and of an address that proved nothing."""

    def allow_request(self, request: Request, view: "APIView") -> bool:
        caller = request.auth
        if isinstance(caller, Caller):
            buckets = {"key": str(caller.actor.id), "tenant": str(caller.tenant.id)}
        else:
            buckets = {"address": address_of(request)}
        return count({f"{kind}:{name}": limit_of(kind) for kind, name in buckets.items()})

    def wait(self) -> float:
        return seconds_left()


def limit_of(kind: str) -> int:
    """Return the requests a minute of a kind of bucket, from DEFAULT_THROTTLE_RATES ("1200/min")."""
    return int(str(api_settings.DEFAULT_THROTTLE_RATES[kind]).partition("/")[0])


def address_of(request: Request) -> str:
    """Return the address the request came from; behind a proxy the web server sets it."""
    return str(request.META.get("REMOTE_ADDR", ""))


def seconds_left() -> float:
    """Return the seconds until the present window ends."""
    return WINDOW_SECONDS - time.time() % WINDOW_SECONDS


def count(limits: dict[str, int]) -> bool:
    """Count one request in each bucket; say whether all stay within their limits."""
    window = int(time.time() // WINDOW_SECONDS)
    names = [f"throttle:{bucket}:{window}" for bucket in limits]

    def ask(redis: Any) -> list[int]:
        pipe = redis.pipeline(transaction=False)
        for name in names:
            pipe.incr(name)
            pipe.expire(name, 2 * WINDOW_SECONDS)
        counts: list[int] = pipe.execute()[::2]
        return counts

    counts = _with_redis(ask)
    return counts is None or all(seen <= limit for seen, limit in zip(counts, limits.values(), strict=True))


def _with_redis(work: Any) -> Any:
    # After a failure Redis is left alone for a moment, so that its absence does not slow every request.
    global _away_until  # noqa: PLW0603
    if time.monotonic() < _away_until:
        return None
    try:
        return work(get_redis_connection("redis"))
    except (RedisError, OSError):
        _away_until = time.monotonic() + REST_SECONDS
        log.warning("Redis is away; requests are not counted for %s s.", REST_SECONDS)
        return None
