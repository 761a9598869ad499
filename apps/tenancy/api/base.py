"""The base of the API's views: who calls, in which tenant's scope, from which copy, once and only once."""

from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from typing import Any, ClassVar, TypeVar, cast

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import patch_vary_headers
from rest_framework import exceptions
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api.conditional import is_unchanged
from apps.core.api.freshness import add_headers, freshness_headers, reads_for, written_headers
from apps.core.api.pagination import PARAMETERS, KeysetPagination
from apps.core.api.views import PlainView
from apps.core.errors import NotFound
from apps.core.replicas import read_or_fall_back
from apps.core.scope import current_scope, open_scope, reading_from
from apps.tenancy.api.callers import Caller
from apps.tenancy.api.idempotency import HEADER, answer_once
from apps.tenancy.api.shape import PARAMETERS as SHAPE
from apps.tenancy.api.shape import Expansion, shape
from apps.tenancy.api.throttles import address_of, count, limit_of, seconds_left

Found = TypeVar("Found")
SAFE_METHODS = frozenset({"GET", "HEAD"})


class TenantView(PlainView):
    """A view inside the caller's tenant. It declares the permission that each method needs."""

    required_permissions: ClassVar[dict[str, str]] = {}
    is_versioned = True  # its answers carry an ETag
    expansions: ClassVar[dict[str, Expansion]] = {}

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with ExitStack() as self._scopes:
            response = super().dispatch(request, *args, **kwargs)
        # What one caller was told is nobody else's; a copy that is kept must be asked about before it is used.
        response.headers.setdefault("Cache-Control", "private, no-cache")
        patch_vary_headers(response, ["Authorization", "X-API-Key", "Cookie"])
        return response

    def perform_authentication(self, request: Request) -> None:
        """Prove the caller and open the tenant's scope until the answer is rendered."""
        try:
            caller = request.auth
        except exceptions.AuthenticationFailed:
            # Counted after the look-up: a neighbour behind the same address who has a good key is not stopped.
            if not count({f"failed:{address_of(request)}": limit_of("address")}):
                raise exceptions.Throttled(
                    seconds_left(), "Too many failed attempts from this address."
                ) from None
            raise
        if isinstance(caller, Caller):
            self._scopes.enter_context(open_scope(caller.scope()))

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        name = (request.method or "").lower()
        handler = getattr(self, name, None)
        if handler is not None and name in self.http_method_names:
            # The handler is looked up after this; each runs inside what every handler needs.
            run = self._read if request.method in SAFE_METHODS else self._write
            setattr(self, name, partial(run, handler))

    def _read(
        self, handler: Callable[..., Response], request: Request, *args: Any, **kwargs: Any
    ) -> Response:
        def read() -> Response:
            headers = freshness_headers()
            response = handler(request, *args, **kwargs)
            shape(request, response, self.expansions)
            add_headers(response, headers)
            return response

        with reading_from(reads_for(request)):
            response = read_or_fall_back(read)
        if is_unchanged(request, response):
            return Response(status=304, headers=dict(response.items()))
        return response

    def _write(
        self, handler: Callable[..., Response], request: Request, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        work = partial(handler, request, *args, **kwargs)
        once = request.method == "POST" and HEADER in request.headers
        response = answer_once(request, work) if once else work()
        add_headers(response, written_headers())
        return response


class TenantListView(TenantView, GenericAPIView[Any]):
    """A list: filtered, sorted, in pages. `shown` is the serializer of a row."""

    pagination_class = KeysetPagination
    orderings: ClassVar[dict[str, str]]
    default_ordering: ClassVar[str]

    def list_page(self, request: Request) -> Response:
        """Return one page of the view's queryset."""
        self._refuse_unknown_parameters(request)
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(self.get_serializer(rows, many=True).data)

    def _refuse_unknown_parameters(self, request: Request) -> None:
        filters = getattr(self, "filterset_class", None)
        known = {*PARAMETERS, *SHAPE, *(filters.base_filters if filters else ())}
        unknown = sorted(set(request.query_params) - known)
        if unknown:
            message = exceptions.ErrorDetail("There is no such parameter.", code="unknown_parameter")
            raise exceptions.ValidationError({name[:100]: [message] for name in unknown[:20]})


def caller_of(request: Request) -> Caller:
    """Return who calls, in a view whose permission was checked."""
    return cast(Caller, request.auth)


def read_fresh(find: Callable[[], Found]) -> Found:
    """Return what is found in the copy, or else in the books: a record made a moment ago is found at once."""
    try:
        return find()
    except NotFound:
        if current_scope().reads == "primary":
            raise
    with reading_from("primary"):
        return find()
