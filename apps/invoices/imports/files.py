"""Look at a file before anything is written: is it whole, how is it packed, which letters does it use?"""

import codecs
import gzip
import hashlib
import io
import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TextIO

from apps.invoices.imports.errors import FileRefused, refuse_file
from apps.invoices.imports.limits import MIB, ImportLimits

CHUNK = 1 * MIB
GZIP_MAGIC = b"\x1f\x8b"
_UNDEFINED_IN_CP1252 = bytes([0x81, 0x8D, 0x8F, 0x90, 0x9D])
_WIDE_BOMS = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_FOREIGN = {
    b"PK\x03\x04": ("zip_file", "This is a zip archive or an Excel workbook, not CSV."),
    b"PK\x05\x06": ("zip_file", "This is an empty zip archive, not CSV."),
    b"\xd0\xcf\x11\xe0": ("excel_file", "This is an old Excel workbook, not CSV."),
    b"BZh": ("packed_file", "This is a bzip2 archive, not CSV."),
    b"\xfd7zXZ": ("packed_file", "This is an xz archive, not CSV."),
    b"\x28\xb5\x2f\xfd": ("packed_file", "This is a zstd archive, not CSV."),
    b"7z\xbc\xaf": ("packed_file", "This is a 7-Zip archive, not CSV."),
    b"%PDF": ("pdf_file", "This is a PDF, not CSV."),
}

Watch = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that was read once from end to end and found whole.

    `sha256` is of the unpacked bytes, so a file and its gzip are the same source.
    """

    path: Path
    name: str
    packed: bool
    packed_bytes: int
    total_bytes: int
    sha256: str
    encoding: str
    damaged_letters: int


def inspect_file(
    path: Path, *, limits: ImportLimits, name: str | None = None, watch: Watch | None = None
) -> SourceFile:
    """Read the whole file once and return what it is. `watch` gets (packed bytes read, packed bytes in all).

    Raises FileRefused: missing, empty, not CSV, damaged, cut, too large or packed beyond reason.
    """
    size = _size_of(path)
    with path.open("rb") as raw:
        packed = raw.read(2) == GZIP_MAGIC
        raw.seek(0)
        survey = _Survey()
        for chunk in _unpacked(raw, packed=packed, limits=limits):
            survey.add(chunk)
            if watch:
                watch(raw.tell(), size)
    return SourceFile(
        path=path,
        name=name or path.name,
        packed=packed,
        packed_bytes=size,
        total_bytes=survey.total,
        sha256=survey.digest.hexdigest(),
        encoding=survey.encoding(),
        damaged_letters=survey.damaged if survey.is_mostly_utf8() else 0,
    )


@contextmanager
def open_text(source: SourceFile) -> Iterator[TextIO]:
    """Open an inspected file as text; letters that cannot be read become U+FFFD."""
    with source.path.open("rb") as raw:
        stream: BinaryIO | gzip.GzipFile = gzip.GzipFile(fileobj=raw) if source.packed else raw
        buffered = io.BufferedReader(stream, CHUNK)  # type: ignore[type-var]
        with io.TextIOWrapper(buffered, encoding=source.encoding, errors="replace", newline="") as text:
            yield text


def _size_of(path: Path) -> int:
    try:
        size = path.stat().st_size
        is_file = path.is_file()
    except OSError as error:
        raise refuse_file(
            "file_missing", f"The file “{path.name}” cannot be opened.", "Check the path and its rights."
        ) from error
    if not is_file:
        raise refuse_file("not_a_file", f"“{path.name}” is not a file.", "Name one CSV or CSV.gz file.")
    if size == 0:
        raise refuse_file("file_empty", "The file is empty.", "Export it again and import that file.")
    return size


def _unpacked(raw: BinaryIO, *, packed: bool, limits: ImportLimits) -> Iterator[bytes]:
    """Yield the file's bytes, unpacked, and stop at the limits and at damage."""
    stream = gzip.GzipFile(fileobj=raw) if packed else raw
    total = 0
    while chunk := _read_chunk(stream):
        if total == 0:
            _refuse_foreign(chunk, packed=packed)
        total += len(chunk)
        _check_size(total, raw.tell(), packed=packed, limits=limits)
        yield chunk
    if total == 0:
        raise refuse_file("file_empty", "The archive holds no data.", "Export it again and import that file.")


def _read_chunk(stream: BinaryIO | gzip.GzipFile) -> bytes:
    try:
        return stream.read(CHUNK)
    except EOFError as error:
        raise refuse_file(
            "gzip_cut", "The gzip file ends too early: it was cut in transfer.", "Copy or upload it again."
        ) from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise refuse_file(
            "gzip_damaged", f"The gzip file is damaged ({error}).", "Copy, pack or upload it again."
        ) from error


def _refuse_foreign(head: bytes, *, packed: bool) -> None:
    cure = "Save the table as CSV (UTF-8), plain or packed with gzip, and import that file."
    if packed and head.startswith(GZIP_MAGIC):
        raise refuse_file(
            "packed_twice", "The file is packed with gzip twice.", "Unpack it once and try again."
        )
    for magic, (code, what) in _FOREIGN.items():
        if head.startswith(magic):
            raise refuse_file(code, what, cure)
    if head.startswith(_WIDE_BOMS) or head[:64].count(b"\0") > 8:
        raise refuse_file("wide_encoding", "The file is UTF-16 text or not text at all.", cure)


def _check_size(total: int, packed_read: int, *, packed: bool, limits: ImportLimits) -> None:
    if total > limits.max_bytes:
        raise refuse_file(
            "file_too_large",
            f"The file holds more than {limits.max_bytes:,} bytes of data.",
            "Split it into smaller files; rows of one document belong into one file.",
            limit=limits.max_bytes,
        )
    if packed and total > limits.ratio_from and total > limits.max_ratio * max(packed_read, 1):
        raise refuse_file(
            "gzip_bomb",
            f"The file unpacks to more than {limits.max_ratio} times its size; no table of invoices does.",
            "Unpack it yourself, look at it, and import the plain CSV.",
            limit=limits.max_ratio,
        )


class _Survey:
    """Counts over the whole file that decide which encoding it has, in bounded memory."""

    _WIDE_LETTER = re.compile("[^\x00-\x7f\ufffd]")

    def __init__(self) -> None:
        self.total = 0
        self.digest = hashlib.sha256()
        self.damaged = 0
        self.letters = 0
        self.has_bom = False
        self.fits_cp1252 = True
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def add(self, chunk: bytes) -> None:
        """Take the next bytes of the file."""
        if self.total == 0:
            self.has_bom = chunk.startswith(codecs.BOM_UTF8)
        self.total += len(chunk)
        self.digest.update(chunk)
        text = self._decoder.decode(chunk)
        if chunk.isascii() and text.isascii():
            return
        self.damaged += text.count("\ufffd")
        self.letters += len(self._WIDE_LETTER.findall(text))
        if len(chunk.translate(None, _UNDEFINED_IN_CP1252)) != len(chunk):
            self.fits_cp1252 = False

    def is_mostly_utf8(self) -> bool:
        """Tell whether the file is UTF-8, perhaps with some spoiled letters."""
        return self.damaged == 0 or self.letters > self.damaged

    def encoding(self) -> str:
        """Return the encoding to read the file with."""
        if self.has_bom:
            return "utf-8-sig"
        if self.is_mostly_utf8():
            return "utf-8"
        return "cp1252" if self.fits_cp1252 else "latin-1"


__all__ = ["FileRefused", "SourceFile", "Watch", "inspect_file", "open_text"]
