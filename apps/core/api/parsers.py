"""JSON bodies, read strictly: what two readers could read differently is refused."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import IO, Any

from rest_framework import status
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import BaseParser

MAX_BYTES = 1_000_000
MAX_DEPTH = 12
MAX_NUMBER_LENGTH = 60


class BodyTooLarge(APIException):
    """The body is larger than any request needs."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "body_too_large"
    default_detail = f"The body is larger than {MAX_BYTES:,} bytes; nothing was changed."
    cure = "Send the documents in several requests, or use the import."


class StrictJSONParser(BaseParser):
    """Read UTF-8 JSON; numbers stay exact. Refuses doubled names, NaN, endless digits, depth and size."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        raw = stream.read(MAX_BYTES + 1)
        if len(raw) > MAX_BYTES:
            raise BodyTooLarge
        return parse_json(raw)


def parse_json(raw: bytes) -> Any:
    """Return the value of a JSON text. Raises ParseError."""
    try:
        value = json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_object,
            parse_constant=_refuse_constant,
            parse_float=_exact,
            parse_int=_integer,
        )
    except RecursionError:
        raise _too_deep() from None
    except UnicodeDecodeError:
        raise ParseError("The body is not UTF-8 text.", code="not_utf8") from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise ParseError(f"The body is not JSON: {error.msg} at {place}.", code="malformed_json") from None
    _check(value, MAX_DEPTH)
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ParseError(f"The name “{_shown(twice)}” is there twice in one object.", code="duplicate_name")
    return found


def _refuse_constant(text: str) -> Any:
    raise ParseError(f"{text} is not a JSON number.", code="not_a_number")


def _exact(text: str) -> Decimal:
    return Decimal(_short(text))


def _integer(text: str) -> int:
    return int(_short(text))


def _short(text: str) -> str:
    if len(text) > MAX_NUMBER_LENGTH:
        raise ParseError(f"A number has more than {MAX_NUMBER_LENGTH} digits.", code="number_too_long")
    return text


def _check(value: Any, depth: int) -> None:
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, dict | list):
        if depth == 0:
            raise _too_deep()
        inner = [*value, *value.values()] if isinstance(value, dict) else value
        for item in inner:
            _check(item, depth - 1)


def _check_text(text: str) -> None:
    # Half a surrogate pair is no character: it could be neither stored nor sent back.
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise ParseError("A text holds half a surrogate pair.", code="malformed_text")


def _too_deep() -> ParseError:
    return ParseError(f"The body is nested deeper than {MAX_DEPTH} levels.", code="too_deep")


def _shown(text: str) -> str:
    return text[:60].encode("ascii", "backslashreplace").decode()
