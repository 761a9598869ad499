"""Many bills in one request: bodies, or files."""

import base64
import binascii
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.bills.api.serializers import BillFile, BillShown, BulkBill
from apps.bills.api.views import TAGS, enter, show
from apps.bills.importing import FileInput, import_file
from apps.bills.operations import post_bill
from apps.core import clock
from apps.core.errors import InputError
from apps.core.scope import current_scope
from apps.tenancy.access import check_permission
from apps.tenancy.api.bulk import BulkView, bulk_answer, bulk_request

ANSWER = bulk_answer(BillShown)


class BulkBillsView(BulkView):
    """Bills, one by one."""

    required_permissions = {"POST": "bills.write"}
    item = BulkBill

    @extend_schema(
        operation_id="create_bills", summary="Enter (and post) many bills", tags=TAGS,
        request=bulk_request(BulkBill), responses=ANSWER,
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        return self.answer(request)

    def perform(self, given: dict[str, Any]) -> dict[str, Any]:
        is_posted = given.pop("post", False)
        if is_posted:
            check_permission("bills.post")
        bill = enter(given)
        if is_posted:
            post_bill(bill_id=bill.id, actor=current_scope().actor, now=clock.now())
        return show(bill.id)


class BulkBillFilesView(BulkView):
    """Electronic invoices, one by one."""

    required_permissions = {"POST": "bills.write"}
    item = BillFile

    @extend_schema(
        operation_id="import_bills", summary="Enter bills from many electronic invoices", tags=TAGS,
        request=bulk_request(BillFile), responses=ANSWER,
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        return self.answer(request)

    def perform(self, given: dict[str, Any]) -> dict[str, Any]:
        try:
            content = base64.b64decode(given["content"], validate=True)
        except (binascii.Error, ValueError):
            raise InputError("This is not base64.", code="not_base64", field="content") from None
        bill, _, _ = import_file(
            file=FileInput(given["name"], content), supplier_id=given.get("supplier_id"),
            actor=current_scope().actor, now=clock.now(),
        )  # fmt: skip
        return show(bill.id)
