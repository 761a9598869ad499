"""How much one file may ask of the machine."""

from dataclasses import dataclass

KIB = 1024
MIB = 1024 * KIB
GIB = 1024 * MIB


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportLimits:
    """Bounds of one import; the defaults take a 1 GB file in bounded memory.

    `max_ratio` (unpacked ÷ packed) is looked at once `ratio_from` bytes are unpacked, so that a small file
    of equal rows is not called a bomb.
    """

    max_bytes: int = 2 * GIB
    max_ratio: int = 100
    ratio_from: int = 16 * MIB
    max_line_length: int = 64 * KIB
    max_record_lines: int = 25
    max_document_rows: int = 5_000
    batch_rows: int = 5_000
    batch_documents: int = 500
