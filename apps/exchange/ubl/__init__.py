"""UBL 2.1: Invoice and CreditNote, read and written by the mapping of EN 16931-3-2."""

from apps.exchange.ubl.reading import read_ubl
from apps.exchange.ubl.writing import write_ubl

__all__ = ["read_ubl", "write_ubl"]
