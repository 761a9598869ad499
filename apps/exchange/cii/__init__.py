"""UN/CEFACT Cross Industry Invoice (D16B and later), read by the mapping of EN 16931-3-3."""

from apps.exchange.cii.reading import read_cii

__all__ = ["read_cii"]
