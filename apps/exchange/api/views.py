"""Electronic invoices over HTTP."""

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api.files import FILE_PARSERS, NAME, file_request, read_file
from apps.exchange.api.examples import CHECKED, CHECKING
from apps.exchange.api.serializers import CheckBody, FileReportShown
from apps.exchange.reports import report_on
from apps.tenancy.api.base import TenantView


class CheckView(TenantView):
    """Checking a file."""

    required_permissions = {"POST": "invoices.read"}
    is_versioned = False
    parser_classes = FILE_PARSERS

    @extend_schema(
        operation_id="validate_einvoice", summary="Check an electronic invoice", tags=["e-invoices"],
        description=(
            "Reads UBL 2.1, CII, Factur-X or ZUGFeRD and checks the rules of EN 16931 and Peppol BIS Billing 3. "
            "Nothing of the file is kept. A file that cannot be read is refused with 422."
        ),
        request=file_request(CheckBody), parameters=[NAME],
        responses={200: OpenApiResponse(FileReportShown, "What the file is, and what is wrong with it.")},
        examples=[CHECKING, CHECKED],
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        sent = read_file(request, CheckBody)
        report = report_on(sent.content, profile=sent.options.get("profile", "auto"))
        return Response(FileReportShown(report).data)
