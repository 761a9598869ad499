"""Inspecting a file: what it is, and every way in which it is not a table."""

import gzip
import hashlib
import zipfile
from pathlib import Path

import pytest

from apps.invoices.imports.errors import FileRefused
from apps.invoices.imports.files import inspect_file, open_text
from apps.invoices.imports.limits import ImportLimits
from tests.factories.import_files import LIMITS, as_csv, line, put

GOOD = as_csv([line()])


def refusal(path: Path, limits: ImportLimits = LIMITS) -> FileRefused:
    """Return the error that a file is refused with."""
    with pytest.raises(FileRefused) as caught:
        inspect_file(path, limits=limits)
    assert caught.value.message.endswith("Nothing was imported.")
    assert caught.value.cure
    return caught.value


def test_plain_and_packed_files_are_the_same_source(tmp_path: Path) -> None:
    plain = inspect_file(put(tmp_path, GOOD), limits=LIMITS)
    packed = inspect_file(put(tmp_path, GOOD, "lines.csv.gz"), limits=LIMITS)
    assert plain.sha256 == packed.sha256 == hashlib.sha256(GOOD).hexdigest()
    assert (plain.packed, packed.packed) == (False, True)
    assert plain.total_bytes == packed.total_bytes == len(GOOD)


def test_packing_is_told_by_content_and_not_by_name(tmp_path: Path) -> None:
    path = tmp_path / "lines.csv"
    path.write_bytes(gzip.compress(GOOD, mtime=0))
    assert inspect_file(path, limits=LIMITS).packed


@pytest.mark.parametrize(
    "content, encoding, shown",
    [
        ("€ café".encode(), "utf-8", "€ café"),
        ("£5 café €".encode("cp1252"), "cp1252", "£5 café €"),
        (b"caf\xe9 \x81", "latin-1", "café \x81"),
        (b"plain", "utf-8", "plain"),
        ("naïve café ".encode() + b"\xe9", "utf-8", "naïve café \ufffd"),
    ],
)
def test_encoding_is_found_from_the_whole_file(
    tmp_path: Path, content: bytes, encoding: str, shown: str
) -> None:
    source = inspect_file(put(tmp_path, b"x" * 3_000_000 + b"\n" + content), limits=LIMITS)
    assert source.encoding == encoding
    with open_text(source) as text:
        assert text.read().split("\n")[1] == shown


def test_byte_order_mark_is_not_part_of_the_first_column(tmp_path: Path) -> None:
    source = inspect_file(put(tmp_path, b"\xef\xbb\xbf" + GOOD), limits=LIMITS)
    assert source.encoding == "utf-8-sig"
    with open_text(source) as text:
        assert text.read(9) == "InvoiceNo"


def test_letter_on_the_edge_of_a_chunk_is_read_whole(tmp_path: Path) -> None:
    source = inspect_file(put(tmp_path, b"x" * (1024 * 1024 - 1) + "é".encode()), limits=LIMITS)
    assert (source.encoding, source.damaged_letters) == ("utf-8", 0)


@pytest.mark.parametrize(
    "content, code",
    [
        (b"", "file_empty"),
        (gzip.compress(b"", mtime=0), "file_empty"),
        (gzip.compress(GOOD * 50, mtime=0)[:-30], "gzip_cut"),
        (gzip.compress(GOOD, mtime=0)[:-8] + b"\0" * 8, "gzip_damaged"),
        (gzip.compress(GOOD, mtime=0) + b"rubbish", "gzip_damaged"),
        (b"\x1f\x8b not gzip at all", "gzip_damaged"),
        (gzip.compress(gzip.compress(GOOD, mtime=0), mtime=0), "packed_twice"),
        (b"PK\x03\x04" + GOOD, "zip_file"),
        (b"\xd0\xcf\x11\xe0" + GOOD, "excel_file"),
        (b"BZh91AY" + GOOD, "packed_file"),
        (b"%PDF-1.7" + GOOD, "pdf_file"),
        (GOOD.decode().encode("utf-16"), "wide_encoding"),
        (GOOD.decode().encode("utf-16-le"), "wide_encoding"),
        (GOOD.decode().encode("utf-32"), "wide_encoding"),
    ],
)
def test_what_is_not_a_whole_csv_is_refused_by_name(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "lines.csv"
    path.write_bytes(content)
    assert refusal(path).code == code


def test_a_real_zip_is_refused_with_a_way_on(tmp_path: Path) -> None:
    path = tmp_path / "lines.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("lines.csv", GOOD)
    error = refusal(path)
    assert error.code == "zip_file"
    assert "gzip" in error.cure


def test_missing_files_and_folders_are_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "nowhere.csv").code == "file_missing"
    assert refusal(tmp_path).code == "not_a_file"


def test_bomb_is_stopped_by_its_ratio_long_before_it_is_unpacked(tmp_path: Path) -> None:
    path = put(tmp_path, b"0" * 64 * 1024 * 1024, "bomb.csv.gz")
    seen: list[int] = []
    with pytest.raises(FileRefused) as caught:
        inspect_file(path, limits=LIMITS, watch=lambda done, _: seen.append(done))
    assert caught.value.code == "gzip_bomb"
    assert len(seen) <= 16


def test_too_large_a_file_is_stopped_at_the_limit(tmp_path: Path) -> None:
    small = ImportLimits(max_bytes=2_000_000)
    assert refusal(put(tmp_path, b"0,1\n" * 600_000), small).code == "file_too_large"
    assert refusal(put(tmp_path, b"0,1\n" * 600_000, "packed.csv.gz"), small).code == "file_too_large"


def test_small_file_of_equal_rows_is_no_bomb(tmp_path: Path) -> None:
    assert inspect_file(put(tmp_path, GOOD * 20_000, "same.csv.gz"), limits=LIMITS).packed
