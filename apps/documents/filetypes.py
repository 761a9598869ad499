"""Which files are taken, told by their first bytes. What a browser says about a file is not believed."""

import re
from dataclasses import dataclass
from typing import Final

from apps.core.errors import InputError

MAX_BYTES: Final = 20 * 1024 * 1024
_TEXT_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f]")
_XML_ROOT = re.compile(rb"<(?![?!])(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)")
_ENDS: Final = {b"<!--": b"-->", b"<?": b"?>"}
_ACTIVE_ROOTS = frozenset({"html", "svg", "script", "xsl", "stylesheet"})
_ACTIVE_TEXT = re.compile(rb"<(?:!doctype\s+html|html|svg|script|iframe|body|head)\b", re.IGNORECASE)


class FileRefused(InputError):
    """The file is not taken; nothing was kept."""

    code = "file_refused"
    status = 422


@dataclass(frozen=True)
class FileType:
    """A type that is taken, and the endings that names of such files have."""

    media_type: str
    endings: tuple[str, ...]


PDF: Final = FileType("application/pdf", ("pdf",))
XML: Final = FileType("application/xml", ("xml",))
TEXT: Final = FileType("text/plain", ("txt", "csv", "tsv", "json", "md", "log", "eml"))
_OFFICE: Final = FileType("application/zip", ("zip", "docx", "xlsx", "pptx", "odt", "ods"))
_SIGNATURES: Final = (
    (b"%PDF-", PDF),
    (b"\x89PNG\r\n\x1a\n", FileType("image/png", ("png",))),
    (b"\xff\xd8\xff", FileType("image/jpeg", ("jpg", "jpeg"))),
    (b"GIF87a", FileType("image/gif", ("gif",))),
    (b"GIF89a", FileType("image/gif", ("gif",))),
    (b"II*\x00", FileType("image/tiff", ("tif", "tiff"))),
    (b"MM\x00*", FileType("image/tiff", ("tif", "tiff"))),
    (b"PK\x03\x04", _OFFICE),
)
ACCEPTED: Final = "PDF, PNG, JPEG, GIF, TIFF, XML, text, CSV, Word, Excel, OpenDocument, ZIP"
_CURE: Final = f"Accepted are: {ACCEPTED}. Save the file as one of these and send it again."


def check_file(name: str, content: bytes, declared: str = "") -> FileType:
    """Return what a file is. Raises FileRefused: empty, too large, of a type not taken, or named as another type."""
    if not content:
        raise FileRefused("The file is empty. Nothing was kept.", code="file_empty", field="file")
    check_length(len(content))
    found = sniff(content)
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if ending not in found.endings:
        raise FileRefused(
            f"The file is named “.{ending}”, but it holds {found.media_type}. Nothing was kept.",
            code="file_name_differs", field="file",
            cure=f"Give it the ending “.{found.endings[0]}”, or send the file that was meant.",
        )  # fmt: skip
    if declared and declared != found.media_type and declared not in _ALSO_KNOWN_AS.get(found.media_type, ()):
        raise FileRefused(
            f"The file was announced as {declared[:80]}, but it holds {found.media_type}. Nothing was kept.",
            code="file_type_differs", field="media_type", cure=f"Announce it as {found.media_type}.",
        )  # fmt: skip
    return found


def check_length(size: int) -> None:
    """Raise FileRefused when a file of this many bytes is not taken."""
    if size > MAX_BYTES:
        raise FileRefused(
            f"The file is larger than {MAX_BYTES // 1024 // 1024} MB. Nothing was kept.",
            code="file_too_large", status=413, field="file", cure="Send a smaller file, or split it.",
        )  # fmt: skip


def sniff(content: bytes) -> FileType:
    """Return the type that the bytes show. Raises FileRefused for a type that is not taken."""
    for signature, kind in _SIGNATURES:
        if content.startswith(signature):
            return kind
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return FileType("image/webp", ("webp",))
    return _text_type(content)


def _text_type(content: bytes) -> FileType:
    """Tell XML from plain text. Pages and drawings can carry programs and are not taken."""
    head = content.removeprefix(b"\xef\xbb\xbf").lstrip()
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        raise _not_taken() from None
    if _TEXT_CONTROLS.search(content):
        raise _not_taken()
    if head.startswith(b"<?xml") or (head.startswith(b"<") and not _ACTIVE_TEXT.match(head)):
        root = _XML_ROOT.match(_after_prolog(head))
        if root is None or root[1].decode("ascii", "replace").lower() in _ACTIVE_ROOTS:
            raise _not_taken()
        return XML
    if _ACTIVE_TEXT.match(head):
        raise _not_taken()
    return TEXT


def _after_prolog(head: bytes) -> bytes:
    """Return the beginning of what follows the declaration and the comments."""
    at = 0
    while (end := _ENDS.get(head[at : at + 4]) or _ENDS.get(head[at : at + 2])) is not None:
        closing = head.find(end, at)
        if closing < 0:
            return b""
        at = closing + len(end)
        while head[at : at + 1].isspace():
            at += 1
    return head[at : at + 1000]


def _not_taken() -> FileRefused:
    return FileRefused(
        "Files of this type are not taken. Nothing was kept.", code="file_type", field="file", cure=_CURE
    )


_ALSO_KNOWN_AS: Final[dict[str, tuple[str, ...]]] = {
    "application/xml": ("text/xml",),
    "text/plain": ("text/csv", "application/json", "text/markdown", "message/rfc822", "application/csv",
                   "text/tab-separated-values", "application/vnd.ms-excel"),
    "application/zip": (
        "application/x-zip-compressed",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "application/vnd.oasis.opendocument.text",
        "application/vnd.oasis.opendocument.spreadsheet",
    ),
}  # fmt: skip
