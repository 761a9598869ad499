"""What is refused before or outside a view of the API is told as a problem too; pages keep their own answers."""

import sys
from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.views import defaults
from rest_framework.renderers import JSONRenderer

from apps.core.api.problems import CONTENT_TYPE, problem_of
from apps.core.web.failures import page_of_failure

ROOT = "/api/"
Handler = Callable[..., HttpResponse]


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400: a host or header that is not taken."""
    return _answer(request, defaults.bad_request, BadRequest(), exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 403."""
    return _answer(request, defaults.permission_denied, exception, exception)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404."""
    return _answer(request, defaults.page_not_found, Http404(), exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500, or 503 when the books are away."""
    failure = sys.exc_info()[1]
    page = None if request.path.startswith(ROOT) else page_of_failure(failure)
    return page or _answer(
        request, defaults.server_error, failure if isinstance(failure, Exception) else RuntimeError()
    )


def _answer(request: HttpRequest, page: Handler, told: Exception, *given: Exception) -> HttpResponse:
    if not request.path.startswith(ROOT):
        return page(request, *given)
    problem = problem_of(told)
    body = JSONRenderer().render(problem.members())
    return HttpResponse(body, CONTENT_TYPE, problem.status, headers=dict(problem.headers))
