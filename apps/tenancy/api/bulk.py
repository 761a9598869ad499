"""Many writes in one request: each item is done or refused by itself, and is answered in its place."""

from typing import Any, ClassVar

from django.db import DatabaseError
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api.problems import problem_of
from apps.core.api.serializers import Body, ProblemShown, Shown
from apps.core.db import write
from apps.core.errors import DomainError, InputError
from apps.tenancy.api.base import TenantView

MAX_ITEMS = 500


class BulkView(TenantView):
    """Takes `{"items": […]}` and answers as many results, in order; what is done stays done (books.md 61).

    With an Idempotency-Key the whole request is one transaction: a repetition gets the first one's answer.
    """

    is_versioned = False
    item: ClassVar[type[Body]]

    def perform(self, given: dict[str, Any]) -> dict[str, Any]:
        """Do one checked item and return its record as it is shown. Raises DomainError."""
        raise NotImplementedError

    def answer(self, request: Request) -> Response:
        """Do every item. Raises InputError when the body is no list of at most 500 items."""
        items = request.data.get("items") if isinstance(request.data, dict) else None
        if not isinstance(items, list) or not 1 <= len(items) <= MAX_ITEMS or set(request.data) != {"items"}:
            raise InputError(
                f"Send an object with “items”, a list of 1 to {MAX_ITEMS}.",
                code="invalid_bulk",
                field="items",
            )
        results = [self._one(index, given) for index, given in enumerate(items)]
        done = sum(result["problem"] is None for result in results)
        return Response({"results": results, "done": done, "failed": len(results) - done})

    def _one(self, index: int, given: Any) -> dict[str, Any]:
        try:
            body = self.item(data=given)
            body.is_valid(raise_exception=True)
            with write():
                record = self.perform(dict(body.validated_data))
        except (DomainError, APIException, DatabaseError) as error:
            problem = problem_of(error)
            if problem.status >= 500:
                # The books are away or the fault is ours: the caller must not take the rest for refused by a rule.
                raise
            return {"index": index, "status": problem.status, "record": None, "problem": problem.members()}
        return {"index": index, "status": 201, "record": record, "problem": None}


def bulk_request(item: type[Body]) -> Any:
    """Return the serializer of a bulk body, for the description."""
    fields = {"items": item(many=True, max_length=MAX_ITEMS)}  # type: ignore[call-arg]  # of the list
    return type(f"{item.__name__}Bulk", (Body,), {"__doc__": "Items, done one by one.", **fields})


def bulk_answer(shown: type[serializers.Serializer[Any]]) -> dict[Any, Any]:
    """Return the responses of a bulk operation, for the description."""
    name = shown.__name__.removesuffix("Shown")
    result = type(f"{name}BulkResultShown", (Shown,), {
        "__doc__": "What became of one item: a record, or a problem.",
        "index": serializers.IntegerField(), "status": serializers.IntegerField(),
        "record": shown(allow_null=True), "problem": ProblemShown(allow_null=True),
    })  # fmt: skip
    whole = type(f"{name}BulkShown", (Shown,), {
        "__doc__": "As many results as items, in order.",
        "results": result(many=True), "done": serializers.IntegerField(), "failed": serializers.IntegerField(),
    })  # fmt: skip
    return {200: OpenApiResponse(whole, "Each item's result.")}
