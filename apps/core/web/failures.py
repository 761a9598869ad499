"""A page for what the database refuses, or for a database that is away: clean words, never the server's own."""

from django.db import Error
from django.http import HttpResponse
from django.template.loader import render_to_string

from apps.core.api.database_errors import refusal_of


def page_of_failure(failure: BaseException | None) -> HttpResponse | None:
    """Return the page about a database's refusal; None for a fault of ours."""
    refusal = refusal_of(failure) if isinstance(failure, Error) else None
    if refusal is None:
        return None
    # Without the request: who is signed in stands in the database that may be away.
    answer = HttpResponse(render_to_string("refused.html", {"refusal": refusal}), status=refusal.status)
    if refusal.retry_after:
        answer["Retry-After"] = str(refusal.retry_after)
    return answer
