"""Array literals from streamed values: text that the server sent goes back to it without becoming objects."""

from collections.abc import Iterable

from apps.changes.errors import ProjectionError
from apps.changes.messages import Value


def plain_array(values: Iterable[Value]) -> str:
    """Return an array literal of values that need no quotes: numbers, dates, UUIDs, booleans.

    Raises ProjectionError for a large value that was not sent because it did not change.
    """
    items = list(values)
    try:
        joined = b",".join(items)  # type: ignore[arg-type]
    except TypeError:
        joined = b",".join([b"NULL" if item is None else _known(item) for item in items])
    return f"{{{joined.decode('ascii')}}}"


def text_array(values: Iterable[Value]) -> str:
    """Return an array literal of texts, whatever they hold."""
    joined = b",".join([b"NULL" if item is None else _quoted(_known(item)) for item in values])
    return f"{{{joined.decode()}}}"


def _known(item: Value) -> bytes:
    if not isinstance(item, bytes):
        raise ProjectionError("a large value came as unchanged and the copy does not have it")
    return item


def _quoted(item: bytes) -> bytes:
    if b"\\" in item or b'"' in item:
        item = item.replace(b"\\", b"\\\\").replace(b'"', b'\\"')
    return b'"%s"' % item
