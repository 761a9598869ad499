"""Units of quantities by their codes in UN/ECE Recommendation 20, as invoices name them (BT-130)."""

import re
from typing import Final

from apps.core.errors import InputError

PIECE: Final = "C62"
UNITS: Final = {
    "C62": "piece", "HUR": "hour", "DAY": "day", "WEE": "week", "MON": "month", "ANN": "year", "KGM": "kg",
    "GRM": "g", "TNE": "t", "LTR": "l", "MLT": "ml", "MTR": "m", "KMT": "km", "MTK": "m²", "MTQ": "m³", "KWH": "kWh",
    "SET": "set", "PR": "pair", "DZN": "dozen", "XBX": "box", "XCT": "carton", "XPK": "package", "XPX": "pallet",
    "XBO": "bottle", "LS": "lump sum",
}  # fmt: skip
_CODE = re.compile(r"[A-Z0-9]{1,3}")


def check_unit(code: str, *, field: str) -> str:
    """Return a unit's code; those outside the common ones are taken by their form. Raises InputError."""
    code = code.strip().upper() or PIECE
    if not _CODE.fullmatch(code):
        raise InputError(
            f"“{code[:10]}” is not a unit's code.", code="unknown_unit", field=field,
            cure="Use a code of UN/ECE Recommendation 20, such as C62 (piece) or HUR (hour).",
        )  # fmt: skip
    return code


def unit_name(code: str) -> str:
    """Return how people call a unit; an uncommon code stays as it is."""
    return UNITS.get(code, code)
