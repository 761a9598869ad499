"""Views that know no caller yet."""

from functools import cache
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from drf_spectacular.views import SpectacularAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.api.problems import REALM
from apps.core.errors import DomainError

_gzip = GZipMiddleware(lambda _: HttpResponse())


class LengthRequired(DomainError):
    """A body of unknown length is not read: it might never end."""

    code = "length_required"
    status = 411
    cure = "Send the header Content-Length."


class PackedView(APIView):
    """A view whose answer is rendered and packed before it leaves the view."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = super().dispatch(request, *args, **kwargs)
        if isinstance(response, Response):
            response.render()
        return _gzip.process_response(request, response)


class PlainView(PackedView):
    """A view of the API, for a caller or before any is known."""

    http_method_names = ["get", "head", "post", "patch"]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if "chunked" in request.headers.get("Transfer-Encoding", "") and not request.headers.get(
            "Content-Length"
        ):
            raise LengthRequired("The request does not say how long its body is.")
        super().initial(request, *args, **kwargs)


class OpenView(PlainView):
    """A view before any caller is known: it sees no tenant."""

    authentication_classes = ()
    permission_classes = ()

    def get_authenticate_header(self, request: Request) -> str:
        return REALM


class UnknownView(OpenView):
    """Any address of the API that leads nowhere."""

    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        raise Http404


class SchemaView(PackedView, SpectacularAPIView):
    """The description itself, made once: it changes only with the code."""

    authentication_classes = ()

    def _get_schema_response(self, request: Request) -> Response:
        return Response(_schema(), headers={"Content-Disposition": 'inline; filename="bulkhead.openapi"'})


@cache
def _schema() -> dict[str, Any]:
    generator: Any = SchemaView.generator_class()
    schema: dict[str, Any] = generator.get_schema(request=None, public=True)
    return schema
