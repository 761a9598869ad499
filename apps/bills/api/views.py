"""Bills over HTTP."""

from functools import partial
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.bills.access import access_bill
from apps.bills.api.filters import BillListFilter
from apps.bills.api.serializers import (
    BillChanges,
    BillFile,
    BillPosting,
    BillRow,
    BillShown,
    BillVoiding,
    NewBill,
    stated_of,
)
from apps.bills.importing import FileInput, import_file
from apps.bills.inputs import BillInput
from apps.bills.models import Bill
from apps.bills.operations import change_bill, create_bill, delete_bill, match_bill, post_bill, void_bill
from apps.bills.queries import get_bill
from apps.core import clock
from apps.core.api.conditional import etag_of, expected_version, named_version
from apps.core.api.files import FILE_PARSERS, NAME, file_request, read_file
from apps.core.api.schema import created, gone, shown
from apps.core.scope import current_scope
from apps.tenancy.api.base import TenantListView, TenantView, read_fresh

TAGS = ["bills"]


class BillsView(TenantListView):
    """What suppliers charge."""

    required_permissions = {"GET": "bills.read", "POST": "bills.write"}
    serializer_class = BillRow
    filterset_class = BillListFilter
    orderings: ClassVar[dict[str, str]] = {
        "issue_date": "issue_date", "due_date": "due_date", "total": "total_minor", "id": "id",
    }  # fmt: skip
    default_ordering = "-issue_date"

    def get_queryset(self) -> QuerySet[Bill]:
        return Bill.objects.prefetch_related("supplier")

    @extend_schema(operation_id="list_bills", summary="List bills", tags=TAGS)
    def get(self, request: Request) -> Response:
        return self.list_page(request)

    @extend_schema(
        operation_id="create_bill", summary="Enter a bill", tags=TAGS,
        description="The draft is matched with its orders and compared with what is there; see `match_state`, "
        "`has_duplicates` and `payee_flag` of the answer.",
        request=NewBill, responses=created(BillShown),
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        body = NewBill(data=request.data)
        body.is_valid(raise_exception=True)
        return answer_bill(enter(dict(body.validated_data)).id, status=201)


class BillView(TenantView):
    """One bill."""

    required_permissions = {"GET": "bills.read", "PATCH": "bills.write", "DELETE": "bills.write"}
    http_method_names = [*TenantView.http_method_names, "delete"]

    @extend_schema(operation_id="get_bill", summary="Read a bill", tags=TAGS, responses=shown(BillShown))
    def get(self, request: Request, bill_id: UUID) -> Response:
        return read_fresh(partial(answer_bill, bill_id))

    @extend_schema(
        operation_id="change_bill", summary="Change a draft", tags=TAGS,
        description="An approval is void when amount, supplier, account, currency, lines or due date changed.",
        request=BillChanges, responses=shown(BillShown),
    )  # fmt: skip
    def patch(self, request: Request, bill_id: UUID) -> Response:
        body = BillChanges(data=request.data)
        body.is_valid(raise_exception=True)
        changes = dict(body.validated_data)
        version = expected_version(request, changes.pop("version", None))
        bill = access_bill(bill_id, permission="bills.write")
        change_bill(
            bill_id=bill_id, changes=stated_of(changes, changes.get("currency", bill.currency)), version=version,
            actor=current_scope().actor, now=clock.now(),
        )  # fmt: skip
        return answer_bill(bill_id)

    @extend_schema(operation_id="delete_bill", summary="Delete a draft", tags=TAGS, responses=gone())
    def delete(self, request: Request, bill_id: UUID) -> Response:
        delete_bill(
            bill_id=bill_id, version=expected_version(request), actor=current_scope().actor, now=clock.now()
        )
        return Response(status=204)


class BillMatchView(TenantView):
    """The three-way match."""

    required_permissions = {"POST": "bills.write"}

    @extend_schema(
        operation_id="match_bill", summary="Match a draft again", tags=TAGS, request=None,
        description="Compares the lines with their orders and receipts as they are now.",
        responses=shown(BillShown),
    )  # fmt: skip
    def post(self, request: Request, bill_id: UUID) -> Response:
        match_bill(bill_id=bill_id, actor=current_scope().actor, now=clock.now())
        return answer_bill(bill_id)


class BillPostView(TenantView):
    """Posting."""

    required_permissions = {"POST": "bills.post"}

    @extend_schema(
        operation_id="post_bill", summary="Post a draft", tags=TAGS,
        description="The bill gets our number, is booked as received and never changes again. Posting twice changes "
        "nothing.",
        request=BillPosting, responses=shown(BillShown),
    )  # fmt: skip
    def post(self, request: Request, bill_id: UUID) -> Response:
        body = BillPosting(data=request.data)
        body.is_valid(raise_exception=True)
        given = dict(body.validated_data)
        version = named_version(request, given.pop("version", None))
        post_bill(bill_id=bill_id, version=version, **given, actor=current_scope().actor, now=clock.now())
        return answer_bill(bill_id)


class BillVoidView(TenantView):
    """Voiding."""

    required_permissions = {"POST": "bills.void"}

    @extend_schema(
        operation_id="void_bill", summary="Void a posted bill", tags=TAGS,
        description="Its entry is reversed; it keeps its number and no longer counts. Voiding twice changes nothing.",
        request=BillVoiding, responses=shown(BillShown),
    )  # fmt: skip
    def post(self, request: Request, bill_id: UUID) -> Response:
        body = BillVoiding(data=request.data)
        body.is_valid(raise_exception=True)
        given = dict(body.validated_data)
        version = named_version(request, given.pop("version", None))
        void_bill(bill_id=bill_id, version=version, **given, actor=current_scope().actor, now=clock.now())
        return answer_bill(bill_id)


class BillFileView(TenantView):
    """A bill from an electronic invoice."""

    required_permissions = {"POST": "bills.write"}
    parser_classes = FILE_PARSERS

    @extend_schema(
        operation_id="import_bill", summary="Enter a bill from an electronic invoice", tags=TAGS,
        description="UBL 2.1, CII, Factur-X or ZUGFeRD. The sender's totals are kept as they are and the file is kept "
        "beside the bill. The same bytes again answer 200 with the bill that is there.",
        request=file_request(BillFile), parameters=[NAME],
        responses=created(BillShown) | {200: OpenApiResponse(BillShown, "It was here already.")},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        sent = read_file(request, BillFile)
        bill, is_new, _ = import_file(
            file=FileInput(sent.name, sent.content), supplier_id=sent.options.get("supplier_id"),
            actor=current_scope().actor, now=clock.now(),
        )  # fmt: skip
        return answer_bill(bill.id, status=201 if is_new else 200)


def enter(given: dict[str, Any]) -> Bill:
    """Enter a bill from a checked body."""
    values = BillInput(**stated_of(given, given["currency"]), source="api")
    return create_bill(bill=values, actor=current_scope().actor, now=clock.now())


def show(bill_id: UUID) -> dict[str, Any]:
    """Return a bill as the API shows it."""
    info = get_bill(bill_id)
    return dict(BillShown(info.bill, context={"info": info}).data)


def answer_bill(bill_id: UUID, status: int = 200) -> Response:
    """Return a bill as an answer."""
    body = show(bill_id)
    headers = {"ETag": etag_of(body["version"])}
    if status == 201:
        headers["Location"] = reverse("api-bill", args=[bill_id])
    return Response(body, status=status, headers=headers)
