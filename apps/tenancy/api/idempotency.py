"""One effect and one answer for each Idempotency-Key, also when the same request arrives twice at once.

The answer is stored in the transaction of the effect, on the database of the effect: both are there or neither is.
While a request runs it holds an advisory lock on (tenant, caller, key) until its transaction ends, so a twin that
arrives meanwhile is told to come back instead of waiting. Refusals roll back and leave nothing.
"""

import hashlib
import json
import re
from collections.abc import Callable

from django.http import HttpResponse
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import clock
from apps.core.db import write
from apps.core.errors import DomainError, InputError
from apps.core.scope import current_scope, current_tenant_id
from apps.tenancy.operations import keep_answer
from apps.tenancy.queries import AnswerInfo, find_answer

HEADER = "Idempotency-Key"
KEPT_HEADERS = ("ETag", "Location")
_KEY = re.compile(r"[\x21-\x7e]{1,255}")


class RequestInFlight(DomainError):
    """The same key is being worked on; the answer is not known yet."""

    code = "idempotency_in_flight"
    cure = "Wait a moment and send the same request again: you will get the first one's answer."


class KeyReused(DomainError):
    """The key was used for another request; answering would hide one of the two."""

    code = "idempotency_key_reused"
    status = 422
    cure = "Use a new key for each new request."


def answer_once(request: Request, work: Callable[[], Response]) -> HttpResponse:
    """Do the work unless the request's key was answered before; then give that answer again.

    Raises RequestInFlight, KeyReused, InputError, and what the work raises.
    """
    key = _key_of(request)
    fingerprint = fingerprint_of(request)
    with write() as connection:
        with connection.cursor() as cursor:
            cursor.execute("select pg_try_advisory_xact_lock(%s)", [_lock_number(key)])
            if not cursor.fetchone()[0]:
                raise RequestInFlight("A request with this key is still running.", detail={"retry_after": 1})
        # A statement of its own: its snapshot is taken after the lock, so it sees what the last holder committed.
        kept = find_answer(principal_id=current_scope().actor.id, key=key)
        if kept is not None:
            return _replay(kept, fingerprint)
        return _keep(work(), key, fingerprint)


def fingerprint_of(request: Request) -> bytes:
    """Return a digest of method, address and canonical body."""
    body = json.dumps(request.data, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(f"{request.method}\n{request.path}\n{body}".encode()).digest()


def _key_of(request: Request) -> str:
    key: str = request.headers[HEADER]
    if not _KEY.fullmatch(key):
        raise InputError(
            "The Idempotency-Key must have 1 to 255 visible ASCII characters, without spaces.",
            code="invalid_idempotency_key", field=HEADER,
        )  # fmt: skip
    return key


def _lock_number(key: str) -> int:
    name = f"{current_tenant_id()}|{current_scope().actor.id}|{key}"
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)


def _replay(kept: AnswerInfo, fingerprint: bytes) -> HttpResponse:
    if kept.fingerprint != fingerprint:
        raise KeyReused("This Idempotency-Key was used for a different request.", field=HEADER)
    return _response(kept.body, kept.status, {**kept.headers, "Idempotent-Replayed": "true"})


def _keep(response: Response, key: str, fingerprint: bytes) -> HttpResponse:
    body = JSONRenderer().render(response.data).decode()
    headers = {name: response[name] for name in KEPT_HEADERS if name in response}
    keep_answer(
        key=key, fingerprint=fingerprint, status=response.status_code, body=body, headers=headers,
        actor=current_scope().actor, now=clock.now(),
    )  # fmt: skip
    return _response(body, response.status_code, headers)


def _response(body: str, status: int, headers: dict[str, str]) -> HttpResponse:
    return HttpResponse(body, status=status, content_type="application/json", headers=headers)
