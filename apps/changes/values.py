"""Turn the text that PostgreSQL streams for a column into a Python value, by type OID."""

import json
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from uuid import UUID

Raw = bytes | None
Converter = Callable[[bytes], object]


class UnreadableValueError(ValueError):
    """A streamed value does not read as the type that its column declares."""


def _boolean(raw: bytes) -> bool:
    if raw not in {b"t", b"f"}:
        raise ValueError(raw)
    return raw == b"t"


def _bytea(raw: bytes) -> bytes:
    if raw[:2] != b"\\x":
        raise ValueError(raw)
    return bytes.fromhex(raw[2:].decode("ascii"))


CONVERTERS: MappingProxyType[int, Converter] = MappingProxyType(
    {
        16: _boolean,
        17: _bytea,
        20: int,
        21: int,
        23: int,
        26: int,
        25: bytes.decode,
        114: json.loads,
        700: float,
        701: float,
        1042: bytes.decode,
        1043: bytes.decode,
        1082: lambda raw: date.fromisoformat(raw.decode("ascii")),
        1184: lambda raw: datetime.fromisoformat(raw.decode("ascii")),
        1700: lambda raw: Decimal(raw.decode("ascii")),
        2950: lambda raw: UUID(raw.decode("ascii")),
        3802: json.loads,
    }
)

TYPE_OIDS: MappingProxyType[str, int] = MappingProxyType(
    {
        "bool": 16,
        "bytea": 17,
        "bigint": 20,
        "smallint": 21,
        "integer": 23,
        "text": 25,
        "bpchar": 1042,
        "varchar": 1043,
        "date": 1082,
        "timestamptz": 1184,
        "numeric": 1700,
        "uuid": 2950,
        "jsonb": 3802,
    }
)


def convert(raw: bytes, type_oid: int) -> object:
    """Return the Python value of `raw`; a type that nobody registered stays text.

    Raises UnreadableValueError where the text does not fit the type ("infinity" as a date, for instance).
    """
    try:
        return CONVERTERS.get(type_oid, bytes.decode)(raw)
    except (ValueError, ArithmeticError) as error:
        shown = raw[:60].decode("utf-8", "replace")
        raise UnreadableValueError(f"value {shown!r} does not read as type {type_oid}") from error
