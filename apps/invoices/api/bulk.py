"""Many documents in one request."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import clock
from apps.core.api.fields import Flag
from apps.core.scope import current_scope
from apps.invoices.api.serializers import DocumentShown, NewDocument
from apps.invoices.api.views import TAGS, source_of_caller
from apps.invoices.operations import create_draft, post_invoice
from apps.invoices.queries import get_document
from apps.tenancy.access import check_permission
from apps.tenancy.api.bulk import BulkView, bulk_answer, bulk_request


class BulkDocument(NewDocument):
    """A document to create and, where wanted, to post at once."""

    post = Flag(required=False, help_text="Post it too: it gets its legal number and never changes again.")


class BulkDocumentsView(BulkView):
    """Documents, one by one."""

    required_permissions = {"POST": "invoices.write"}
    item = BulkDocument

    @extend_schema(
        operation_id="create_invoices", summary="Create (and post) many documents", tags=TAGS,
        request=bulk_request(BulkDocument), responses=bulk_answer(DocumentShown),
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        return self.answer(request)

    def perform(self, given: dict[str, Any]) -> dict[str, Any]:
        actor, now = current_scope().actor, clock.now()
        is_posted = given.pop("post", False)
        if is_posted:
            check_permission("invoices.post")
        invoice = create_draft(**given, source=source_of_caller(), actor=actor, now=now)
        if is_posted:
            post_invoice(invoice_id=invoice.id, actor=actor, now=now)
        return dict(DocumentShown(get_document(invoice.id)).data)
