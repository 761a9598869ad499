"""A form is done once, however often it is sent: a double click, a reload, two tabs.

The page carries a token of its own. What the first sending did and where it led is kept in its transaction; the
second waits for it and is led to the same place. Somebody who goes back and sends something else means it: that is
another form, though the page is the same.
"""

import hashlib
import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django import forms
from django.http import HttpRequest

from apps.core import clock
from apps.core.db import write
from apps.core.scope import current_scope, current_tenant_id
from apps.tenancy.models import IdempotentAnswer
from apps.tenancy.operations import keep_answer

COMPARED_BYTES = 4_000_000
_TOKEN = re.compile(r"[0-9a-f]{32}")


class OnceField(forms.CharField):
    """The hidden token of a page."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            widget=forms.HiddenInput, required=False, max_length=32, initial=lambda: uuid4().hex, **options
        )


def answer_once(request: HttpRequest, work: Callable[[], str]) -> str:
    """Do a form's work, which returns the address to go to, unless it was sent before; return that address."""
    token = request.POST.get("once", "")
    if not _TOKEN.fullmatch(token):
        return work()
    digest = _digest_of(request)
    actor, key = current_scope().actor, f"page:{token}:{digest.hex()[:32]}"
    with write() as connection:
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(%s)", [_lock_number(key)])
        # A statement of its own: its snapshot is taken after the lock, so it sees what the first one committed.
        kept = IdempotentAnswer.objects.filter(principal_id=actor.id, key=key).first()
        if kept is not None:
            return str(kept.headers["Location"])
        address = work()
        keep_answer(
            key=key, fingerprint=digest, status=302, body="",
            headers={"Location": address}, actor=actor, now=clock.now(),
        )  # fmt: skip
    return address


def _digest_of(request: HttpRequest) -> bytes:
    """Return a digest of what a form sends; of a file its name, its size and its beginning."""
    digest = hashlib.sha256(request.path.encode())
    for name, values in sorted(request.POST.lists()):
        if name != "csrfmiddlewaretoken":
            digest.update(repr((name, values)).encode())
    for name in sorted(request.FILES):
        for file in request.FILES.getlist(name):
            digest.update(repr((name, file.name, file.size)).encode())
            digest.update(file.read(COMPARED_BYTES))
            file.seek(0)
    return digest.digest()


def _lock_number(key: str) -> int:
    name = f"{current_tenant_id()}|{current_scope().actor.id}|{key}"
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
