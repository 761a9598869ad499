"""Open XML from strangers. Refused before a parser sees it: DTDs, entities, other encodings, too much of anything."""

import re
from typing import Any, Final

from lxml import etree

from apps.core.errors import InputError

MAX_BYTES: Final = 20 * 1024 * 1024
MAX_ELEMENTS: Final = 400_000
MAX_DEPTH: Final = 40
MAX_ATTRIBUTES: Final = 20
MAX_NAME: Final = 200
CHUNK: Final = 65536
_ENCODING = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([^"']{1,40})["']""")
_XINCLUDE: Final = "http://www.w3.org/2001/XInclude"
_CURE: Final = "Ask the sender for the invoice as plain UBL 2.1 or CII, in UTF-8."


class EInvoiceRefused(InputError):
    """A file that is not read as an electronic invoice. Nothing of it was kept."""

    code = "einvoice_refused"
    status = 422


def refuse(code: str, message: str, *, cure: str = _CURE, **detail: object) -> EInvoiceRefused:
    """Return the refusal of a file, with what to do."""
    return EInvoiceRefused(
        f"{message} Nothing was imported.", code=code, cure=cure, field="file", detail=detail
    )


def parse_xml(content: bytes) -> Any:
    """Return the root element of a harmless XML document. Raises EInvoiceRefused.

    No DTD, no entity, no processing instruction, nothing fetched; UTF-8 only. Size, depth, elements and attributes
    have limits, checked while the text is read, so that a bomb is never built in memory.
    """
    text = _plain_utf8(content)
    try:
        _walk(text)
        root = etree.fromstring(text, _parser())
    except etree.XMLSyntaxError as error:
        line, column = error.position
        raise refuse(
            "not_xml",
            f"The file is not well-formed XML (line {line}, column {column}).",
            line=line,
            column=column,
        ) from None
    return root


def _parser() -> Any:
    # The encoding is ours to say: one that the file names further down would read the text differently than we did.
    return etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False,
        huge_tree=False, remove_comments=True, remove_pis=True, recover=False, strip_cdata=True,
    )  # fmt: skip


def _plain_utf8(content: bytes) -> bytes:
    """Return the bytes without a byte order mark. Raises EInvoiceRefused."""
    if not content.strip():
        raise refuse("file_empty", "The file is empty.")
    if len(content) > MAX_BYTES:
        raise refuse("file_too_large", f"The file is larger than {MAX_BYTES // 1024 // 1024} MB.")
    text = content.removeprefix(b"\xef\xbb\xbf")
    if text[:2] in {b"\xff\xfe", b"\xfe\xff"} or b"\0" in text[:4]:
        raise refuse("wrong_encoding", "The file is written in UTF-16 or UTF-32.")
    declared = _ENCODING.match(text[:400])
    if declared and declared[1].lower() not in {b"utf-8", b"utf8", b"us-ascii", b"ascii"}:
        shown = declared[1].decode("ascii", "replace")
        raise refuse("wrong_encoding", f"The file says that it is written in {shown}, not in UTF-8.")
    try:
        text.decode("utf-8")
    except UnicodeDecodeError as error:
        raise refuse("wrong_encoding", f"The file is not UTF-8 (byte {error.start:,}).") from None
    if b"\0" in text:
        raise refuse("nul_bytes", "The file holds NUL bytes.")
    # The document type and entities can stand nowhere else than in such a declaration; whoever only quotes one in a
    # text writes it with &lt;, and in a CDATA section an invoice has no business.
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise refuse("dtd", "The file has a document type declaration (DTD). Invoices need none.")
    return text


def _walk(text: bytes) -> None:
    """Feed the text piece by piece and stop at the first limit. Raises EInvoiceRefused."""
    parser = etree.XMLPullParser(
        events=("start", "end"), encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False,
        huge_tree=False, remove_comments=True, remove_pis=True, recover=False,
    )  # fmt: skip
    depth = elements = 0
    for start in range(0, len(text), CHUNK):
        broken: etree.XMLSyntaxError | None = None
        try:
            parser.feed(text[start : start + CHUNK])
        except etree.XMLSyntaxError as error:
            broken = error  # what came before it may be over a limit, which says more
        for event, element in parser.read_events():
            if event == "end":
                depth -= 1
                element.clear()
                continue
            depth, elements = depth + 1, elements + 1
            _check_limits(element, depth, elements)
        if broken is not None:
            raise broken
    parser.close()


def _check_limits(element: Any, depth: int, elements: int) -> None:
    if depth > MAX_DEPTH:
        raise refuse("too_deep", f"The file nests elements more than {MAX_DEPTH} deep.")
    if elements > MAX_ELEMENTS:
        raise refuse("too_many_elements", f"The file has more than {MAX_ELEMENTS:,} elements.")
    if len(element.attrib) > MAX_ATTRIBUTES:
        raise refuse("too_many_attributes", f"An element has more than {MAX_ATTRIBUTES} attributes.")
    if len(element.tag) > MAX_NAME:
        raise refuse("name_too_long", "An element's name is longer than any in an invoice.")
    if element.tag.startswith(f"{{{_XINCLUDE}}}"):
        raise refuse("xinclude", "The file wants to include other files.")
