"""Versions over HTTP: ETag out, If-Match and If-None-Match in."""

import re

from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.errors import DomainError, InputError

_TAG = re.compile(r'(?:W/)?"(\d{1,9})"')


class VersionRequired(DomainError):
    """A change must say which version it was made from, so that nobody's work is overwritten unseen."""

    code = "version_required"
    status = 428
    cure = "Read the record and send its ETag back in If-Match, or its version in the body."


def etag_of(version: int) -> str:
    """Return the ETag of a record's version."""
    return f'"{version}"'


def expected_version(request: Request, in_body: int | None = None) -> int:
    """Return the version that the caller changes. Raises VersionRequired where it names none, InputError."""
    version = named_version(request, in_body)
    if version is None:
        raise VersionRequired("The request does not say which version it changes.")
    return version


def named_version(request: Request, in_body: int | None = None) -> int | None:
    """Return the version in If-Match or in the body, or None. Raises InputError when they cannot be understood."""
    header = request.headers.get("If-Match", "").strip()
    if not header:
        return in_body
    tag = _TAG.fullmatch(header)
    if tag is None:
        raise InputError(
            "If-Match must be one ETag as the API gave it.", code="malformed_etag", field="If-Match"
        )
    if in_body is not None and in_body != int(tag[1]):
        raise InputError(
            "If-Match and the body name different versions.", code="two_versions", field="version"
        )
    return int(tag[1])


def is_unchanged(request: Request, response: Response) -> bool:
    """Say whether the caller already has what the response would show."""
    known, tag = request.headers.get("If-None-Match", ""), response.headers.get("ETag", "")
    if not tag or response.status_code != 200:
        return False
    return known.strip() == "*" or tag in [one.strip().removeprefix("W/") for one in known.split(",")]
