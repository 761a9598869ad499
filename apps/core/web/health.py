"""What a load balancer or supervisor asks: can this process serve?"""

from django.conf import settings
from django.db import DatabaseError, connections
from django.http import HttpRequest, JsonResponse


def health(request: HttpRequest) -> JsonResponse:
    """Answer 200 while the shared primary answers; the copies are reported, but losing one does not stop us."""
    primary = _answers("default")
    state = {"primary": primary, "replica": _answers(settings.BOOK_DATABASES["default"])}
    return JsonResponse(state, status=200 if primary else 503)


def _answers(alias: str) -> bool:
    try:
        with connections[alias].cursor() as cursor:
            cursor.execute("select 1")
            return bool(cursor.fetchone())
    except DatabaseError:
        return False
