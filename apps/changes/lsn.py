"""Positions in the write-ahead log: kept as integers, shown as PostgreSQL shows them."""


def parse_lsn(text: str) -> int:
    """Return the integer of an LSN such as `0/16B3748`. Raises ValueError for anything else."""
    high, _, low = text.partition("/")
    return (int(high, 16) << 32) | int(low, 16)


def format_lsn(lsn: int) -> str:
    """Return an LSN the way PostgreSQL writes it."""
    return f"{lsn >> 32:X}/{lsn & 0xFFFFFFFF:X}"
