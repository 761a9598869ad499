"""Files in requests: raw, with their name in the address, or in JSON as base64."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO, Any, Final

from django.conf import settings
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from apps.core.api.parsers import StrictJSONParser
from apps.core.api.serializers import Body
from apps.core.errors import DomainError

NAME = OpenApiParameter(
    "name", str, OpenApiParameter.QUERY, description="The file's name, when it is sent raw."
)


@dataclass(frozen=True)
class SentFile:
    """A file as it came: its name, its bytes, and what else was said beside it."""

    name: str
    content: bytes
    options: Mapping[str, Any]


class FileBody(Body):
    """A small file in JSON; larger ones are sent raw."""

    name = serializers.CharField(max_length=300)
    content = serializers.CharField(help_text="The file in base64.", trim_whitespace=True)


class RawFileParser(BaseParser):
    """Take a body as it is, up to the limit of files."""

    media_type = "application/octet-stream"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        limit = settings.FILE_UPLOAD_BYTES
        raw = stream.read(limit + 1)
        if len(raw) > limit:
            raise DomainError(
                f"The file is larger than {limit // 1024 // 1024} MB; nothing was kept.", code="file_too_large",
                status=413, cure="Send a smaller file, or split it.",
            )  # fmt: skip
        return {"raw": raw}


class RawXMLParser(RawFileParser):
    """XML, sent raw."""

    media_type = "application/xml"


class RawTextXMLParser(RawFileParser):
    """XML under its older name."""

    media_type = "text/xml"


class RawPDFParser(RawFileParser):
    """A PDF, sent raw."""

    media_type = "application/pdf"


# What a view that takes a file reads.
FILE_PARSERS: Final[tuple[type[BaseParser], ...]] = (
    StrictJSONParser, RawFileParser, RawXMLParser, RawTextXMLParser, RawPDFParser,
)  # fmt: skip


def file_request(body: type[Body]) -> dict[str, Any]:
    """Return the request's description: the JSON form and the raw ones."""
    raw = {str(parser.media_type): OpenApiTypes.BINARY for parser in FILE_PARSERS[1:]}
    return {"application/json": body, **raw}


def read_file(request: Request, body: type[Body] = FileBody) -> SentFile:
    """Return the file of a request. Raises ValidationError.

    A raw file takes what else is said from the address: `?name=` and the body's other fields.
    """
    if isinstance(request.data, dict) and isinstance(request.data.get("raw"), bytes):
        said = {
            name: value for name, value in request.query_params.items() if name not in {"fields", "expand"}
        }
        given = body(data={"name": "file", **said, "content": "-"})
        given.is_valid(raise_exception=True)
        content = request.data["raw"]
    else:
        given = body(data=request.data)
        given.is_valid(raise_exception=True)
        content = _decoded(given.validated_data["content"])
    options = {name: value for name, value in given.validated_data.items() if name not in {"name", "content"}}
    return SentFile(given.validated_data["name"], content, options)


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        message = ErrorDetail("This is not base64.", code="not_base64")
        raise ValidationError({"content": [message]}) from None
