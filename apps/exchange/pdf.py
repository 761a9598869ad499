"""Take the invoice out of a PDF of Factur-X, ZUGFeRD or XRechnung; or of Bulkhead's own, which holds UBL.

Only the embedded file is looked for; no page is drawn, no script or link is followed.
"""

import io
import zlib
from collections.abc import Iterator
from typing import Any, Final

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import DictionaryObject, NameObject

from apps.exchange.xml import MAX_BYTES, EInvoiceRefused, refuse

# Names that the standards give the file, best first; another .xml is taken when it is the only one.
NAMES: Final = ("factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml", "ubl.xml", "order-x.xml")
MAX_PDF_BYTES: Final = 20 * 1024 * 1024
MAX_FILES: Final = 100
MAX_NODES: Final = 1000
_CURE: Final = "Ask the sender for a PDF of Factur-X or ZUGFeRD, or for the XML itself."


def extract_xml(content: bytes) -> tuple[str, bytes]:
    """Return name and bytes of the invoice inside a PDF. Raises EInvoiceRefused: none there, encrypted, damaged."""
    if len(content) > MAX_PDF_BYTES:
        raise refuse(
            "file_too_large", f"The PDF is larger than {MAX_PDF_BYTES // 1024 // 1024} MB.", cure=_CURE
        )
    try:
        reader = PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted:
            raise refuse(
                "pdf_encrypted", "The PDF is encrypted.", cure="Ask the sender for one without a password."
            )
        return _choose(list(_xml_files(reader)))
    except EInvoiceRefused:
        raise
    except (PyPdfError, zlib.error, RecursionError, ValueError, TypeError, KeyError, AttributeError, OverflowError,
            IndexError, MemoryError, NotImplementedError) as error:  # fmt: skip
        # What a library trips over in a broken file is the file's fault; its own words say nothing to a person.
        raise refuse("pdf_damaged", "The PDF is damaged and cannot be read.", cure=_CURE) from error


def _choose(files: list[tuple[str, Any]]) -> tuple[str, bytes]:
    if not files:
        raise refuse("pdf_without_xml", "The PDF holds no electronic invoice.", cure=_CURE)
    by_name = {name.lower(): (name, stream) for name, stream in files}
    known = next((by_name[name] for name in NAMES if name in by_name), None)
    if known is None and len(files) > 1:
        shown = ", ".join(name[:60] for name, _ in files[:5])
        raise refuse("pdf_ambiguous", f"The PDF holds several XML files: {shown}.", cure=_CURE)
    name, stream = known or files[0]
    return name, _unpacked(stream)


def _unpacked(stream: Any) -> bytes:
    """Return the bytes of an embedded file, plain or deflated, never more than the limit."""
    packed: bytes = stream._data
    filters = stream.get("/Filter")
    names = [filters] if isinstance(filters, NameObject) else list(filters or [])
    if not names:
        return packed
    if names != ["/FlateDecode"] or stream.get("/DecodeParms"):
        raise refuse(
            "pdf_filter", "The invoice inside the PDF is packed in a way that is not read.", cure=_CURE
        )
    inflater = zlib.decompressobj()
    content = inflater.decompress(packed, MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise refuse(
            "pdf_bomb", f"The invoice inside the PDF unpacks to more than {MAX_BYTES // 1024 // 1024} MB."
        )
    return content


def _xml_files(reader: PdfReader) -> Iterator[tuple[str, Any]]:
    """Give embedded XML files: of the name tree, and those that the catalog is associated with (/AF)."""
    catalog = reader.root_object
    seen: set[int] = set()
    for number, entry in enumerate(_entries(catalog)):
        if number >= MAX_FILES:
            raise refuse("pdf_too_many_files", f"The PDF holds more than {MAX_FILES} files.", cure=_CURE)
        specification = entry.get_object()
        if not isinstance(specification, DictionaryObject) or id(specification) in seen:
            continue
        seen.add(id(specification))
        name = str(specification.get("/UF") or specification.get("/F") or "")
        holder = specification.get("/EF")
        files = holder.get_object() if holder is not None else {}
        stream = files.get("/F") or files.get("/UF")
        if name.lower().endswith(".xml") and stream is not None:
            yield name, stream.get_object()


def _entries(catalog: Any) -> Iterator[Any]:
    names = catalog.get("/Names")
    tree = names.get_object().get("/EmbeddedFiles") if names is not None else None
    if tree is not None:
        yield from _leaves(tree)
    associated = catalog.get("/AF")
    if associated is not None:
        yield from associated.get_object()


def _leaves(tree: Any) -> Iterator[Any]:
    """Give the leaves of a name tree; a tree that leads in circles or without end is refused."""
    waiting, visited = [tree], 0
    while waiting:
        node = waiting.pop()
        visited += 1
        if visited > MAX_NODES:
            raise refuse("pdf_damaged", "The list of files in the PDF has no end.", cure=_CURE)
        found = node.get_object()
        pairs = found.get("/Names")
        if pairs is not None:
            yield from pairs.get_object()[1::2]
        kids = found.get("/Kids")
        if kids is not None:
            waiting += kids.get_object()
