"""PDFs for tests, made with pypdf: with files inside, encrypted, signed in appearance, with bombs."""

import io
import zlib

from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    StreamObject,
)


def pdf_with(*files: tuple[str, bytes], password: str = "") -> bytes:
    """Return a PDF of one page that holds files."""
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    for name, content in files:
        writer.add_attachment(name, content)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    return _written(writer)


def signed_pdf(name: str, content: bytes) -> bytes:
    """Return a PDF with a signature field, as a signing program leaves it (the signature itself is no proof here)."""
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.add_attachment(name, content)
    signature = DictionaryObject({
        NameObject("/Type"): NameObject("/Sig"), NameObject("/Filter"): NameObject("/Adobe.PPKLite"),
        NameObject("/Contents"): ByteStringObject(b"\0" * 64),
        NameObject("/ByteRange"): ArrayObject([NumberObject(n) for n in (0, 10, 20, 30)]),
    })  # fmt: skip
    field = DictionaryObject({
        NameObject("/FT"): NameObject("/Sig"), NameObject("/V"): writer._add_object(signature)
    })  # fmt: skip
    form = {
        NameObject("/SigFlags"): NumberObject(3),
        NameObject("/Fields"): ArrayObject([writer._add_object(field)]),
    }
    writer._root_object[NameObject("/AcroForm")] = DictionaryObject(form)
    return _written(writer)


def pdf_bomb(megabytes: int) -> bytes:
    """Return a small PDF whose file unpacks to very much."""
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.add_attachment("factur-x.xml", b"x")
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b" " * 1_000_000) for _ in range(megabytes)) + packer.flush()
    for held in writer._objects:
        if isinstance(held, StreamObject) and held.get("/Type") == "/EmbeddedFile":
            held._data = packed
            held[NameObject("/Filter")] = NameObject("/FlateDecode")
    return _written(writer)


def endless_pdf() -> bytes:
    """Return a PDF whose list of files leads in a circle."""
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    tree = DictionaryObject()
    reference = writer._add_object(tree)
    tree[NameObject("/Kids")] = ArrayObject([reference, reference])
    writer._root_object[NameObject("/Names")] = DictionaryObject({NameObject("/EmbeddedFiles"): reference})
    return _written(writer)


def _written(writer: PdfWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
